// Addresses and names that stand for the true ones: the same key gives the same, so that what several people share fits together.
import { createCipheriv, createHmac, scryptSync } from 'node:crypto';
import type { Address } from '../../base/parsed-address.js';
import { addressText, parseAddress } from '../../base/parsed-address.js';

/** Binds the derivation to its use; the work of scrypt (its defaults) is what makes guessing of short keys dear. */
const salt = 'barewire evidence 1';

/**
 * Networks whose members stay members: who is on a private network, or talks to itself, is judged otherwise, and an address of one
 * tells nothing of who it is (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291). What shares the first bits of one keeps those.
 */
const keptNetworks: readonly { family: 4 | 6; words: Int32Array; bits: number }[] = [
  ...(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'] as const),
  ...(['fc00::/7', 'fe80::/10', '::1/128'] as const),
].map((network) => {
  const [text = '', bits] = network.split('/');
  return { ...parseAddress(text)!, bits: Number(bits) };
});

/** Results kept, so that a long capture doesn't ask for the same few thousand times; past it they are made anew. */
const maxRemembered = 4096;

/**
 * Replaces addresses so that two which share a prefix share one of the same length afterwards, and no more: bit by bit, each
 * flipped by what AES makes of the bits before it (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002).
 * Each family has a permutation of its own; private addresses stay private.
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
      const flip = isOnTheWay(family, words, at) ? 0 : this.#encrypt(block)[0]! >>> 7;
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

/** Whether the first `bits` of an address are the beginning of a network that stays as it is. */
function isOnTheWay(family: 4 | 6, words: Int32Array, bits: number): boolean {
  return keptNetworks.some(
    (network) => network.family === family && network.bits > bits && sharedBits(network.words, words) >= bits,
  );
}

function sharedBits(a: Int32Array, b: Int32Array): number {
  for (let at = 0; at < 4; at++) {
    const difference = a[at]! ^ b[at]!;
    if (difference !== 0) return at * 32 + Math.clz32(difference);
  }
  return 128;
}
