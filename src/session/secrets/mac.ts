// The MAC of records before AEAD: RFC 5246 §6.2.3.1; SSLv3's: RFC 6101 §5.2.3.1.
import { createHash, createHmac } from 'node:crypto';
import { tlsVersions } from '../../registry/tls-versions.js';
import { writeSequence } from './record-opener.js';

const macLengths: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48 };

/** Octets of a MAC by its hash. */
export function macLength(hash: string): number {
  return macLengths[hash] ?? 0;
}

/** Authenticates the records of one direction. */
export class RecordMac {
  readonly length: number;
  readonly #version: number;
  readonly #hash: string;
  readonly #key: Uint8Array;
  readonly #header: Uint8Array = new Uint8Array(13);

  constructor(version: number, hash: string, key: Uint8Array) {
    this.#version = version;
    this.#hash = hash;
    this.#key = key;
    this.length = macLength(hash);
  }

  /** Whether `mac[at, at + length)` is the MAC of `content[start, end)`, a record's of this number, type and version. */
  fits(
    sequence: number,
    type: number,
    version: number,
    content: Uint8Array,
    start: number,
    end: number,
    mac: Uint8Array,
    at: number,
  ): boolean {
    const header = this.#header;
    const length = end - start;
    writeSequence(header, 0, sequence);
    header[8] = type;
    header[9] = version >> 8;
    header[10] = version & 0xff;
    header[11] = length >> 8;
    header[12] = length & 0xff;
    const text = content.subarray(start, end);
    const computed = this.#version === tlsVersions.sslv3 ? this.#sslv3(text) : this.#hmac(text);
    return Buffer.compare(computed, mac.subarray(at, at + this.length)) === 0;
  }

  #hmac(text: Uint8Array): Uint8Array {
    return createHmac(this.#hash, this.#key).update(this.#header).update(text).digest();
  }

  #sslv3(text: Uint8Array): Uint8Array {
    const header = this.#header;
    const pad = (octet: number): Uint8Array => new Uint8Array(this.#hash === 'md5' ? 48 : 40).fill(octet);
    const inner = createHash(this.#hash)
      .update(this.#key)
      .update(pad(0x36))
      // Without the version.
      .update(header.subarray(0, 9))
      .update(header.subarray(11))
      .update(text)
      .digest();
    return createHash(this.#hash).update(this.#key).update(pad(0x5c)).update(inner).digest();
  }
}
