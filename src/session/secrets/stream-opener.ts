// RFC 5246 §6.2.3.1: stream ciphers, and none at all. RC4 (draft-kaukonen-cipher-arcfour-03) is written out: libraries have
// dropped it, captures have not.
import type { RecordMac } from './mac.js';
import type { RecordOpener } from './record-opener.js';

/** Opens records of RC4 (with a key) and of suites without encryption (null). */
export class StreamOpener implements RecordOpener {
  readonly canSearch: boolean;
  contentType = 0;
  readonly #mac: RecordMac;
  readonly #state: Uint8Array | null;
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array | null, mac: RecordMac) {
    this.#mac = mac;
    this.#state = key === null ? null : schedule(key);
    this.canSearch = key === null;
  }

  open(
    sequence: number,
    type: number,
    version: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | null {
    this.contentType = type;
    const plain = bytes.slice(start, end);
    if (this.#state !== null) this.#decrypt(this.#state, plain);
    const length = plain.length - this.#mac.length;
    if (length < 0 || !this.#mac.fits(sequence, type, version, plain, 0, length, plain, length)) return null;
    return plain.subarray(0, length);
  }

  #decrypt(state: Uint8Array, text: Uint8Array): void {
    let i = this.#i;
    let j = this.#j;
    for (let at = 0; at < text.length; at++) {
      i = (i + 1) & 0xff;
      const a = state[i]!;
      j = (j + a) & 0xff;
      const b = state[j]!;
      state[i] = b;
      state[j] = a;
      text[at]! ^= state[(a + b) & 0xff]!;
    }
    this.#i = i;
    this.#j = j;
  }
}

function schedule(key: Uint8Array): Uint8Array {
  const state = new Uint8Array(256);
  for (let i = 0; i < 256; i++) state[i] = i;
  for (let i = 0, j = 0; i < 256; i++) {
    const a = state[i]!;
    j = (j + a + key[i % key.length]!) & 0xff;
    state[i] = state[j]!;
    state[j] = a;
  }
  return state;
}
