// Every protocol's follower on dialogues of real captures, mutated, in random cuts, with octets missing now and then, and
// each lent piece overwritten after the call. What it notes may not depend on octets outside of what is lent.
import { strict as assert } from 'node:assert';
import { mutateBytes } from './mutate.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {{ fromClient: boolean, bytes: Uint8Array }} Piece */

const guards = [0x00, 0xff];
const guardLength = 32;
const headerLength = 3;
const pieceHeader = 3;
const skipAll = 0x7fffffff;

/** Input: number of the protocol (2 octets), how it is cut, then pieces of `client(1) length(2)` and octets. @param {(path: string) => Promise<any>} load @param {Seeds} seeds */
export async function followers(load, seeds) {
  const { ContentNotes } = await load('session/content/content-notes');
  const { AnnouncedEndpoints } = await load('session/shared/announced-endpoints');
  const { protocols } = await load('protocols/index');
  /** @type {any[]} */
  const followed = protocols.filter((/** @type {any} */ protocol) => protocol.follow !== undefined);
  const dialogues = seeds.captures.flatMap(({ frames }) => (frames.linkType === 1 ? dialoguesIn(frames.frames) : []));
  const inputs = dialogues.flatMap(({ ports, pieces }) => {
    const likely = followed.findIndex(
      (protocol) => protocol.ports.includes(ports[0]) || protocol.ports.includes(ports[1]),
    );
    // Where the port tells nothing a recogniser may.
    const index = likely >= 0 ? likely : recognised(followed, pieces);
    return index < 0 ? [] : [encode(index, 0, pieces)];
  });
  return {
    seeds:
      inputs.length > 0 ? inputs : dialogues.map(({ pieces }, index) => encode(index % followed.length, 0, pieces)),
    mutate(/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      const pieces = decode(bytes);
      const foreign = decode(other);
      const at = random.below(Math.max(1, pieces.length));
      const piece = pieces[at];
      if (piece !== undefined)
        piece.bytes = mutateBytes(random, piece.bytes, (foreign[at] ?? piece).bytes).subarray(0, 65_535);
      if (random.chance(0.2) && pieces.length > 1) pieces.splice(random.below(pieces.length), 1);
      if (random.chance(0.1)) pieces.push(...foreign.slice(0, 4));
      const index = random.chance(0.9) ? (bytes[0] << 8) | bytes[1] : random.below(followed.length);
      return encode(index, random.below(256), pieces.slice(0, 64));
    },
    run(/** @type {Uint8Array} */ input) {
      if (input.length < headerLength) return;
      const protocol = followed[((input[0] << 8) | input[1]) % followed.length];
      const [first, second] = guards.map((guard) => {
        const notes = new ContentNotes(0, new AnnouncedEndpoints(), false);
        talk(protocol.follow(notes), input, guard);
        return JSON.parse(JSON.stringify([notes.record(0), notes.change]));
      });
      assert.deepEqual(second, first, `${protocol.name}: what is noted depends on octets outside the range`);
    },
  };
}

/** @param {any[]} followed @param {Piece[]} pieces */
function recognised(followed, pieces) {
  const client = pieces.find(({ fromClient }) => fromClient)?.bytes ?? new Uint8Array(0);
  const server = pieces.find(({ fromClient }) => !fromClient)?.bytes ?? new Uint8Array(0);
  const opening = (/** @type {Uint8Array} */ bytes) => ({
    bytes,
    start: 0,
    end: bytes.length,
    final: true,
    length: bytes.length,
  });
  const [first, second] = pieces[0]?.fromClient ? [client, server] : [server, client];
  if (first.length === 0) return -1;
  return followed.findIndex((protocol) => protocol.recognise(opening(first), opening(second), false) >= 2);
}

