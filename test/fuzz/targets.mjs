// What is fuzzed: every parser that takes bytes off the wire, the capture framers, the packet decoder, and the whole engine.
// Parsers that look at a range run twice with other octets around it: an answer that changes read outside its range.
import { strict as assert } from 'node:assert';
import { record } from '../bench/tls.mjs';
import { chains } from './chain-target.mjs';
import { hpack, material } from './content-targets.mjs';
import { datagrams } from './datagram-target.mjs';
import { engine } from './engine-target.mjs';
import { followers } from './follower-target.mjs';
import { mutateBytes } from './mutate.mjs';
import { dns, policy } from './names-target.mjs';
import { decrypted, keylog } from './secrets-target.mjs';
import { bodyParsers, openingParsers } from './tls-parsers.mjs';

/** @typedef {import('./harness.mjs').Target} Target */
/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */
/** Gives a module of the product by its path below the source folder, without extension. */
/** @typedef {(path: string) => Promise<any>} Load */

/** @type {Record<string, (load: Load, seeds: Seeds) => Promise<Omit<Target, 'name'>>>} */
const makers = {
  framer,
  decoder,
  tls,
  x509,
  chains,
  protocols,
  followers,
  material,
  hpack,
  datagrams,
  dns,
  policy,
  engine,
  keylog,
  decrypted,
};

/** Names of all targets. */
export const targetNames = Object.keys(makers);

/** @param {string} name @param {Load} load @param {Seeds} seeds @returns {Promise<Target>} */
export async function makeTarget(name, load, seeds) {
  return { name, ...(await makers[name](load, seeds)) };
}

const guards = [0x00, 0xff];
const guardLength = 64;

/** `bytes` in the middle of octets that no parser may look at. @param {Uint8Array} bytes @param {number} guard */
function guarded(bytes, guard) {
  const whole = new Uint8Array(bytes.length + 2 * guardLength).fill(guard);
  whole.set(bytes, guardLength);
  return { whole, start: guardLength, end: guardLength + bytes.length };
}

/** @param {(guard: number) => unknown} read must not depend on the guard */
function sameForAllGuards(read) {
  const [first, second] = guards.map((guard) => plain(read(guard)));
  assert.deepEqual(second, first, 'the answer depends on octets outside the range');
}

