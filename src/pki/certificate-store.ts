// Each distinct certificate once. A capture repeats few certificates over many connections, so the second sight must cost a
// hash and a comparison: no SHA-256, no parsing, no text.
import { ownBytes } from '../base/bytes.js';
import { quickHash, sha256Hex } from '../base/hash.js';
import type { CertificateRecord } from '../model/certificate.js';
import type { Side } from '../model/side.js';
import { parseCertificate } from '../wire/x509/certificate.js';
import { maxIssuersOfName } from './limits.js';
import { StoredCertificate } from './stored-certificate.js';

export { StoredCertificate };

/** What the store may hold. Each limit that bites is counted. */
export interface CertificateStoreLimits {
  /** Distinct certificates that are reported: at some two kilobytes a record, 400 MB at the very worst. */
  certificates: number;
  /** Octets of DER that are kept for chain building and signatures. */
  derOctets: number;
  /** Octets of all certificates that are reported: a record grows with its certificate. */
  describedOctets: number;
}

/** More distinct certificates than the largest measured network shows in a day; hostile captures can hold any number. */
export const defaultCertificateStoreLimits: CertificateStoreLimits = {
  certificates: 200_000,
  derOctets: 64 * 1024 * 1024,
  describedOctets: 256 * 1024 * 1024,
};

// The last octets are signature, so they differ where certificates do; when they are made to agree the guess is wrong and
// costs a comparison, no more.
const guessedOctets = 32;
const guessSlots = 4096;

const noCertificates: readonly StoredCertificate[] = [];

/**
 * The certificates of a run, by content. The table is open addressing over `quickHash`, at most half full; equality is
 * decided by the octets, or by SHA-256 where they were not kept.
 */
