// RFC 5280 §6 and RFC 4158: from a leaf to a certificate that ends the path. Several paths may exist (cross-signing, renewed
// authorities); hostile chains can have them without number, so every step is counted.
import type { CertificateStore } from './certificate-store.js';
import { maxIssuersTried, maxPathCertificates, maxPaths } from './limits.js';
import type { SignatureOutcome } from './signature.js';
import type { SignatureWork } from './signature-work.js';
import type { ImportedKeys, StoredCertificate } from './stored-certificate.js';
import type { TrustAnchors } from './trust-anchors.js';

/** What paths are built from, and with. */
export interface PathSources {
  /** Certificates of the capture, any of which may fill a gap. */
  store: CertificateStore;
  /** Null where no bundle was given. */
  anchors: TrustAnchors | null;
  keys: ImportedKeys;
  work: SignatureWork;
}

/** One path, leaf first. */
export interface Path {
  certificates: readonly StoredCertificate[];
  /**
   * What it ends in: a certificate of the bundle; a self-signed one; one whose issuer is nowhere at hand; one whose signature
   * its issuer's key did not make; or our own bounds.
   */
  end: 'anchor' | 'self-signed' | 'issuer-missing' | 'bad-signature' | 'limit';
  /** Certificates of it that the peer did not show, the last one aside where it ends the path. */
  unshown: readonly StoredCertificate[];
  /** Of `bad-signature`, the issuer whose key did not make the last certificate's signature, and why. */
  refusedBy: StoredCertificate | null;
  /** Why a signature on the way could not be checked; null where all were. */
  unchecked: string | null;
}

/** All paths from the leaf of `shown` (leaf first, as the peer showed it) within the bounds; at least one. */
export function buildPaths(shown: readonly StoredCertificate[], sources: PathSources): Path[] {
  const search = new PathSearch(shown, sources);
  search.extend([shown[0]!], null);
  return search.paths;
}

class PathSearch {
  readonly paths: Path[] = [];
  readonly #shown: readonly StoredCertificate[];
  readonly #sources: PathSources;
  #tried = 0;

  constructor(shown: readonly StoredCertificate[], sources: PathSources) {
    this.#shown = shown;
    this.#sources = sources;
  }

  extend(path: readonly StoredCertificate[], unchecked: string | null): void {
    const last = path[path.length - 1]!;
    const { anchors, keys, work } = this.#sources;
    if (anchors?.has(last.record.sha256)) {
      this.#end(path, 'anchor', unchecked);
      return;
    }
    const { facts } = last;
    if (facts === null || path.length === maxPathCertificates) {
      this.#end(path, 'limit', unchecked);
      return;
    }
    let found = false;
    let limited = false;
    let refusedBy: StoredCertificate | null = null;
    for (const issuer of this.#issuersOf(last)) {
      if (path.some(({ record }) => record.sha256 === issuer.record.sha256)) continue;
      if (this.#tried >= maxIssuersTried || this.paths.length >= maxPaths) {
        limited = true;
        break;
      }
      this.#tried++;
      const outcome = last.signedBy(issuer, keys, work);
      if (outcome.result === 'invalid') {
        if (refusedBy === null && this.#blames(issuer, last)) refusedBy = issuer;
        continue;
      }
      found = true;
      this.extend([...path, issuer], unchecked ?? reasonOf(outcome));
    }
    if (facts.selfIssued) {
      const outcome = last.signedBy(last, keys, work);
      if (outcome.result !== 'invalid') {
        this.#end(path, 'self-signed', unchecked ?? reasonOf(outcome));
        return;
      }
      if (!found && last.record.selfSigned) refusedBy ??= last;
    }
    if (found) return;
    if (limited) this.#end(path, 'limit', unchecked);
    else this.#end(path, refusedBy === null ? 'issuer-missing' : 'bad-signature', unchecked, refusedBy);
  }

  /** Possible issuers, likelier ones first: by name, then by key identifier; those shown before those found elsewhere. */
  #issuersOf(certificate: StoredCertificate): StoredCertificate[] {
    const name = certificate.facts!.issuer;
    if (name === '') return [];
    const { anchors, store } = this.#sources;
    const found: StoredCertificate[] = [...(anchors?.named(name) ?? [])];
    for (const one of this.#shown) if (one !== certificate && one.facts?.subject === name) addOnce(found, one);
    for (const one of store.issuersNamed(name)) if (one !== certificate) addOnce(found, one);
    const wanted = certificate.record.authorityKeyId;
    if (wanted === null || found.length < 2) return found;
    return found.sort((a, b) => keyRank(a, wanted) - keyRank(b, wanted));
  }

  /**
   * Whether a signature that does not verify speaks against the certificate, rather than for another issuer of the same name:
   * the peer showed that issuer, or the key identifiers agree.
   */
  #blames(issuer: StoredCertificate, certificate: StoredCertificate): boolean {
    const { authorityKeyId } = certificate.record;
    const { subjectKeyId } = issuer.record;
    if (authorityKeyId !== null && subjectKeyId !== null) return authorityKeyId === subjectKeyId;
    return this.#shown.includes(issuer);
  }

  #end(
    certificates: readonly StoredCertificate[],
    end: Path['end'],
    unchecked: string | null,
    refusedBy: StoredCertificate | null = null,
  ): void {
    // The certificate that ends a path in trust need not be shown (RFC 9846 §4.5.1, RFC 5246 §7.4.2).
    const ended = end === 'anchor' || end === 'self-signed' ? certificates.slice(0, -1) : certificates;
    const unshown = ended.filter((one) => !this.#shown.includes(one) && !this.#isShown(one));
    this.paths.push({ certificates, end, unshown, refusedBy, unchecked });
  }

  #isShown(certificate: StoredCertificate): boolean {
    return this.#shown.some(({ record }) => record.sha256 === certificate.record.sha256);
  }
}

function addOnce(list: StoredCertificate[], certificate: StoredCertificate): void {
  if (!list.some(({ record }) => record.sha256 === certificate.record.sha256)) list.push(certificate);
}

/** RFC 5280 §4.2.1.1: an identifier that agrees points to the issuer's key; one that differs to another key of that name. */
function keyRank({ record }: StoredCertificate, wanted: string): number {
  return record.subjectKeyId === null ? 1 : record.subjectKeyId === wanted ? 0 : 2;
}

function reasonOf(outcome: SignatureOutcome): string | null {
  return outcome.result === 'not-checked' ? outcome.because : null;
}
