import type { CertificateRecord } from '../model/certificate.js';
import { CertificateFacts } from './certificate-facts.js';
import { maxRememberedChecks } from './limits.js';
import { importCost, importPublicKey, type RefusedKey, type VerifyingKey } from './public-key.js';
import { invalid, notChecked, type SignatureOutcome, verifySignature } from './signature.js';
import type { SignatureWork } from './signature-work.js';

/** A certificate of the run or of a bundle: what the report says of it, its DER, and what was found out with it. */
export class StoredCertificate {
  readonly record: CertificateRecord;
  /** Owned; null when the budget for DER was spent. */
  readonly der: Uint8Array | null;
  /** How many handshakes it was shown in whose signatures could be verified. */
  handshakes = 0;
  /** The term of the store in which it was last shown; see `CertificateStore.forgetUnused`. */
  term = 0;
  #facts: CertificateFacts | null = null;
  #key: VerifyingKey | RefusedKey | null = null;
  #issuers: StoredCertificate[] | null = null;
  #outcomes: SignatureOutcome[] | null = null;

  constructor(record: CertificateRecord, der: Uint8Array | null) {
    this.record = record;
    this.der = der;
  }

  /** Taken apart for verification; null without octets. */
  get facts(): CertificateFacts | null {
    if (this.#facts === null && this.der !== null) this.#facts = new CertificateFacts(this.record, this.der);
    return this.#facts;
  }

  /** Its public key, ready to verify with; `keys` bounds how many are held, `work` how many are made. */
  key(keys: ImportedKeys, work: SignatureWork): VerifyingKey | RefusedKey {
    if (this.#key === null) {
      if (!work.take(importCost(this.record.keyType, this.record.keyBits ?? 0))) return overBudget;
      this.#key = keys.import(this);
    }
    return this.#key;
  }

  /** Lets go of what was taken apart, of some two kilobytes; it is made again when wanted. */
  forgetFacts(): void {
    this.#facts = null;
  }

  /** Lets go of the key; it is made again when wanted. */
  forgetKey(): void {
    this.#key = null;
  }

  /** Whether `issuer`'s key made this certificate's signature; each pair is checked once. */
  signedBy(issuer: StoredCertificate, keys: ImportedKeys, work: SignatureWork): SignatureOutcome {
    const known = this.#issuers?.indexOf(issuer) ?? -1;
    if (known >= 0) return this.#outcomes![known]!;
    const outcome = this.#check(issuer, keys, work);
    if (outcome.result === 'not-checked') return outcome;
    this.#issuers ??= [];
    this.#outcomes ??= [];
    if (this.#issuers.length < maxRememberedChecks) {
      this.#issuers.push(issuer);
      this.#outcomes.push(outcome);
    }
    return outcome;
  }

  #check(issuer: StoredCertificate, keys: ImportedKeys, work: SignatureWork): SignatureOutcome {
    const { facts } = this;
    const tbs = facts?.ranges.tbsCertificate ?? null;
    const signature = facts?.ranges.signature ?? null;
    if (facts === null || tbs === null || signature === null) return notChecked("the certificate can't be read");
    if (facts.der[signature.start - 1] !== 0) return invalid('the signature is not a whole number of octets');
    if (!facts.oneAlgorithm) return invalid('the signature algorithm differs inside and outside');
    return verifySignature(issuer.key(keys, work), facts.signing, facts.octets(tbs), facts.octets(signature), work);
  }
}

/** The public keys that are held ready, the oldest let go first: each takes about two kilobytes outside the heap. */
export class ImportedKeys {
  readonly #holders: StoredCertificate[] = [];
  readonly #max: number;
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** For `StoredCertificate.key` alone. */
  import(holder: StoredCertificate): VerifyingKey | RefusedKey {
    const { facts } = holder;
    const info = facts?.ranges.subjectPublicKeyInfo ?? null;
    if (facts === null || info === null) return unreadable;
    this.#holders[this.#next]?.forgetKey();
    this.#holders[this.#next] = holder;
    this.#next = (this.#next + 1) % this.#max;
    return importPublicKey(facts.octets(info));
  }
}

const overBudget: RefusedKey = Object.freeze({ because: 'the budget for signatures was spent' });
const unreadable: RefusedKey = Object.freeze({ because: "the signer's certificate can't be read" });
