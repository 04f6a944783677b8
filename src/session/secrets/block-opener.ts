// CBC records: RFC 5246 §6.2.3.2, RFC 2246 §6.2.3.2 (the IV is the block before), RFC 6101 §5.2.3.2 (free padding), and
// encrypt-then-MAC, RFC 7366.
import { createDecipheriv } from 'node:crypto';
import { tlsVersions } from '../../registry/tls-versions.js';
import type { TrafficKeys } from './hkdf.js';
import type { RecordMac } from './mac.js';
import type { RecordOpener } from './record-opener.js';
import type { SuiteProtection } from './suite-protection.js';

/** Opens records of block ciphers, SSLv3 to TLS 1.2. */
export class BlockOpener implements RecordOpener {
  readonly canSearch: boolean;
  contentType = 0;
  readonly #cipher: string;
  readonly #key: Uint8Array;
  readonly #block: number;
  readonly #mac: RecordMac;
  readonly #version: number;
  readonly #encryptThenMac: boolean;
  /** Before TLS 1.1: the last block of the record before. */
  #chained: Uint8Array;

  constructor(
    protection: SuiteProtection,
    keys: TrafficKeys,
    mac: RecordMac,
    version: number,
    encryptThenMac: boolean,
  ) {
    this.#cipher = protection.cipher;
    this.#key = protection.keyLength === 8 ? Buffer.concat([keys.key, keys.key, keys.key]) : keys.key;
    this.#block = protection.ivLength;
    this.#mac = mac;
    this.#version = version;
    this.#encryptThenMac = encryptThenMac;
    this.#chained = keys.iv;
    this.canSearch = version >= tlsVersions.tls11;
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
    const macLength = this.#mac.length;
    const sealedEnd = this.#encryptThenMac ? end - macLength : end;
    const isExplicit = this.canSearch;
    const from = isExplicit ? start + this.#block : start;
    if (sealedEnd - from < this.#block || (sealedEnd - from) % this.#block !== 0) return null;
    // RFC 7366 §3: the MAC is over the IV and the ciphertext.
    if (this.#encryptThenMac && !this.#mac.fits(sequence, type, version, bytes, start, sealedEnd, bytes, sealedEnd)) {
      return null;
    }
    const iv = isExplicit ? bytes.subarray(start, from) : this.#chained;
    if (!isExplicit) this.#chained = bytes.slice(sealedEnd - this.#block, sealedEnd);
    const decipher = createDecipheriv(this.#cipher, this.#key, iv).setAutoPadding(false);
    const plain = decipher.update(bytes.subarray(from, sealedEnd));
    const length = this.#unpadded(plain);
    if (length < 0) return null;
    if (this.#encryptThenMac) return plain.subarray(0, length);
    const contentLength = length - macLength;
    if (contentLength < 0) return null;
    if (!this.#mac.fits(sequence, type, version, plain, 0, contentLength, plain, contentLength)) return null;
    return plain.subarray(0, contentLength);
  }

  /** Length without the padding; -1 where there is none. SSLv3 says nothing of what padding holds. */
  #unpadded(plain: Uint8Array): number {
    const padding = plain[plain.length - 1]!;
    const length = plain.length - padding - 1;
    if (length < 0) return -1;
    if (this.#version === tlsVersions.sslv3) return length;
    for (let at = length; at < plain.length; at++) if (plain[at] !== padding) return -1;
    return length;
  }
}
