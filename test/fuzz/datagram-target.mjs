// TLS in datagrams: opened QUIC packets (their protection would keep every mutation out) and DTLS records.
import { strict as assert } from 'node:assert';
import { mutateBytes } from './mutate.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {(path: string) => Promise<any>} Load */

/** Input: 0 = frames of QUIC, else datagrams of DTLS; each piece behind its length in two octets. @param {Load} load @param {Seeds} seeds */
export async function datagrams(load, seeds) {
  const { walkQuicFrames } = await load('wire/tls/quic-frames');
  const { ScatteredOctets } = await load('session/content/scattered-octets');
  const { OctetPool } = await load('session/octet-pool');
  const { DtlsConversation } = await load('session/datagrams/dtls-conversation');
  const { SessionContext } = await load('session/shared/session-context');
  const { tlsSessionRecord } = await load('session/tls/tls-session-record');
  const hellos = seeds.messages.slice(0, 40);
  return {
    seeds: [
      ...hellos.map((message) => packed(0, scattered(message).map(cryptoFrame))),
      ...hellos.map((message, at) =>
        packed(
          1,
          scattered(message).map((piece) => dtlsDatagram(message, at & 3, piece)),
        ),
      ),
    ],
    mutate(/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      return mutateBytes(random, bytes, other).subarray(0, 65_536);
    },
    run(/** @type {Uint8Array} */ input) {
      if (input.length === 0) return;
      const pieces = unpacked(input);
      if (input[0] === 0) {
        const pool = new OctetPool();
        const stream = new ScatteredOctets(pool);
        /** What the first copy of each octet was. @type {Map<number, number>} */
        const first = new Map();
        for (const piece of pieces) {
          walkQuicFrames(piece, 0, piece.length, {
            crypto(
              /** @type {number} */ offset,
              /** @type {Uint8Array} */ bytes,
              /** @type {number} */ start,
              /** @type {number} */ end,
            ) {
              assert.ok(start >= 0 && end <= piece.length && start <= end, 'octets outside the packet');
              stream.add(offset, bytes, start, end);
              if (stream.refused !== null || end - start > 4096) return;
              for (let at = start; at < end; at++) {
                if (!first.has(offset + at - start)) first.set(offset + at - start, bytes[at]);
              }
            },
            alert() {},
          });
        }
        for (let at = 0; at < Math.min(stream.prefix, 4096); at++) {
          const expected = first.get(at);
          if (expected !== undefined) assert.equal(stream.bytes[at], expected, 'the first copy did not win');
        }
        stream.release();
        assert.equal(pool.lent, 0, 'octets were not given back');
        return;
      }
      const context = new SessionContext(7);
      const conversation = new DtlsConversation(context, 1);
      for (const [at, piece] of pieces.entries()) {
        const arrival = { frame: at + 1, seconds: at, nanoseconds: 0, acknowledged: -1, offset: 0 };
        conversation.datagram(at & 1, piece, 0, piece.length, arrival);
      }
      conversation.end();
      assert.equal(context.octets.lent, 0, 'octets were not given back');
      tlsSessionRecord(conversation.observations, 0, context, 1_790_000_000);
    },
  };
}

/** @param {number} kind @param {Uint8Array[]} pieces */
function packed(kind, pieces) {
  const parts = pieces.flatMap((piece) => [Buffer.from([piece.length >> 8, piece.length & 0xff]), piece]);
  return new Uint8Array(Buffer.concat([Buffer.from([kind]), ...parts]));
}

/** @param {Uint8Array} input */
function unpacked(input) {
  const pieces = [];
  for (let at = 1; at + 2 <= input.length && pieces.length < 64; ) {
    const end = Math.min(input.length, at + 2 + ((input[at] << 8) | input[at + 1]));
    pieces.push(input.slice(at + 2, end));
    at = end;
  }
  return pieces;
}

/** Three overlapping pieces, the last first. @param {Uint8Array} message */
function scattered(message) {
  const third = Math.ceil(message.length / 3);
  return [2, 0, 1].map((at) => ({ offset: at * third, octets: message.slice(at * third, (at + 1) * third + 2) }));
}

/** @param {{ offset: number, octets: Uint8Array }} piece */
function cryptoFrame({ offset, octets }) {
  const varint = (/** @type {number} */ value) => [
    0x80 | ((value >>> 24) & 0x3f),
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  ];
  return new Uint8Array([6, ...varint(offset), ...varint(octets.length), ...octets]);
}

/** @param {Uint8Array} message @param {number} number @param {{ offset: number, octets: Uint8Array }} piece */
function dtlsDatagram(message, number, { offset, octets }) {
  const body = message.length - 4;
  const length = Math.max(0, Math.min(octets.length, body - offset));
  const uint24 = (/** @type {number} */ value) => [(value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  const content = [
    message[0],
    ...uint24(body),
    0,
    number,
    ...uint24(offset),
    ...uint24(length),
    ...message.slice(4 + offset, 4 + offset + length),
  ];
  return new Uint8Array([
    22,
    0xfe,
    0xfd,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    content.length >> 8,
    content.length & 0xff,
    ...content,
  ]);
}
