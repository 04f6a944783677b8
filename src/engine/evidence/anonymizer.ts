// Addresses and names that stand for the true ones: the same key gives the same, so that what several people share fits together.
import { createCipheriv, createHmac, scryptSync } from 'node:crypto';
import type { Address } from './addresses.js';
import { addressText } from './addresses.js';

/** Binds the derivation to its use; the work of scrypt (its defaults) is what makes guessing of short keys dear. */
const salt = 'barewire evidence 1';

/** Results kept, so that a long capture doesn't ask for the same few thousand times; past it they are made anew. */
const maxRemembered = 4096;

/**
 * Replaces addresses so that two which share a prefix share one of the same length afterwards, and no more: bit by bit, each
 * flipped by what AES makes of the bits before it (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002).
 * Each family has a permutation of its own.
 */
export class Anonymizer {
  readonly #cipherKey: Buffer;
  readonly #nameKey: Buffer;
  readonly #pads: Readonly<Record<4 | 6, Buffer>>;
  readonly #remembered: Map<string, Address> = new Map();

  /** `key` is any text; only who knows it can tell which address stands for which. */
  constructor(key: string) {
    const derived = scryptSync(key, salt, 80);
    this.#cipherKey = derived.subarray(0, 16);
    this.#nameKey = derived.subarray(16, 48);
    this.#pads = { 4: this.#encrypt(derived.subarray(48, 64)), 6: this.#encrypt(derived.subarray(64, 80)) };
  }

  /** What stands for an address. */
  address(address: Address): Address {
    const text = addressText(address);
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const made = this.#permute(address);
    if (this.#remembered.size < maxRemembered) this.#remembered.set(text, made);
    return made;
  }

  /** What stands for the hardware address of a host: locally administered, by the address that stands for the host. */
  hardware(address: Address): Uint8Array {
    const octets = Uint8Array.from(this.#digest(`hardware ${addressText(address)}`).subarray(0, 6));
    octets[0] = (octets[0]! & 0xfc) | 0x02;
    return octets;
  }

  /** What stands for a name, whatever case it is written in. */
  name(name: string): string {
    return `name-${this.#digest(`name ${name.toLowerCase()}`).toString('hex', 0, 5)}`;
  }

  #permute({ family, words }: Address): Address {
    const bits = family === 4 ? 32 : 128;
    const pad = this.#pads[family];
    const made = new Int32Array(4);
    // The block is the pad with the bits before the one in question put over its beginning.
    const block = Buffer.from(pad);
    for (let at = 0; at < bits; at++) {
      const bit = (words[at >>> 5]! >>> (31 - (at & 31))) & 1;
      const flip = this.#encrypt(block)[0]! >>> 7;
      made[at >>> 5] = made[at >>> 5]! | ((bit ^ flip) << (31 - (at & 31)));
      const mask = 0x80 >>> (at & 7);
      block[at >>> 3] = bit === 1 ? block[at >>> 3]! | mask : block[at >>> 3]! & ~mask;
    }
    return { family, words: made };
  }

  #encrypt(block: Buffer): Buffer {
    const cipher = createCipheriv('aes-128-ecb', this.#cipherKey, null).setAutoPadding(false);
    return cipher.update(block);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#nameKey).update(text).digest();
  }
}
