// RFC 5280 §6.1 over one path: everything that is wrong with it, rather than the first thing.
import type { ChainProblem, ChainProblemCode } from '../model/connection-record.js';
import type { Side } from '../model/side.js';
import type { CertificateFacts } from './certificate-facts.js';
import { maxNameInDetail } from './limits.js';
import { type NameComparisons, violationOf } from './name-constraints.js';
import type { Path } from './path-builder.js';
import type { StoredCertificate } from './stored-certificate.js';
import type { JudgementTime } from './validity.js';

/**
 * The problems of a path in the role that it was shown in. `judgeValidity` = false where the capture's clock can't be believed;
 * `comparisons` are those of the chain.
 */
export function pathProblems(
  path: Path,
  role: Side,
  time: JudgementTime,
  judgeValidity: boolean,
  comparisons: NameComparisons,
): ChainProblem[] {
  const problems: ChainProblem[] = [];
  const { certificates, end } = path;
  const last = certificates.length - 1;
  // The end of a path is believed, or not, as it is: its own validity, strength and signature decide nothing.
  const endsInRoot = end === 'anchor' || (end === 'self-signed' && last > 0);
  for (let at = 0; at <= last; at++) {
    const certificate = certificates[at]!;
    const { facts } = certificate;
    if (facts === null) continue;
    const report = reporter(problems, certificate);
    if (certificate.record.parseError !== null)
      report('unreadable', `cannot be read whole: ${certificate.record.parseError}`);
    const isRoot = at === last && endsInRoot;
    if (!isRoot || (last === 0 && end === 'anchor')) {
      if (judgeValidity) judgeTime(facts, time, report);
      judgePurpose(facts, role, at, report);
      judgeStrength(facts, report);
    }
    if (at > 0) judgeIssuer(path, at, isRoot, report);
    for (const name of facts.unprocessedCritical) {
      const isKnown = !/^\d/.test(name);
      report(
        'critical-extension',
        isKnown
          ? `has the critical extension ${name}, which no verifier processes`
          : `has the unknown critical extension ${name}`,
      );
    }
  }
  judgeNames(path, problems, comparisons);
  return problems;
}

type Report = (code: ChainProblemCode, text: string) => void;

/** Writes problems of one certificate: its name, then `text`. */
export function reporter(problems: ChainProblem[], certificate: StoredCertificate): Report {
  return (code, text) =>
    problems.push({ code, certificate: certificate.record.sha256, detail: `${nameOf(certificate)} ${text}.` });
}

/** What a sentence calls a certificate. */
export function nameOf({ record }: StoredCertificate): string {
  const name = record.subject || record.subjectAltNames[0] || `the certificate ${record.sha256.slice(0, 16)}`;
  return shorten(name);
}

/** Text of a certificate, as far as a sentence takes it. */
export function shorten(text: string): string {
  return text.length <= maxNameInDetail ? text : `${text.slice(0, maxNameInDetail)}…`;
}

/** §4.1.2.5: valid from notBefore through notAfter, both included. */
function judgeTime(facts: CertificateFacts, time: JudgementTime, report: Report): void {
  const { notBefore, notAfter, record } = facts;
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) report('unreadable', 'has a validity that cannot be read');
  if (!Number.isNaN(notBefore) && !time.reached(notBefore))
    report('not-yet-valid', `is valid from ${record.notBefore} on`);
  if (!Number.isNaN(notAfter) && time.reached(notAfter + 1)) report('expired', `expired at ${record.notAfter}`);
}

const serverUsages: ReadonlySet<string> = new Set([
  'serverAuth',
  'anyExtendedKeyUsage',
  // Server-gated cryptography: what servers' authorities carried in its place.
  'msServerGatedCrypto',
  'netscapeServerGatedCrypto',
]);
const clientUsages: ReadonlySet<string> = new Set(['clientAuth', 'anyExtendedKeyUsage']);

