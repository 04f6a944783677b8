import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../bench/certificates.mjs';
import { Random } from '../bench/random.mjs';
import * as tls from '../bench/tls.mjs';

/** @typedef {import('./mutate.mjs').Frames} Frames */
/** @typedef {{ name: string, bytes: Uint8Array, frames: Frames }} SeedCapture */
/** @typedef {{ captures: SeedCapture[], certificates: Uint8Array[], messages: Uint8Array[], openings: Uint8Array[] }} Seeds */

// Larger captures say the same things more often.
const largestCapture = 1 << 18;

/**
 * What fuzzing starts from: the captures in the repository and, where they are, the shared ones.
 * @param {string} root of the project @param {{ shared: boolean }} options @returns {Seeds}
 */
export function loadSeeds(root, { shared }) {
  const folders = [join(root, 'captures')];
  if (shared) folders.push(join(root, '..', 'shared', 'corpus'), join(root, '..', 'shared', 'lab'));
  const captures = folders
    .flatMap((folder) => files(folder, /\.(?:pcap|pcapng|cap|snoop)$/))
    .map((path) => {
      const bytes = new Uint8Array(readFileSync(path));
      return { name: path, bytes, frames: readFrames(bytes) };
    });
  const certificates = shared
    ? files(join(root, '..', 'shared', 'certs'), /\.der$/).map((path) => new Uint8Array(readFileSync(path)))
    : [];
  const random = new Random(7);
  for (const elliptic of [true, false])
    certificates.push(
      makeCertificate(random, { issuer: 'A', subject: 'B', names: ['b.example', 'spiffe://b/c'], elliptic }),
    );
  const frames = captures.flatMap((capture) => capture.frames.frames);
  const messages = [
    ...builtMessages(random, certificates.at(-1)),
    ...frames.flatMap(({ bytes }) => findMessages(bytes)),
  ];
  const openings = frames
    .map(({ bytes }) => bytes.slice(Math.min(bytes.length, 54)))
    .filter((bytes) => bytes.length > 0);
  return { captures, certificates, messages: unique(messages), openings: unique(openings) };
}

/** @param {string} folder @param {RegExp} pattern @returns {string[]} */
function files(folder, pattern) {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {Uint8Array[]} all */
function unique(all) {
  return [...new Map(all.map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes])).values()];
}

/**
 * The frames of a plain pcap or pcapng file, none where it is anything else. On its own feet: what the product misreads
 * must not choose what it is tried with.
 * @param {Uint8Array} bytes @returns {Frames}
 */
export function readFrames(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, largestCapture));
  /** @type {Frames} */
  const capture = { linkType: 1, frames: [] };
  if (view.byteLength < 28) return capture;
  const magic = view.getUint32(0, true);
  if (magic === 0x0a0d0d0a) readBlocks(view, bytes, capture);
  else if ([0xa1b2c3d4, 0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1].includes(magic)) {
    const little = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
    capture.linkType = view.getUint32(20, little) & 0xffff;
    for (let at = 24; at + 16 <= view.byteLength; ) {
      const length = view.getUint32(at + 8, little);
      if (at + 16 + length > view.byteLength) break;
      const [seconds, nanoseconds] = [view.getUint32(at, little), view.getUint32(at + 4, little)];
      const originalLength = view.getUint32(at + 12, little);
      capture.frames.push({ bytes: bytes.slice(at + 16, at + 16 + length), seconds, nanoseconds, originalLength });
      at += 16 + length;
    }
  }
  return capture;
}

/** @param {DataView} view @param {Uint8Array} bytes @param {Frames} capture */
function readBlocks(view, bytes, capture) {
  const little = view.getUint32(8, true) === 0x1a2b3c4d;
  for (let at = 0; at + 12 <= view.byteLength; ) {
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12 || at + length > view.byteLength) break;
    if (type === 1) capture.linkType = view.getUint16(at + 8, little);
    if (type === 6 && length >= 32) {
      const captured = view.getUint32(at + 20, little);
      if (captured > length - 32) break;
      const ticks = view.getUint32(at + 12, little) * 0x1_0000_0000 + view.getUint32(at + 16, little);
      const [seconds, nanoseconds] = [Math.floor(ticks / 1e6) >>> 0, (ticks % 1e6) * 1000];
      const originalLength = view.getUint32(at + 24, little);
      capture.frames.push({ bytes: bytes.slice(at + 28, at + 28 + captured), seconds, nanoseconds, originalLength });
    }
    at += length;
  }
}

/** Handshake messages that lie whole in a record in a frame. @param {Uint8Array} frame @returns {Uint8Array[]} */
function findMessages(frame) {
  const messages = [];
  for (let at = 0; at + 9 < frame.length; at++) {
    if (frame[at] !== 0x16 || frame[at + 1] !== 3 || frame[at + 2] > 4) continue;
    const end = at + 5 + ((frame[at + 3] << 8) | frame[at + 4]);
    for (let from = at + 5; from + 4 <= Math.min(end, frame.length); ) {
      const to = from + 4 + ((frame[from + 1] << 16) | (frame[from + 2] << 8) | frame[from + 3]);
      if (to > Math.min(end, frame.length)) break;
      messages.push(frame.slice(from, to));
      from = to;
    }
  }
  return messages;
}

/** @param {Random} random @param {Uint8Array} [der] */
function builtMessages(random, der) {
  const withoutRecord = (/** @type {Uint8Array} */ record) => record.slice(5);
  const hellos = [...tls.clientProfiles, ...tls.legacyProfiles].flatMap((profile) => [
    tls.clientHello(profile, 'a.example', 0),
    tls.clientHello(profile, 'b.example', 96),
  ]);
  const servers = [true, false].flatMap((is13) =>
    [true, false].map((resumed) => tls.serverHello({ suite: 0x1301, is13, resumed })),
  );
  const drawn = [
    ...hellos,
    ...servers,
    tls.serverKeyExchange(),
    tls.clientKeyExchange(),
    tls.certificateVerify(),
    tls.newSessionTicket(64),
  ];
  const fixed = [
    tls.certificate(der ? [der, der] : []),
    tls.certificate([]),
    tls.certificateRequest([]),
    tls.serverHelloDone,
  ];
  return [...drawn.map((template) => template.draw(random)), ...fixed].map(withoutRecord);
}