/** @param {any} follower @param {Uint8Array} input @param {number} guard */
function talk(follower, input, guard) {
  const cut = input[2];
  const skips = { client: 0, server: 0 };
  let frame = 0;
  for (const { fromClient, bytes } of decode(input)) {
    frame++;
    const from = fromClient ? 'client' : 'server';
    const arrival = { frame, seconds: frame, nanoseconds: 0, acknowledged: -1, offset: 0 };
    if (cut > 200 && frame % 7 === cut % 7) {
      if (skips[from] === 0) skips[from] = follower.gap(from, bytes.length);
      continue;
    }
    const size = cut === 0 ? bytes.length : 1 + ((cut * 37 + frame * 11) % (cut < 100 ? 16 : 512));
    for (let at = 0; at < bytes.length; at += Math.max(size, 1)) {
      const octets = bytes.subarray(at, at + size);
      const skip = skips[from];
      if (skip === skipAll) break;
      if (skip >= octets.length) {
        skips[from] -= octets.length;
        continue;
      }
      const whole = new Uint8Array(octets.length + 2 * guardLength).fill(guard);
      whole.set(octets, guardLength);
      const answer = follower.data(from, whole, guardLength + skip, guardLength + octets.length, arrival);
      assert.ok(Number.isInteger(answer) && answer >= 0 && answer <= skipAll, `an odd answer: ${answer}`);
      skips[from] = answer;
      whole.fill(guard ^ 0x5a);
    }
  }
  if (cut % 3 === 0) follower.upgraded?.({ frame, seconds: frame, nanoseconds: 0, acknowledged: -1, offset: 0 });
  follower.end?.();
}

/** @param {number} index @param {number} cut @param {Piece[]} pieces */
function encode(index, cut, pieces) {
  const parts = [Buffer.from([index >> 8, index & 0xff, cut])];
  for (const { fromClient, bytes } of pieces)
    parts.push(Buffer.from([fromClient ? 1 : 0, bytes.length >> 8, bytes.length & 0xff]), Buffer.from(bytes));
  return new Uint8Array(Buffer.concat(parts));
}

/** @param {Uint8Array} input @returns {Piece[]} */
function decode(input) {
  const pieces = [];
  for (let at = headerLength; at + pieceHeader <= input.length && pieces.length < 128; ) {
    const length = (input[at + 1] << 8) | input[at + 2];
    const start = at + pieceHeader;
    pieces.push({ fromClient: (input[at] & 1) === 1, bytes: input.slice(start, start + length) });
    at = start + length;
  }
  return pieces;
}

/** TCP payloads of Ethernet frames by connection, as they come. @param {{ bytes: Uint8Array }[]} frames */
function dialoguesIn(frames) {
  /** @type {Map<string, { ports: [number, number], pieces: Piece[] }>} */
  const found = new Map();
  for (const { bytes } of frames) {
    if (bytes.length < 54 || bytes[12] !== 8 || bytes[13] !== 0 || bytes[23] !== 6) continue;
    const tcp = 14 + (bytes[14] & 15) * 4;
    if (tcp + 20 > bytes.length) continue;
    const [from, to] = [(bytes[tcp] << 8) | bytes[tcp + 1], (bytes[tcp + 2] << 8) | bytes[tcp + 3]];
    const end = Math.min(bytes.length, 14 + ((bytes[16] << 8) | bytes[17]));
    const payload = bytes.slice(Math.min(end, tcp + (bytes[tcp + 12] >> 4) * 4), end);
    const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
    // Ephemeral ports are the higher ones.
    if (!found.has(key)) found.set(key, { ports: [from, to], pieces: [] });
    if (payload.length > 0 && payload.length < 16_384) {
      const { pieces } = /** @type {{ pieces: Piece[] }} */ (found.get(key));
      if (pieces.length < 48) pieces.push({ fromClient: from > to, bytes: payload });
    }
  }
  return [...found.values()].filter(({ pieces }) => pieces.length > 0 && pieces[0].bytes[0] !== 0x16);
}
