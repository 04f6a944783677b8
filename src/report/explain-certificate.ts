import type { CertificateRecord } from '../model/certificate.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Side } from '../model/side.js';
import { certificateName, keyText, validityIn } from './certificate-lines.js';
import { reportColumns, wrap } from './columns.js';
import { harmless } from './harmless.js';
import { day } from './quantities.js';

/** Names of a certificate that are printed; some hold hundreds. */
const maxNames = 8;
const maxCertificates = 10;

/** The certificates that each side showed, leaf first, with names, key and validity when the flow began. */
export function certificateExplanation(
  flow: ConnectionRecord,
  certificates: ReadonlyMap<string, CertificateRecord>,
): string[] {
  const { tls } = flow;
  if (tls === null) return [];
  return [
    ...sideLines('server', tls.serverCertificates, flow, certificates),
    ...sideLines('client', tls.clientCertificates, flow, certificates),
  ];
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
