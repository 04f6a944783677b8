// What judging a chain needs of a certificate beyond its record. Made when it is first asked for: most certificates of a run
// are leaves that never issue.
import { sameBytes } from '../base/bytes.js';
import { secondsOf } from '../base/time.js';
import type { CertificateRecord } from '../model/certificate.js';
import { canonicalName } from '../wire/x509/canonical-name.js';
import { type CertificateRanges, locateCertificate, type Range } from '../wire/x509/certificate-ranges.js';
import { DerDocument, tags } from '../wire/x509/der.js';
import {
  type GeneralNameRange,
  type NameConstraintsValue,
  readGeneralNames,
  readNameConstraints,
} from '../wire/x509/name-constraints.js';
import { readSignatureParameters, type SignatureParameters } from '../wire/x509/signature-parameters.js';
import { walkExtensions } from '../wire/x509/walk-extensions.js';

/** A certificate with its octets, taken apart for verification. */
export class CertificateFacts {
  readonly record: CertificateRecord;
  readonly der: Uint8Array;
  readonly ranges: CertificateRanges;
  /** Seconds since 1970 UTC; NaN where unreadable. The last second counts as valid (RFC 5280 §4.1.2.5). */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The extension is there at all: without it nothing is said of being a CA, or of what the key is for. */
  readonly hasBasicConstraints: boolean;
  readonly hasKeyUsage: boolean;
  /** The path length is below zero, which no path keeps. */
  readonly isPathLengthNegative: boolean;
  readonly nameConstraints: NameConstraintsValue | null;
  /** Critical extensions that verifiers don't process (RFC 5280 §4.2): by name, or as dotted identifiers where nobody here knows them. */
  readonly unprocessedCritical: readonly string[];
  readonly alternativeNames: readonly GeneralNameRange[];
  #subject: string | null = null;
  #issuer: string | null = null;
  #signing: SignatureParameters | null = null;

  constructor(record: CertificateRecord, der: Uint8Array) {
    this.record = record;
    this.der = der;
    this.ranges = locateCertificate(der, 0, der.length);
    this.notBefore = secondsOf(record.notBefore);
    this.notAfter = secondsOf(record.notAfter);
    let hasBasicConstraints = false;
    let hasKeyUsage = false;
    let isPathLengthNegative = false;
    let nameConstraints: NameConstraintsValue | null = null;
    let alternativeNames: readonly GeneralNameRange[] = none;
    const unprocessedCritical: string[] = [];
    for (const extension of walkExtensions(der, this.ranges.extensions)) {
      if (extension.critical && !processedExtensions.has(extension.name)) unprocessedCritical.push(extension.name);
      if (extension.name === 'basicConstraints') {
        hasBasicConstraints = true;
        isPathLengthNegative = endsBelowZero(der, extension);
      } else if (extension.name === 'keyUsage') hasKeyUsage = true;
      else if (extension.name === 'nameConstraints') nameConstraints ??= readNameConstraints(der, extension);
      else if (extension.name === 'subjectAltName' && alternativeNames === none) {
        alternativeNames = readGeneralNames(der, extension);
      }
    }
    this.hasBasicConstraints = hasBasicConstraints;
    this.hasKeyUsage = hasKeyUsage;
    this.isPathLengthNegative = isPathLengthNegative;
    this.nameConstraints = nameConstraints;
    this.alternativeNames = alternativeNames;
    this.unprocessedCritical = unprocessedCritical.length === 0 ? none : unprocessedCritical;
  }

  /** By which names are compared; '' where there is no name to read. */
  get subject(): string {
    this.#subject ??= this.#name(this.ranges.subject);
    return this.#subject;
  }

  /** Likewise. */
  get issuer(): string {
    this.#issuer ??= this.#name(this.ranges.issuer);
    return this.#issuer;
  }

  /** Subject and issuer are one name (RFC 5280 §6.1: self-issued). */
  get selfIssued(): boolean {
    return this.record.selfSigned || (this.record.subject === this.record.issuer && this.subject === this.issuer);
  }

  /** How it was signed. */
  get signing(): SignatureParameters {
    const { signatureAlgorithm } = this.ranges;
    this.#signing ??= readSignatureParameters(
      new DerDocument(this.der, 0, this.der.length).reader(
        'signatureAlgorithm',
        signatureAlgorithm?.start ?? 0,
        signatureAlgorithm?.end ?? 0,
      ),
    );
    return this.#signing;
  }

  /** RFC 5280 §4.1.1.2: the algorithm beside the signature is the one that the signature covers. */
  get oneAlgorithm(): boolean {
    const { signatureAlgorithm: outer, innerSignatureAlgorithm: inner } = this.ranges;
    if (outer === null || inner === null || outer.end - outer.start !== inner.end - inner.start) return false;
    return sameBytes(this.der, outer.start, this.der, inner.start, outer.end - outer.start);
  }

  /** The octets at `range`, lent: a view of `der`. */
  octets(range: Range): Uint8Array {
    return this.der.subarray(range.start, range.end);
  }

  #name(range: Range | null): string {
    return range === null ? '' : canonicalName(this.der, range.start, range.end);
  }
}

const none: readonly never[] = [];

/**
 * Extensions that one or another verifier in use processes, so that their being critical proves nothing against a certificate. The
 * registry knows more of them, which all refuse: the poison of a precertificate (RFC 6962 §3.1) is made for that.
 */
const processedExtensions: ReadonlySet<string> = new Set([
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'keyUsage',
  'extKeyUsage',
  'subjectAltName',
  'basicConstraints',
  'nameConstraints',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'cRLDistributionPoints',
  'authorityInfoAccess',
  'tlsFeature',
  'ocspNoCheck',
  'netscapeCertType',
]);

/** Whether the BasicConstraints at `range` end in an INTEGER below zero. */
function endsBelowZero(der: Uint8Array, range: Range): boolean {
  const reader = new DerDocument(der, range.start, range.end).reader('basicConstraints');
  if (!reader.expect(tags.sequence, 'basicConstraints')) return false;
  const fields = reader.child('basicConstraints');
  while (fields.next()) {
    if (fields.tag === tags.integer && fields.contentEnd > fields.contentStart && der[fields.contentStart]! >= 0x80)
      return true;
  }
  return false;
}
