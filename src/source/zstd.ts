import { Decompress } from 'fzstd';
import { ByteQueue } from './byte-queue.js';
import type { Chunks } from './source.js';

// RFC 8878 §3.1: frames of a header and blocks. The blocks are handed to the decoder one by one: given a whole chunk it
// would decode all blocks in it at once, and four octets can stand for 128 KiB (an RLE block).

const frameMagic = 0xfd2fb528;
/** Sixteen magic numbers of frames to be skipped, without their last four bits. */
const skippableMagic = 0x184d2a5;
/** RFC 8878 §3.1.1.2.4 (Block_Maximum_Size). */
const mostBlock = 128 * 1024;
/** Window that is allocated at most: what `zstd -d` accepts unasked. */
const mostWindow = 128 * 1024 * 1024;
const blockTypes = { rle: 1, reserved: 3 } as const;

/** Unpacks zstd frames, one after the other; throws at the end of what could be unpacked. */
export async function* unzstdChunks(packed: Chunks): Chunks {
  const queue = new ByteQueue(packed);
  while (await queue.fill(1)) {
    if (!(await queue.fill(8))) throw new Error('it is cut in a frame header');
    if (queue.peekU32(0) >>> 4 === skippableMagic) {
      if (!(await queue.skip(8 + queue.peekU32(4)))) throw new Error('it is cut in a frame to be skipped');
    } else yield* unpackFrame(queue);
  }
}

async function* unpackFrame(queue: ByteQueue): Chunks {
  const descriptor = queue.peek(4);
  if (queue.peekU32(0) !== frameMagic) throw new Error('something else follows its last frame');
  const headerLength = frameHeaderLength(descriptor);
  if (!(await queue.fill(headerLength))) throw new Error('it is cut in a frame header');
  checkFrame(queue, descriptor, headerLength);
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((piece) => ready.push(piece));
  decoder.push(queue.take(headerLength));
  for (let last = false; !last; ) {
    if (!(await queue.fill(3))) throw new Error('it is cut between two blocks');
    const block = queue.peek(0) | (queue.peek(1) << 8) | (queue.peek(2) << 16);
    last = (block & 1) === 1;
    const type = (block >> 1) & 3;
    const size = block >> 3;
    if (type === blockTypes.reserved || size > mostBlock) throw new Error('a block that there can not be');
    const checksum = last && (descriptor & 4) !== 0 ? 4 : 0;
    const length = 3 + (type === blockTypes.rle ? 1 : size) + checksum;
    if (!(await queue.fill(length))) throw new Error('it is cut in a block');
    decoder.push(queue.take(length), last);
    yield* ready.splice(0);
  }
}

/** RFC 8878 §3.1.1.1: magic 4, descriptor 1, window 0 or 1, dictionary 0 to 4, content size 0 to 8. */
function frameHeaderLength(descriptor: number): number {
  const single = (descriptor >> 5) & 1;
  const dictionary = descriptor & 3;
  const contentSize = descriptor >> 6;
  return 5 + (1 - single) + (dictionary === 3 ? 4 : dictionary) + (contentSize === 0 ? single : 1 << contentSize);
}

/** Throws for a frame that needs more memory or a dictionary. */
function checkFrame(queue: ByteQueue, descriptor: number, headerLength: number): void {
  const single = (descriptor >> 5) & 1;
  if ((descriptor & 3) !== 0) throw new Error('it needs a dictionary');
  let window = 0;
  if (single === 1) {
    // A single segment's window is its content size, which ends the header; 2-octet sizes are 256 off.
    for (let at = headerLength - 1; at >= 5; at--) window = window * 256 + queue.peek(at);
    if (descriptor >> 6 === 1) window += 256;
  } else {
    const field = queue.peek(5);
    const base = 2 ** (10 + (field >> 3));
    window = base + (base / 8) * (field & 7);
  }
  if (window > mostWindow)
    throw new Error(`it needs a window of ${window} octets, more than the ${mostWindow} allowed`);
}
