// What `--ca` names: certificates that are trusted because a person said so.
import { sha256Hex } from '../base/hash.js';
import { parseCertificate } from '../wire/x509/certificate.js';
import { readPem } from './pem.js';
import { StoredCertificate } from './stored-certificate.js';

/** The certificates that trust begins at, by subject. */
export class TrustAnchors {
  readonly #bySubject: Map<string, StoredCertificate[]> = new Map();
  readonly #bySha256: Map<string, StoredCertificate> = new Map();

  /** How many there are. */
  get size(): number {
    return this.#bySha256.size;
  }

  /** Adds the certificates in a file's octets (PEM, any number, or one in DER); returns how many were found. */
  add(file: Uint8Array): number {
    const found = file[0] === 0x30 ? [file] : readPem(file, certificateLabels);
    let added = 0;
    for (const octets of found) {
      const anchor = anchorOf(octets);
      if (anchor === null) continue;
      added++;
      const { sha256 } = anchor.record;
      if (this.#bySha256.has(sha256)) continue;
      this.#bySha256.set(sha256, anchor);
      const subject = anchor.facts!.subject;
      const named = this.#bySubject.get(subject);
      if (named === undefined) this.#bySubject.set(subject, [anchor]);
      else named.push(anchor);
    }
    return added;
  }

  /** Whether the certificate with this SHA-256 is one. */
  has(sha256: string): boolean {
    return this.#bySha256.has(sha256);
  }

  /** The anchors with a subject, in canonical form. */
  named(subject: string): readonly StoredCertificate[] {
    return this.#bySubject.get(subject) ?? none;
  }
}

const none: readonly StoredCertificate[] = [];
const certificateLabels: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/** The certificate at the beginning of `octets`; null where there is none that can name a subject and a key. */
function anchorOf(octets: Uint8Array): StoredCertificate | null {
  // 'TRUSTED CERTIFICATE' is OpenSSL's: the certificate, then what it is trusted for.
  const der = firstElement(octets);
  if (der === null) return null;
  const content = parseCertificate(der, 0, der.length);
  if (content.parseError !== null) return null;
  return new StoredCertificate({ sha256: sha256Hex(der), ...content, usedAs: [], firstFrame: 0 }, der);
}

/** The SEQUENCE that `octets` begin with, without what follows. */
function firstElement(octets: Uint8Array): Uint8Array | null {
  if (octets.length < 4 || octets[0] !== 0x30) return null;
  let length = octets[1]!;
  let header = 2;
  if (length > 0x80 && length <= 0x84) {
    header += length - 0x80;
    length = 0;
    for (let at = 2; at < header; at++) length = length * 256 + (octets[at] ?? 0);
  }
  return header + length > octets.length ? null : octets.slice(0, header + length);
}
