// A stapled answer, kept: parsed when it is first seen, verified only where it says something against a certificate.
import { ByteTable } from '../base/byte-table.js';
import { ownBytes } from '../base/bytes.js';
import { sha256Hex } from '../base/hash.js';
import { parseCertificate } from '../wire/x509/certificate.js';
import { DerDocument } from '../wire/x509/der.js';
import { type OcspResponseValue, readOcspResponse } from '../wire/x509/ocsp-response.js';
import { readSignatureParameters } from '../wire/x509/signature-parameters.js';
import { maxRememberedStapleOctets, maxRememberedStaples } from './limits.js';
import { notChecked, type SignatureOutcome, verifySignature } from './signature.js';
import type { SignatureWork } from './signature-work.js';
import { type ImportedKeys, StoredCertificate } from './stored-certificate.js';

/** A stapled answer of OCSP with its octets. */
export class OcspResponse {
  readonly value: OcspResponseValue;
  readonly #der: Uint8Array;
  #responders: StoredCertificate[] | null = null;

  private constructor(der: Uint8Array, value: OcspResponseValue) {
    this.#der = der;
    this.value = value;
  }

  /** The answer in the lent `bytes[start, end)`; null where it can't be read. */
  static read(bytes: Uint8Array, start: number, end: number): OcspResponse | null {
    const der = ownBytes(bytes, start, end);
    const value = readOcspResponse(der, 0, der.length);
    return value === null ? null : new OcspResponse(der, value);
  }

  /**
   * RFC 6960 §4.2.2.2: whether `issuer` signed it, or a responder to whom `issuer` gave a certificate for OCSP signing that is
   * valid at `seconds`.
   */
  signedFor(issuer: StoredCertificate, seconds: number, keys: ImportedKeys, work: SignatureWork): SignatureOutcome {
    const byIssuer = this.#signedBy(issuer, keys, work);
    if (byIssuer.result === 'valid') return byIssuer;
    for (const responder of this.#delegates()) {
      const { record, facts } = responder;
      if (facts === null || !record.extendedKeyUsage.includes('OCSPSigning')) continue;
      if (facts.notBefore > seconds || facts.notAfter < seconds) continue;
      const delegated = responder.signedBy(issuer, keys, work);
      const outcome = delegated.result === 'valid' ? this.#signedBy(responder, keys, work) : delegated;
      if (outcome.result !== 'invalid') return outcome;
    }
    return byIssuer;
  }

  #signedBy(signer: StoredCertificate, keys: ImportedKeys, work: SignatureWork): SignatureOutcome {
    if (signer.facts === null) return notChecked("the signer's certificate was not kept");
    const { tbsResponseData: tbs, signatureAlgorithm: algorithm, signature } = this.value;
    const der = this.#der;
    const reader = new DerDocument(der, 0, der.length).reader('signatureAlgorithm', algorithm.start, algorithm.end);
    const how = readSignatureParameters(reader);
    const data = der.subarray(tbs.start, tbs.end);
    return verifySignature(signer.key(keys, work), how, data, der.subarray(signature.start, signature.end), work);
  }

  #delegates(): StoredCertificate[] {
    this.#responders ??= this.value.certificates.map(({ start, end }) => {
      const der = this.#der.slice(start, end);
      const content = parseCertificate(der, 0, der.length);
      return new StoredCertificate({ sha256: sha256Hex(der), ...content, usedAs: [], firstFrame: 0 }, der);
    });
    return this.#responders;
  }
}

/** The stapled answers of a run: a server repeats its own for days. */
export class OcspResponses {
  readonly #known: ByteTable<OcspResponse>;

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.#known = new ByteTable(seed, maxRememberedStaples, maxRememberedStapleOctets);
  }

  /** The answer in the lent `bytes[start, end)`; null where it can't be read. */
  read(bytes: Uint8Array, start: number, end: number): OcspResponse | null {
    const known = this.#known.find(bytes, start, end);
    if (known !== undefined) return known;
    const response = OcspResponse.read(bytes, start, end);
    if (response !== null) this.#known.add(bytes, start, end, response);
    return response;
  }
}
