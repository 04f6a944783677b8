import { ByteQueue } from './byte-queue.js';
import type { Chunks } from './source.js';

// LZ4 frame format 1.6.4. The library decodes a frame only as a whole in memory, so the frames are read here and each block
// (4 MiB at most) is handed to its block decoder.

const frameMagic = 0x184d2204;
const legacyMagic = 0x184c2102;
const skippableMagic = 0x184d2a5;
const legacyBlock = 8 * 1024 * 1024;
/** How far back a block may refer to the blocks before it. */
const historyLength = 64 * 1024;

type DecodeBlock = (sized: Uint8Array, history?: Uint8Array) => Uint8Array;

/** Unpacks LZ4 frames, legacy ones too, one after the other; throws at the end of what could be unpacked. */
export async function* unlz4Chunks(packed: Chunks): Chunks {
  const queue = new ByteQueue(packed);
  // Native code: loaded where it is needed, so that a platform without it can do all else.
  const { uncompressSync } = await import('lz4-napi');
  while (await queue.fill(1)) {
    if (!(await queue.fill(7))) throw new Error('it is cut in a frame header');
    const magic = queue.peekU32(0);
    if (magic >>> 4 === skippableMagic) {
      if (!(await queue.fill(8)) || !(await queue.skip(8 + queue.peekU32(4)))) throw new Error('it is cut');
    } else if (magic === legacyMagic) {
      queue.take(4);
      yield* unpackLegacy(queue, uncompressSync);
    } else if (magic === frameMagic) yield* unpackFrame(queue, uncompressSync);
    else throw new Error('something else follows its last frame');
  }
}

/** Magic 4, flags 1, block size 1, content size 0 or 8, dictionary 0 or 4, header checksum 1; blocks; 0; checksum 0 or 4. */
async function* unpackFrame(queue: ByteQueue, decode: DecodeBlock): Chunks {
  const flags = queue.peek(4);
  const sizeCode = (queue.peek(5) >> 4) & 7;
  if (flags >> 6 !== 1 || sizeCode < 4) throw new Error('a frame header that there can not be');
  if ((flags & 0x01) !== 0) throw new Error('it needs a dictionary');
  const mostBlock = 2 ** (8 + 2 * sizeCode);
  if (!(await queue.skip(7 + ((flags & 0x08) !== 0 ? 8 : 0)))) throw new Error('it is cut in a frame header');
  const linked = (flags & 0x20) === 0;
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  let history: Uint8Array | undefined;
  for (;;) {
    if (!(await queue.fill(4))) throw new Error('it is cut between two blocks');
    const header = queue.peekU32(0);
    if (header === 0) break;
    const length = header & 0x7fffffff;
    if (length > mostBlock) throw new Error(`a block of ${length} octets`);
    if (!(await queue.fill(4 + length + blockChecksum))) throw new Error('it is cut in a block');
    const piece = decodeBlock(queue, length, header >>> 31 === 1, mostBlock, decode, history);
    queue.take(blockChecksum);
    yield piece;
    if (linked) history = lastOctets(history, piece);
  }
  // Checksums are not verified: what they would find, the capture's own structure shows with its offset.
  const trailer = 4 + ((flags & 0x04) !== 0 ? 4 : 0);
  if (!(await queue.skip(trailer))) throw new Error('it is cut in its checksum');
}

/** Blocks of length 4 and content until the input ends or another frame begins. */
async function* unpackLegacy(queue: ByteQueue, decode: DecodeBlock): Chunks {
  while (await queue.fill(4)) {
    const length = queue.peekU32(0);
    if (length === frameMagic || length === legacyMagic || length >>> 4 === skippableMagic) return;
    if (length > legacyBlock + legacyBlock / 128) throw new Error(`a block of ${length} octets`);
    if (!(await queue.fill(4 + length))) throw new Error('it is cut in a block');
    yield decodeBlock(queue, length, false, legacyBlock, decode, undefined);
  }
}

/** Decodes the block behind the 4 octets in hand. The library wants the size it may grow to where the length stands. */
function decodeBlock(
  queue: ByteQueue,
  length: number,
  stored: boolean,
  mostBlock: number,
  decode: DecodeBlock,
  history: Uint8Array | undefined,
): Uint8Array {
  const sized = queue.take(4 + length);
  if (stored) return sized.subarray(4);
  new DataView(sized.buffer, sized.byteOffset).setUint32(0, mostBlock, true);
  return history === undefined ? decode(sized) : decode(sized, history);
}

function lastOctets(history: Uint8Array | undefined, piece: Uint8Array): Uint8Array {
  if (history === undefined || piece.length >= historyLength) return piece.subarray(-historyLength);
  const both = Buffer.concat([history, piece]);
  return both.subarray(-historyLength);
}