export class CertificateStore {
  /** Sights of certificates beyond the limits: parsed and handed back, but not kept and so not in the report's list. */
  unkept = 0;
  /** Kept certificates whose DER was not. */
  withoutDer = 0;
  /** Grows when a certificate comes that may have issued others: what was not found before may be found now. */
  issuers = 0;
  /** Hears of every subject whose certificates were asked for, and of those that were known. */
  onAsked: ((subject: string, known: readonly StoredCertificate[]) => void) | null = null;
  readonly #seed: number;
  readonly #limits: CertificateStoreLimits;
  #certificates: StoredCertificate[] = [];
  readonly #bySha256: Map<string, StoredCertificate> = new Map();
  /** Index of each that was adopted and not met since. */
  readonly #adopted: Map<string, number> = new Map();
  readonly #issuersByName: Map<string, StoredCertificate[]> = new Map();
  /** Beside `#certificates`: hash and length of each. */
  #hashes: number[] = [];
  #lengths: number[] = [];
  /** Index + 1; 0 = free. */
  #slots: Int32Array = new Int32Array(1024);
  /** Index + 1 of the certificate last seen with the same last octets: a guess that spares hashing the whole. */
  readonly #guesses: Int32Array = new Int32Array(guessSlots);
  #derOctets = 0;
  #describedOctets = 0;
  #found = -1;
  #term = 0;

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed: number, limits: CertificateStoreLimits = defaultCertificateStoreLimits) {
    this.#seed = seed;
    this.#limits = limits;
  }

  /** Distinct certificates kept. */
  get size(): number {
    return this.#certificates.length;
  }

  /** The kept certificate at a place in the order of first sight. */
  at(index: number): StoredCertificate {
    return this.#certificates[index]!;
  }

  /** Whether so many certificates, of so many octets together, may come and all be kept with their octets. */
  hasRoomFor(count: number, octets: number): boolean {
    const { certificates, derOctets, describedOctets } = this.#limits;
    return (
      this.size + count <= certificates &&
      this.#derOctets + octets <= derOctets &&
      this.#describedOctets + octets <= describedOctets
    );
  }

  /** Whether there is little room left: `forgetUnused` makes some. */
  get isCrowded(): boolean {
    return this.size > this.#limits.certificates * 0.9 || this.#describedOctets > this.#limits.describedOctets * 0.9;
  }

  /** The certificate in the lent `bytes[start, end)`: the stored one, or a new one. The result outlives the bytes. */
  add(bytes: Uint8Array, start: number, end: number): StoredCertificate {
    const guess = quickHash(bytes, Math.max(start, end - guessedOctets), end, this.#seed) & (guessSlots - 1);
    const index = this.#guesses[guess]! - 1;
    if (index >= 0 && this.#isSame(index, bytes, start, end)) return this.#certificates[index]!;
    const stored = this.#look(bytes, start, end);
    this.#guesses[guess] = this.#found + 1;
    return stored;
  }

  /** The certificate by the hash of all its octets; its index goes to `#found`, -1 when it is not kept. */
  #look(bytes: Uint8Array, start: number, end: number): StoredCertificate {
    const length = end - start;
    const hash = quickHash(bytes, start, end, this.#seed);
    const mask = this.#slots.length - 1;
    let sha256: string | null = null;
    let slot = hash & mask;
    for (let index = this.#slots[slot]! - 1; index >= 0; index = this.#slots[slot]! - 1) {
      if (this.#hashes[index] === hash && this.#lengths[index] === length) {
        const stored = this.#certificates[index]!;
        this.#found = index;
        if (stored.der !== null) {
          if (this.#isSame(index, bytes, start, end)) return stored;
        } else {
          sha256 ??= sha256Hex(bytes.subarray(start, end));
          if (stored.record.sha256 === sha256) return stored;
        }
      }
      slot = (slot + 1) & mask;
    }
    return this.#keep(bytes, start, end, hash, slot, sha256 ?? sha256Hex(bytes.subarray(start, end)));
  }

  /** A certificate of which only a record is at hand: what another run found out. The stored one, or a new one without octets. */
  adopt(record: CertificateRecord): StoredCertificate {
    const known = this.find(record.sha256);
    if (known !== null) return known;
    const stored = new StoredCertificate({ ...record, usedAs: [], firstFrame: 0 }, null);
    if (this.size >= this.#limits.certificates) {
      this.unkept++;
      return stored;
    }
    stored.term = this.#term;
    this.#certificates.push(stored);
    this.#bySha256.set(record.sha256, stored);
    // No octets hash to this but by chance, and none have its length: `#place` sets both right when they come.
    const place = Buffer.from(record.sha256, 'hex');
    this.#adopted.set(record.sha256, this.size - 1);
    this.#hashes.push(quickHash(place, 0, place.length, this.#seed));
    this.#lengths.push(0);
    return stored;
  }

  /** Notes that `side` showed the certificate in `frame`. */
  used(stored: StoredCertificate, side: Side, frame: number): void {
    const { record } = stored;
    stored.term = this.#term;
    if (record.firstFrame === 0 || frame < record.firstFrame) record.firstFrame = frame;
    if (!record.usedAs.includes(side)) record.usedAs.push(side);
  }

  /** Forgets the certificates that were not shown since the last call: a run of months sees more than there is room for. */
  forgetUnused(): void {
    const certificates = this.#certificates;
    const hashes = this.#hashes;
    const lengths = this.#lengths;
    this.#certificates = [];
    this.#hashes = [];
    this.#lengths = [];
    this.#bySha256.clear();
    this.#adopted.clear();
    this.#issuersByName.clear();
    this.#guesses.fill(0);
    this.#derOctets = 0;
    this.#describedOctets = 0;
    for (let index = 0; index < certificates.length; index++) {
      const stored = certificates[index]!;
      if (stored.term < this.#term) continue;
      this.#certificates.push(stored);
      this.#hashes.push(hashes[index]!);
      this.#lengths.push(lengths[index]!);
      this.#bySha256.set(stored.record.sha256, stored);
      this.#describedOctets += lengths[index]!;
      this.#derOctets += stored.der?.length ?? 0;
      if (stored.record.isCa || stored.record.version === 1) this.#keepIssuer(stored);
    }
    this.#rebuild(1024);
    // Chains that were built over a forgotten issuer are judged anew.
    this.issuers++;
    this.#term++;
  }

  /** The kept certificate with this SHA-256, or null. */
  find(sha256: string): StoredCertificate | null {
    return this.#bySha256.get(sha256) ?? null;
  }

  /** Kept certificates that may have issued others, by the canonical form of their subject. */
  issuersNamed(subject: string): readonly StoredCertificate[] {
    const named = this.#issuersByName.get(subject) ?? noCertificates;
    this.onAsked?.(subject, named);
    return named;
  }

  /** The kept certificates in order of first sight. */
  [Symbol.iterator](): Iterator<StoredCertificate> {
    return this.#certificates[Symbol.iterator]();
  }

  #isSame(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { der } = this.#certificates[index]!;
    if (der === null || der.length !== end - start) return false;
    // Native: a loop over 1,200 octets costs eight times as much.
    return Buffer.compare(der, bytes.subarray(start, end)) === 0;
  }

  #keep(bytes: Uint8Array, start: number, end: number, hash: number, slot: number, sha256: string): StoredCertificate {
    const length = end - start;
    const adopted = this.#adopted.get(sha256);
    if (adopted !== undefined) return this.#place(adopted, sha256, hash, length);
    const record = { sha256, ...parseCertificate(bytes, start, end), usedAs: [], firstFrame: 0 };
    const limits = this.#limits;
    if (this.size >= limits.certificates || this.#describedOctets + length > limits.describedOctets) {
      this.unkept++;
      this.#found = -1;
      return new StoredCertificate(record, null);
    }
    const hasRoom = this.#derOctets + length <= limits.derOctets;
    if (hasRoom) this.#derOctets += length;
    else this.withoutDer++;
    const stored = new StoredCertificate(record, hasRoom ? ownBytes(bytes, start, end) : null);
    stored.term = this.#term;
    if (record.isCa || record.version === 1) this.#keepIssuer(stored);
    this.#describedOctets += length;
    this.#found = this.#certificates.push(stored) - 1;
    this.#bySha256.set(sha256, stored);
    this.#hashes.push(hash);
    this.#lengths.push(length);
    this.#slots[slot] = this.size;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return stored;
  }

  /** An adopted certificate whose octets were met: the next sight finds it by them. */
  #place(index: number, sha256: string, hash: number, length: number): StoredCertificate {
    this.#adopted.delete(sha256);
    this.#hashes[index] = hash;
    this.#lengths[index] = length;
    this.#rebuild(this.#slots.length);
    this.#found = index;
    return this.#certificates[index]!;
  }

  #keepIssuer(stored: StoredCertificate): void {
    const subject = stored.facts?.subject ?? '';
    if (subject === '') return;
    const named = this.#issuersByName.get(subject);
    if (named === undefined) this.#issuersByName.set(subject, [stored]);
    else if (named.length < maxIssuersOfName) named.push(stored);
    else return;
    this.issuers++;
  }

  #grow(): void {
    this.#rebuild(this.#slots.length * 2);
  }

  /** Finds all certificates a place in a table of at least `least` slots, a power of two. */
  #rebuild(least: number): void {
    let length = least;
    while (this.size * 2 > length) length *= 2;
    const slots = new Int32Array(length);
    const mask = length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = this.#hashes[index]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}
