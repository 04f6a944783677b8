import { ByteTable } from './byte-table.js';
import { ja3s } from './ja3.js';
import { maxExtensions, maxServerHelloShapeOctets, maxServerHelloShapes } from './limits.js';

/** Remembers JA3S fingerprints: servers answer in few ways, and MD5 costs more than reading the hello. Bounded. */
export class ServerHelloShapes {
  readonly #fingerprints: ByteTable<string>;
  readonly #key: Uint8Array = new Uint8Array(4 + 2 * maxExtensions);

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed: number) {
    this.#fingerprints = new ByteTable(seed, maxServerHelloShapes, maxServerHelloShapeOctets);
  }

  /** How many fingerprints are remembered. */
  get size(): number {
    return this.#fingerprints.size;
  }

  /** JA3S as hexadecimal; at most `maxExtensions` extensions. */
  ja3s(legacyVersion: number, cipherSuite: number, extensions: readonly number[]): string {
    const key = this.#key;
    key[0] = legacyVersion >>> 8;
    key[1] = legacyVersion;
    key[2] = cipherSuite >>> 8;
    key[3] = cipherSuite;
    let length = 4;
    for (const type of extensions) {
      key[length++] = type >>> 8;
      key[length++] = type;
    }
    const known = this.#fingerprints.find(key, 0, length);
    if (known !== undefined) return known;
    const fingerprint = ja3s(legacyVersion, cipherSuite, extensions);
    this.#fingerprints.add(key, 0, length, fingerprint);
    return fingerprint;
  }
}
