// Ways to spoil bytes and captures. Everything is drawn from one seeded generator, so a run can be had again.
import { layerMutations, relink } from './layers.mjs';

/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {{ bytes: Uint8Array, seconds: number, nanoseconds: number, originalLength: number }} Frame */
/** @typedef {{ linkType: number, frames: Frame[] }} Frames */

// No target takes longer inputs: what grows faster than linear shows well below this.
export const longestInput = 1 << 20;

/**
 * `bytes` with one to six things done to them; never the same array.
 * @param {Random} random @param {Uint8Array} bytes @param {Uint8Array} other material for splices @returns {Uint8Array}
 */
export function mutateBytes(random, bytes, other) {
  let mutated = bytes.slice(0, longestInput);
  for (let left = random.between(1, 6); left > 0; left--) mutated = random.pick(byteMutations)(random, mutated, other);
  return mutated.length > longestInput ? mutated.slice(0, longestInput) : mutated;
}

/** @type {readonly ((random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array)[]} */
const byteMutations = [
  flipBit,
  flipBit,
  setOctet,
  editLength,
  editLength,
  cutTail,
  cutMiddle,
  insertNoise,
  repeatRange,
  splice,
  overwrite,
];

/** @param {Random} random @param {Uint8Array} bytes */
function flipBit(random, bytes) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

/** @param {Random} random @param {Uint8Array} bytes */
function setOctet(random, bytes) {
  if (bytes.length > 0)
    bytes[random.below(bytes.length)] = random.pick([0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, random.below(256)]);
  return bytes;
}

/** Writes a number that a length field would misread, in one to four octets and either order. @param {Random} random @param {Uint8Array} bytes */
function editLength(random, bytes) {
  const width = random.between(1, 4);
  if (bytes.length < width) return bytes;
  const at = random.below(bytes.length - width + 1);
  const rest = bytes.length - at - width;
  const value = random.pick([
    0,
    1,
    rest,
    rest + 1,
    rest - 1,
    bytes.length,
    2 ** (8 * width) - 1,
    2 ** (8 * width - 1),
    random.next(),
  ]);
  const little = random.chance(0.3);
  for (let index = 0; index < width; index++) {
    bytes[at + (little ? index : width - 1 - index)] = Math.floor(value / 256 ** index);
  }
  return bytes;
}

/** @param {Random} random @param {Uint8Array} bytes */
function cutTail(random, bytes) {
  return bytes.slice(0, random.below(bytes.length + 1));
}

/** @param {Random} random @param {Uint8Array} bytes */
function cutMiddle(random, bytes) {
  const start = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, start + 1 + random.below(random.chance(0.8) ? 16 : bytes.length + 1));
  return join(bytes.subarray(0, start), bytes.subarray(end));
}

/** @param {Random} random @param {Uint8Array} bytes */
function insertNoise(random, bytes) {
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), random.bytes(random.between(1, 32)), bytes.subarray(at));
}

/** Repeats a range, now and then very often: what is quadratic shows. @param {Random} random @param {Uint8Array} bytes */
function repeatRange(random, bytes) {
  if (bytes.length === 0) return bytes;
  const start = random.below(bytes.length);
  const range = bytes.slice(start, start + 1 + random.below(Math.min(256, bytes.length - start)));
  const most = random.chance(0.02) ? Math.floor((longestInput >> 2) / range.length) : 8;
  const times = random.between(1, Math.max(1, most));
  const repeated = new Uint8Array(range.length * times);
  for (let at = 0; at < repeated.length; at += range.length) repeated.set(range, at);
  return join(bytes.subarray(0, start), repeated, bytes.subarray(start));
}

/** @param {Random} random @param {Uint8Array} bytes @param {Uint8Array} other */
function splice(random, bytes, other) {
  return join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));
}

/** @param {Random} random @param {Uint8Array} bytes @param {Uint8Array} other */
function overwrite(random, bytes, other) {
  if (bytes.length === 0 || other.length === 0) return bytes;
  const at = random.below(bytes.length);
  const from = random.below(other.length);
  bytes.set(other.subarray(from, from + Math.min(random.between(1, 64), bytes.length - at)), at);
  return bytes;
}

