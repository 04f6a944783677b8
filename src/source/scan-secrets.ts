// Decryption secrets blocks of a pcapng file, found before its packets are read. A live capture appends them, so they often come
// behind the packets they open; but most files have none, and those must not be read twice.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { identifyCapture } from '../capture/framer.js';
import { blockTypes } from '../capture/pcapng-blocks.js';

/** Files up to this length are looked through: a few milliseconds. */
const wholeLength = 16 * 1024 * 1024;

/** Of longer ones, so many octets at either end; the rest where one of these has secrets. */
const endLength = 1024 * 1024;

const windowLength = 1024 * 1024;
const windowsPerTurn = 64;
/** Longest secrets that are read. */
const maxSecrets = 16 * 1024 * 1024;
const leastBlock = 12;

/** Receives the secrets of a block, lent for the call; `type` as in the block. */
export type SecretsSink = (type: number, bytes: Uint8Array, start: number, end: number) => void;

/**
 * Hands on the decryption secrets of a plain pcapng file. Pipes, packed files and other formats have none that could be had
 * before their packets, nor do files that can't be read: whoever reads those says so. False = not looked through.
 */
export async function scanSecrets(path: string, sink: SecretsSink): Promise<boolean> {
  let descriptor: number;
  try {
    if (!statSync(path).isFile()) return false;
    descriptor = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const head = new Uint8Array(leastBlock);
    if (readSync(descriptor, head, 0, leastBlock, 0) < leastBlock) return false;
    if (identifyCapture(head, 0, leastBlock) !== 'pcapng') return false;
    const { size } = fstatSync(descriptor);
    const scan = new Scan(descriptor, head[8] === 0x4d, sink);
    if (size <= wholeLength || scan.forward(0, endLength) || scan.backward(size)) await scan.whole(size);
    return true;
  } catch {
    // A disk error: met again by whoever reads the packets.
    return false;
  } finally {
    closeSync(descriptor);
  }
}

class Scan {
  readonly #descriptor: number;
  #little: boolean;
  readonly #sink: SecretsSink;
  readonly #window: Buffer = Buffer.allocUnsafe(windowLength);
  #windowStart = 0;
  #windowEnd = 0;
  /** Where the next block begins. */
  #at = 0;

  constructor(descriptor: number, little: boolean, sink: SecretsSink) {
    this.#descriptor = descriptor;
    this.#little = little;
    this.#sink = sink;
  }

  /** Walks through all blocks from the first on, and hands on secrets. */
  async whole(size: number): Promise<void> {
    this.#at = 0;
    for (let windows = 1; this.#at + leastBlock <= size; windows++) {
      if (!this.#step(this.#at + windowLength, true)) return;
      if (windows % windowsPerTurn === 0) await nextTurn();
    }
  }

  /** Whether the blocks that begin in `[start, end)` have secrets. */
  forward(start: number, end: number): boolean {
    this.#at = start;
    return this.#step(end, false) && this.#found;
  }

  /** Whether the blocks that end in the last octets of the file have secrets: each block's length stands at its end too. */
  backward(size: number): boolean {
    for (let end = size; end > size - endLength && end >= leastBlock; ) {
      const length = this.#u32(end - 4, size - endLength);
      if (length < leastBlock || length > end || (length & 3) !== 0) return false;
      const start = end - length;
      if (this.#u32(start + 4, size - endLength) !== length) return false;
      if (this.#u32(start, size - endLength) === blockTypes.decryptionSecrets) return true;
      end = start;
    }
    return false;
  }

  #found = false;

  /** Walks until `end`; false where the file ends or is damaged. */
  #step(end: number, hands: boolean): boolean {
    while (this.#at < end) {
      const at = this.#at;
      if (!this.#show(at, leastBlock)) return false;
      const offset = at - this.#windowStart;
      const type = this.#read(offset);
      if (type === blockTypes.sectionHeader) this.#little = this.#window[offset + 8] === 0x4d;
      const length = this.#read(offset + 4);
      if (length < leastBlock) return false;
      if (type === blockTypes.decryptionSecrets) {
        this.#found = true;
        if (hands) this.#handOn(at, length);
      }
      // Not in 32 bits: a length that runs over them would lead back to where it stands.
      this.#at = at + Math.ceil(length / 4) * 4;
    }
    return true;
  }

  /** §4.7: type 4, length 4, secrets. */
  #handOn(at: number, length: number): void {
    if (length < leastBlock + 8 || length > maxSecrets) return;
    const block = Buffer.allocUnsafe(length);
    if (readSync(this.#descriptor, block, 0, length, at) < length) return;
    const type = this.#little ? block.readUInt32LE(8) : block.readUInt32BE(8);
    const octets = this.#little ? block.readUInt32LE(12) : block.readUInt32BE(12);
    this.#sink(type, block, 16, Math.min(16 + octets, length - 4));
    block.fill(0);
  }

  /** The number at `at` of the file; `from` is where the window that it needs may begin. */
  #u32(at: number, from: number): number {
    if (at < this.#windowStart || at + 4 > this.#windowEnd) {
      if (!this.#show(Math.max(0, Math.min(at, from)), 4)) return 0;
      if (at + 4 > this.#windowEnd && !this.#show(at, 4)) return 0;
    }
    return this.#read(at - this.#windowStart);
  }

  #read(offset: number): number {
    return this.#little ? this.#window.readUInt32LE(offset) : this.#window.readUInt32BE(offset);
  }

  /** Makes the window hold `length` octets from `at` on; false where the file ends before. */
  #show(at: number, length: number): boolean {
    if (at >= this.#windowStart && at + length <= this.#windowEnd) return true;
    const octets = readSync(this.#descriptor, this.#window, 0, windowLength, at);
    this.#windowStart = at;
    this.#windowEnd = at + octets;
    return octets >= length;
  }
}