/** Plain data without views of lent bytes. @param {unknown} value */
function plain(value) {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** @param {Load} load @param {Seeds} seeds */
async function framer(load, seeds) {
  const { CaptureFramer } = await load('capture/framer');
  return {
    seeds: seeds.captures.map(({ bytes }) => bytes),
    run(/** @type {Uint8Array} */ bytes) {
      const whole = readInChunks(CaptureFramer, bytes, () => bytes.length);
      let step = 0;
      const odd = readInChunks(CaptureFramer, bytes, () => 1 + ((bytes[step++ % bytes.length] * 37) % 4096));
      assert.deepEqual(odd, whole, 'what is read depends on where chunks end');
    },
  };
}

/** As a source does: slides what is left to the front and makes room for what is needed. @param {any} Framer @param {Uint8Array} file @param {() => number} chunk */
function readInChunks(Framer, file, chunk) {
  const seen = {
    frames: 0,
    octets: 0,
    interfaces: 0,
    secrets: 0,
    names: 0,
    refusal: null,
    endedEarly: null,
    damage: /** @type {string[]} */ ([]),
  };
  const reader = new Framer({
    packet(/** @type {any} */ packet) {
      assert.ok(
        packet.start >= 0 && packet.start <= packet.end && packet.end <= packet.bytes.length,
        'a frame outside its bytes',
      );
      seen.frames++;
      seen.octets += packet.end - packet.start;
    },
    interface: () => seen.interfaces++,
    drops: () => {},
    secrets: () => seen.secrets++,
    name: () => seen.names++,
  });
  let buffer = new Uint8Array(4096);
  let held = 0;
  for (let at = 0; at < file.length && !reader.stopped; ) {
    const size = Math.min(chunk(), file.length - at);
    const room = Math.max(held + size, reader.needed);
    if (room > buffer.length) {
      const larger = new Uint8Array(Math.min(Math.max(room, 2 * buffer.length), held + file.length + 4096));
      larger.set(buffer.subarray(0, held));
      buffer = larger;
    }
    buffer.set(file.subarray(at, at + size), held);
    at += size;
    held += size;
    const used = reader.push(buffer, 0, held);
    assert.ok(used >= 0 && used <= held, 'consumed what was not there');
    buffer.copyWithin(0, used, held);
    held -= used;
    buffer.fill(0xa5, held);
  }
  reader.end(buffer, 0, held);
  return { ...seen, refusal: reader.refusal, endedEarly: reader.endedEarly, damage: reader.damage };
}

/** Input: link type (2 octets), then a frame. @param {Load} load @param {Seeds} seeds */
async function decoder(load, seeds) {
  const { PacketDecoder } = await load('flow/decoder');
  const { PacketView } = await load('model/packet');
  const { linkTypes } = await load('registry/link-types');
  const known = /** @type {number[]} */ (Object.values(linkTypes));
  const prefix = (/** @type {number} */ linkType, /** @type {Uint8Array} */ bytes) =>
    new Uint8Array(Buffer.concat([Buffer.from([linkType >> 8, linkType & 0xff]), bytes]));
  const decoders = guards.map(() => new PacketDecoder());
  let frame = 0;
  return {
    seeds: seeds.captures.flatMap(({ frames }) => frames.frames.map(({ bytes }) => prefix(frames.linkType, bytes))),
    mutate(/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      const linkType = random.chance(0.85) ? (bytes[0] << 8) | bytes[1] : random.pick(known);
      return prefix(linkType, mutateBytes(random, bytes.subarray(2), other.subarray(2)).subarray(0, 262_144));
    },
    run(/** @type {Uint8Array} */ input) {
      const bytes = input.subarray(2);
      frame++;
      sameForAllGuards((guard) => {
        const { whole, start, end } = guarded(bytes, guard);
        const view = new PacketView();
        Object.assign(view, { bytes: whole, start, end, frame, seconds: frame, linkType: (input[0] << 8) | input[1] });
        view.originalLength = bytes.length + (frame & 1) * 100;
        const answer = decoders[guards.indexOf(guard)].decode(view);
        if (answer > 1) return { answer };
        assert.ok(
          view.payloadStart <= view.payloadEnd && view.payloadEnd <= view.bytes.length,
          'a payload outside its bytes',
        );
        assert.ok(view.payloadEnd - view.payloadStart <= view.payloadLength, 'more payload than the headers say');
        const { bytes: _, ...fields } = view;
        return { answer, ...fields };
      });
    },
  };
}

/** Input: a record with a handshake message. Every parser reads every message. @param {Load} load @param {Seeds} seeds */
async function tls(load, seeds) {
  const { ClientHelloShapes } = await load('wire/tls/client-hello-shapes');
  const { ServerHelloShapes } = await load('wire/tls/server-hello-shapes');
  const all = [
    ...bodyParsers.map((parser) => ({ ...parser, skip: 9 })),
    ...openingParsers.map((parser) => ({ ...parser, skip: 0 })),
  ];
  const parsers = await Promise.all(
    all.map(async (parser) => ({ ...parser, parse: (await load(`wire/tls/${parser.module}`))[parser.name] })),
  );
  for (const { name, parse } of parsers) assert.equal(typeof parse, 'function', `${name} is not there`);
  const memories = guards.map((guard) => ({
    clients: new ClientHelloShapes(guard),
    servers: new ServerHelloShapes(guard),
  }));
  return {
    seeds: seeds.messages.map((message) => record(0x16, message)),
    run(/** @type {Uint8Array} */ bytes) {
      for (const { parse, skip, after } of parsers) {
        sameForAllGuards((guard) => {
          const { whole, start, end } = guarded(bytes.subarray(Math.min(skip, bytes.length)), guard);
          return parse(whole, start, end, ...after(memories[guards.indexOf(guard)]));
        });
      }
    },
  };
}

/** @param {Load} load @param {Seeds} seeds */
async function x509(load, seeds) {
  const { parseCertificate } = await load('wire/x509/certificate');
  const { parseDistinguishedName } = await load('wire/x509/distinguished-name');
  return {
    seeds: seeds.certificates,
    run(/** @type {Uint8Array} */ der) {
      for (const parse of [parseCertificate, parseDistinguishedName]) {
        sameForAllGuards((guard) => {
          const { whole, start, end } = guarded(der, guard);
          return parse(whole, start, end);
        });
      }
    },
  };
}

/** Input: both ports (2 octets each), flags, length of the first opening (2), both openings. @param {Load} load @param {Seeds} seeds */
async function protocols(load, seeds) {
  const { identify } = await load('protocols/identify');
  const { Opening } = await load('model/protocol');
  const { protocols: all } = await load('protocols/index');
  const ports = [0, 443, ...all.flatMap((/** @type {{ ports: number[] }} */ protocol) => protocol.ports)];
  const header = 7;
  const input = (/** @type {number[]} */ head, /** @type {Uint8Array} */ first, /** @type {Uint8Array} */ second) =>
    new Uint8Array(Buffer.concat([Buffer.from([...head, first.length >> 8, first.length & 0xff]), first, second]));
  const pairs = seeds.openings.map((first, index) => {
    const second = seeds.openings[(index + 1) % seeds.openings.length];
    const port = ports[index % ports.length];
    return input([0, 0, port >> 8, port & 0xff, index & 7], first.subarray(0, 8192), second.subarray(0, 8192));
  });
  const opening = (/** @type {Uint8Array} */ bytes, /** @type {number} */ guard, /** @type {boolean} */ final) => {
    const { whole, start, end } = guarded(bytes, guard);
    return Object.assign(new Opening(), { bytes: whole, start, end, final });
  };
  return {
    seeds: pairs,
    mutate(/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      const port = random.pick(ports);
      const first = mutateBytes(
        random,
        bytes.subarray(header, header + ((bytes[5] << 8) | bytes[6])),
        other.subarray(header),
      );
      const second = mutateBytes(random, other.subarray(header), bytes.subarray(header));
      return input(
        [0, 0, port >> 8, port & 0xff, random.below(8)],
        first.subarray(0, 65_535),
        second.subarray(0, 65_535),
      );
    },
    run(/** @type {Uint8Array} */ bytes) {
      if (bytes.length <= header) return;
      const split = Math.min(bytes.length, header + Math.max(1, (bytes[5] << 8) | bytes[6]));
      const [first, second] = [bytes.subarray(header, split), bytes.subarray(split)];
      const flags = bytes[4];
      const [portA, portB] = [(bytes[0] << 8) | bytes[1], (bytes[2] << 8) | bytes[3]];
      sameForAllGuards((guard) => {
        const a = opening(first, guard, (flags & 1) !== 0);
        const b = opening(second, guard, (flags & 2) !== 0);
        const found = identify(a, b, portA, portB, flags & 4 ? 'udp' : 'tcp');
        return { name: found.protocol?.name, recognition: found.recognition };
      });
    },
  };
}