/**
 * A capture whose record headers stay right while its frames are spoiled, moved, doubled, cut and mixed with another's.
 * @param {Random} random @param {Frames} capture @param {Frames} other @returns {Frames}
 */
export function mutateFrames(random, capture, other) {
  let frames = capture.frames.slice(0, 2000).map((frame) => ({ ...frame }));
  if (frames.length === 0) frames = other.frames.slice(0, 2000).map((frame) => ({ ...frame }));
  const ofLayers = layerMutations(capture.linkType);
  for (let left = random.between(1, 5); left > 0; left--) {
    const mutations = ofLayers.length > 0 && random.chance(0.5) ? ofLayers : frameMutations;
    frames = random.pick(mutations)(random, frames, other.frames);
  }
  let octets = 24;
  frames = frames.filter((frame) => {
    octets += 36 + frame.bytes.length;
    return octets <= longestInput;
  });
  if (random.chance(0.1)) return relink(random, capture.linkType, frames);
  return { linkType: random.chance(0.97) ? capture.linkType : other.linkType, frames };
}

/** @type {readonly ((random: Random, frames: Frame[], other: readonly Frame[]) => Frame[])[]} */
const frameMutations = [
  spoilFrames,
  spoilFrames,
  spoilNumbers,
  spoilNumbers,
  dropFrames,
  doubleFrames,
  moveFrames,
  interleaveFrames,
  cutFrames,
  shiftTimes,
];

/** @param {Random} random @param {Frame[]} frames @param {readonly Frame[]} other */
function spoilFrames(random, frames, other) {
  for (let left = random.between(1, 4); left > 0 && frames.length > 0; left--) {
    const frame = random.pick(frames);
    const material = other.length > 0 ? random.pick(other).bytes : frame.bytes;
    frame.bytes = mutateBytes(random, frame.bytes, material).slice(0, 65_535);
    frame.originalLength = random.chance(0.8) ? frame.bytes.length : random.below(1 << 20);
  }
  return frames;
}

/** Touches what most frames have between octets 20 and 60: lengths, addresses, ports, sequence numbers, flags. @param {Random} random @param {Frame[]} frames */
function spoilNumbers(random, frames) {
  for (let left = random.between(1, 8); left > 0 && frames.length > 0; left--) {
    const frame = random.pick(frames);
    if (frame.bytes.length < 60) continue;
    frame.bytes = frame.bytes.slice();
    const at = random.between(14, 58);
    if (random.chance(0.5)) frame.bytes[at] ^= 1 << random.below(8);
    else frame.bytes[at] = random.below(256);
  }
  return frames;
}

/** @param {Random} random @param {Frame[]} frames */
function dropFrames(random, frames) {
  const rate = random.pick([0.02, 0.2, 0.5]);
  return frames.filter(() => !random.chance(rate));
}

/** @param {Random} random @param {Frame[]} frames */
function doubleFrames(random, frames) {
  const rate = random.pick([0.05, 0.5, 1]);
  return frames.flatMap((frame) => (random.chance(rate) ? [frame, { ...frame }] : [frame]));
}

/** @param {Random} random @param {Frame[]} frames */
function moveFrames(random, frames) {
  for (let left = random.between(1, Math.max(1, frames.length >> 2)); left > 0 && frames.length > 1; left--) {
    const a = random.below(frames.length);
    const b = Math.min(frames.length - 1, random.chance(0.7) ? a + random.between(1, 5) : random.below(frames.length));
    [frames[a], frames[b]] = [frames[b], frames[a]];
  }
  return frames;
}

/** @param {Random} random @param {Frame[]} frames @param {readonly Frame[]} other */
function interleaveFrames(random, frames, other) {
  const mixed = [];
  let at = 0;
  for (const frame of frames) {
    while (at < other.length && random.chance(0.4)) mixed.push({ ...other[at++] });
    mixed.push(frame);
  }
  return mixed;
}