/** §4.2.1.12 (an authority's extended key usage limits what is below it, as all verifiers take it) and §4.2.1.3. */
function judgePurpose(facts: CertificateFacts, role: Side, at: number, report: Report): void {
  const { extendedKeyUsage, keyUsage } = facts.record;
  const allowed = role === 'server' ? serverUsages : clientUsages;
  if (extendedKeyUsage.length > 0 && !extendedKeyUsage.some((usage) => allowed.has(usage))) {
    const wanted = role === 'server' ? 'serverAuth' : 'clientAuth';
    report('wrong-eku', `is for ${shorten(extendedKeyUsage.join(', '))}, not for ${wanted}, and was used by a ${role}`);
  }
  if (at > 0 || !facts.hasKeyUsage) return;
  // A client signs, or agrees on a key with the one in its certificate; a server may also decrypt with it (RSA).
  const fits = keyUsage.some(
    (usage) =>
      usage === 'digitalSignature' || usage === 'keyAgreement' || (role === 'server' && usage === 'keyEncipherment'),
  );
  if (!fits)
    report(
      'wrong-key-usage',
      `is for ${keyUsage.join(', ') || 'nothing'}${keyUsage.length > 0 ? `, which no ${role} does in TLS` : ' by its key usage'}`,
    );
}

const weakHashes: ReadonlySet<string> = new Set(['md2', 'md4', 'md5', 'sha', 'sha1']);

function judgeStrength(facts: CertificateFacts, report: Report): void {
  const { hash } = facts.signing;
  const { keyType, keyBits, signatureAlgorithm } = facts.record;
  if (hash !== null && weakHashes.has(hash)) report('weak-signature', `is signed with ${signatureAlgorithm}`);
  if (keyBits === null) return;
  const least = keyType === 'EC' ? 224 : keyType === 'DSA' || keyType.startsWith('RSA') ? 2048 : 0;
  if (keyBits < least)
    report(
      'weak-key',
      `has ${keyType === 'EC' ? 'an EC' : `${keyType === 'DSA' ? 'a DSA' : 'an RSA'}`} key of ${keyBits} bits`,
    );
}

/** §6.1.4 (k) to (n): whether the certificate at `at` may issue the one before it. */
function judgeIssuer({ certificates }: Path, at: number, isRoot: boolean, report: Report): void {
  const { record, hasBasicConstraints, hasKeyUsage, isPathLengthNegative } = certificates[at]!.facts!;
  // A root of version 1 has no way to say that it is a CA, and a person vouches for it.
  if (!record.isCa && (hasBasicConstraints || !isRoot)) {
    report('not-a-ca', `is not a CA certificate, and issued ${nameOf(certificates[at - 1]!)}`);
  }
  if (hasKeyUsage && !record.keyUsage.includes('keyCertSign')) {
    report('wrong-key-usage', `must not sign certificates by its key usage (${record.keyUsage.join(', ') || 'none'})`);
  }
  if (isPathLengthNegative) report('path-length', 'allows fewer than no CA certificates below itself');
  if (record.pathLength === null) return;
  let below = 0;
  for (let index = 1; index < at; index++) if (certificates[index]!.facts?.selfIssued === false) below++;
  if (below > record.pathLength) {
    report('path-length', `allows ${record.pathLength} CA certificates below itself, and ${below} are`);
  }
}

/** §6.1.4 (g): each certificate's names against the constraints of every authority above it. */
function judgeNames({ certificates }: Path, problems: ChainProblem[], comparisons: NameComparisons): void {
  for (let above = 1; above < certificates.length; above++) {
    const authority = certificates[above]!;
    const constraints = authority.facts?.nameConstraints ?? null;
    if (constraints === null) continue;
    for (let at = 0; at < above; at++) {
      const subject = certificates[at]!;
      // §6.1.3 (b): self-issued certificates are exempt, unless they are the last.
      if (subject.facts === null || (at > 0 && subject.facts.selfIssued)) continue;
      const violation = violationOf(authority.facts!, constraints, subject.facts, at === 0, comparisons);
      if (violation === null) continue;
      reporter(problems, subject)(
        'name-constraint',
        `is for ${shorten(violation)} by the name constraints of ${nameOf(authority)}`,
      );
    }
  }
}
