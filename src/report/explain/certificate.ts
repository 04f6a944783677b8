import type { CertificateRecord } from '../../model/certificate.js';
import type { ChainVerdict, ConnectionRecord, HandshakeSignatures } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { certificateName, keyText, validityIn } from '../certificate-lines.js';
import { reportColumns, wrap } from '../columns.js';
import { harmless } from '../harmless.js';
import { day } from '../quantities.js';

/** Names of a certificate that are printed; some hold hundreds. */
const maxNames = 8;
const maxCertificates = 10;
/** Problems of a chain that are printed. */
const maxProblems = 12;

/** The certificates that each side showed, leaf first, with names, key and validity when the flow began. */
export function certificateExplanation(
  flow: ConnectionRecord,
  certificates: ReadonlyMap<string, CertificateRecord>,
): string[] {
  const { tls } = flow;
  if (tls === null) return [];
  return [
    ...sideLines('server', tls.serverCertificates, flow, certificates),
    ...verdictLines('server', tls.serverVerification),
    ...sideLines('client', tls.clientCertificates, flow, certificates),
    ...verdictLines('client', tls.clientVerification),
    ...signatureLines(tls.signatures),
  ];
}

const trustWords = {
  bundle: { trusted: 'leads to a certificate in the trust bundle', untrusted: 'leads to nothing in the trust bundle' },
  'requested-authorities': {
    trusted: 'leads to an authority that the server names',
    untrusted: 'leads to no authority that the server names',
  },
  policy: {
    trusted: 'leads to what the policy trusts there',
    untrusted: 'leads to nothing that the policy trusts there',
  },
} as const;

/** How a chain was judged at the time of its packets: trust first, then each problem, then what could not be judged. */
function verdictLines(side: Side, verdict: ChainVerdict | null): string[] {
  if (verdict === null) return [];
  const { trust, trustFrom, problems, notes, clockDistrusted } = verdict;
  const told = trustFrom === null || trust === 'unknown' ? null : trustWords[trustFrom][trust];
  const sentences = [
    `The ${side}'s chain ${told ?? 'is neither trusted nor untrusted: nothing tells (see --ca)'}.`,
    ...problems.slice(0, maxProblems).map(({ code, detail }) => `${code}: ${harmless(detail, 600)}`),
    ...notes.slice(0, maxProblems).map((note) => harmless(note, 600)),
  ];
  if (problems.length > maxProblems) sentences.push(`… and ${problems.length - maxProblems} more problems`);
  if (problems.length === 0) sentences.push('Nothing is wrong with it that these packets could show.');
  if (clockDistrusted !== null) sentences.push(`Validity is not judged: ${harmless(clockDistrusted)}.`);
  return sentences.flatMap((sentence, at) =>
    wrap(sentence, reportColumns - 6).map((line, row) => `${' '.repeat(at === 0 ? 2 : row === 0 ? 4 : 6)}${line}`),
  );
}

const signatureNames = {
  serverKeyExchange: "the server's key exchange",
  serverCertificateVerify: "the server's CertificateVerify",
  clientCertificateVerify: "the client's CertificateVerify",
} as const;

/** What became of the handshake's own signatures when they were verified again. */
function signatureLines(signatures: HandshakeSignatures | null): string[] {
  if (signatures === null) return [];
  const lines: string[] = [];
  for (const key of ['serverKeyExchange', 'serverCertificateVerify', 'clientCertificateVerify'] as const) {
    const check = signatures[key];
    if (check === null) continue;
    const because = check.because === null ? '' : `: ${harmless(check.because, 300)}`;
    const words = { valid: 'verifies', invalid: 'DOES NOT VERIFY', 'not-checked': 'was not verified' }[check.result];
    const text = `The signature of ${signatureNames[key]} (frame ${check.frame}) ${words}${because}.`;
    lines.push(...wrap(text, reportColumns - 6).map((line, row) => `${row === 0 ? '  ' : '    '}${line}`));
  }
  return lines;
}

function sideLines(
  side: Side,
  hashes: readonly string[] | null,
  flow: ConnectionRecord,
  certificates: ReadonlyMap<string, CertificateRecord>,
): string[] {
  if (hashes === null) return [];
  if (hashes.length === 0) return [`  The ${side} sent an empty list: it has no certificate to show.`];
  const lines = [`  The ${side} showed ${hashes.length === 1 ? 'one' : hashes.length}:`];
  for (const hash of hashes.slice(0, maxCertificates)) {
    const record = certificates.get(hash);
    const text = record === undefined ? [`${harmless(hash)}: not readable`] : describe(record, flow.startTime);
    lines.push(
      ...text.flatMap((line, at) =>
        wrap(line, reportColumns - 6).map((part, row) => `${at + row === 0 ? '    ' : '      '}${part}`),
      ),
    );
  }
  return lines;
}

function describe(record: CertificateRecord, time: string): string[] {
  const lines = [
    certificateName(record),
    `${record.selfSigned ? 'self-signed' : `issued by ${harmless(record.issuer) || '(no name)'}`}${record.isCa ? ', a CA certificate' : ''}`,
    `${validityWords(record, time)}; ${keyText(record)}, signed with ${harmless(record.signatureAlgorithm)}`,
  ];
  const names = record.subjectAltNames.slice(0, maxNames).map((name) => harmless(name));
  if (record.subjectAltNames.length > maxNames) names.push(`and ${record.subjectAltNames.length - maxNames} more`);
  if (names.length > 0) lines.push(`for ${names.join(', ')}`);
  if (record.extendedKeyUsage.length > 0)
    lines.push(`allowed as ${record.extendedKeyUsage.map((use) => harmless(use)).join(', ')}`);
  lines.push(`SHA-256 ${harmless(record.sha256)}`);
  if (record.parseError !== null) lines.push(`not readable to its end: ${harmless(record.parseError)}`);
  for (const oddity of record.oddities.slice(0, maxNames)) lines.push(`odd: ${harmless(oddity)}`);
  return lines;
}

function validityWords(record: CertificateRecord, time: string): string {
  const range = `${day(harmless(record.notBefore)) || '?'} to ${day(harmless(record.notAfter)) || '?'}`;
  switch (validityIn(record, { first: time, last: time })) {
    case 'valid':
      return `valid when captured (${range})`;
    case 'expired':
      return `EXPIRED when captured (${range})`;
    case 'not yet valid':
      return `NOT YET VALID when captured (${range})`;
    case 'unknown':
      return `validity can't be read (${range})`;
  }
}