/** As a snap length would. @param {Random} random @param {Frame[]} frames */
function cutFrames(random, frames) {
  const snap = random.pick([14, 34, 54, 60, 68, 96, 128, 256]);
  for (const frame of frames) {
    frame.originalLength = Math.max(frame.originalLength, frame.bytes.length);
    frame.bytes = frame.bytes.slice(0, snap);
  }
  return frames;
}

/** @param {Random} random @param {Frame[]} frames */
function shiftTimes(random, frames) {
  const from = random.below(frames.length + 1);
  const leap = random.pick([-3600, 3600, 86_400 * 365, -0x7000_0000, 0x7000_0000, random.next()]);
  for (let at = from; at < frames.length; at++) frames[at].seconds = (frames[at].seconds + leap) >>> 0;
  return frames;
}

/** A pcap file (nanoseconds, little endian) of these frames. @param {Frames} capture @returns {Uint8Array} */
export function writePcap({ linkType, frames }) {
  const file = Buffer.alloc(frames.reduce((sum, frame) => sum + 16 + frame.bytes.length, 24));
  file.writeUInt32LE(0xa1b23c4d, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(262_144, 16);
  file.writeUInt32LE(linkType & 0xffff, 20);
  let at = 24;
  for (const { bytes, seconds, nanoseconds, originalLength } of frames) {
    file.writeUInt32LE(seconds >>> 0, at);
    file.writeUInt32LE(nanoseconds >>> 0, at + 4);
    file.writeUInt32LE(bytes.length, at + 8);
    file.writeUInt32LE(originalLength >>> 0, at + 12);
    file.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return file;
}

/**
 * A pcapng file (microseconds, either byte order) in which the frames of several captures come in turns, each capture with an
 * interface, and now and then a section, of its own.
 * @param {Random} random @param {readonly Frames[]} captures @returns {Uint8Array}
 */
export function writePcapng(random, captures) {
  const little = random.chance(0.8);
  /** @type {Buffer[]} */
  const blocks = [];
  const block = (
    /** @type {number} */ type,
    /** @type {number} */ bodyLength,
    /** @type {(body: Buffer) => void} */ fill,
  ) => {
    const length = 12 + ((bodyLength + 3) & ~3);
    const bytes = Buffer.alloc(length);
    put32(bytes, type, 0);
    put32(bytes, length, 4);
    put32(bytes, length, length - 4);
    fill(bytes.subarray(8, length - 4));
    blocks.push(bytes);
  };
  const put32 = (/** @type {Buffer} */ bytes, /** @type {number} */ value, /** @type {number} */ at) =>
    little ? bytes.writeUInt32LE(value >>> 0, at) : bytes.writeUInt32BE(value >>> 0, at);
  const put16 = (/** @type {Buffer} */ bytes, /** @type {number} */ value, /** @type {number} */ at) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const begin = () => {
    block(0x0a0d0d0a, 16, (body) => {
      put32(body, 0x1a2b3c4d, 0);
      put16(body, 1, 4);
      body.fill(0xff, 8, 16);
    });
    for (const { linkType } of captures) block(1, 8, (body) => put16(body, linkType & 0xffff, 0));
  };
  begin();
  const next = captures.map(() => 0);
  let octets = 64;
  for (;;) {
    const open = captures.map((_, index) => index).filter((index) => next[index] < captures[index].frames.length);
    if (open.length === 0) break;
    const index = random.pick(open);
    const { bytes, seconds, nanoseconds, originalLength } = captures[index].frames[next[index]++];
    octets += 36 + bytes.length;
    if (octets > longestInput) break;
    if (random.chance(0.002)) begin();
    block(6, 20 + bytes.length, (body) => {
      const ticks = (seconds >>> 0) * 1e6 + Math.floor((nanoseconds >>> 0) / 1000);
      put32(body, index, 0);
      put32(body, Math.floor(ticks / 2 ** 32), 4);
      put32(body, ticks % 2 ** 32, 8);
      put32(body, bytes.length, 12);
      put32(body, originalLength, 16);
      body.set(bytes, 20);
    });
  }
  return new Uint8Array(Buffer.concat(blocks));
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  return new Uint8Array(Buffer.concat(parts));
}
