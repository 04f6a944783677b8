import type { CertificateRecord } from '../model/certificate.js';
import type { ChainProblemCode, ConnectionRecord } from '../model/connection-record.js';
import type { CaptureInfo } from '../model/report.js';
import { cell, shorten, takeColumns } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { day } from './quantities.js';

// 12 + 2 + 14 + 2 + 13 + 2 + 10 + 2 + 23 = 80 columns.
const hashColumns = 12;
const usedColumns = 14;
const keyColumns = 13;
const dayColumns = 10;
const nameColumns = 23;

/** The heading above `certificateLines`. */
export function certificateHeading(palette: Palette): string {
  return palette.faint(
    `${cell('SHA-256', hashColumns)}  ${cell('shown by', usedColumns)}  ${cell('key', keyColumns)}  ${cell('valid to', dayColumns)}  name`,
  );
}

/**
 * A certificate as a line of a table: beginning of its hash, who showed it, key, end of validity, name. `problems` are the codes
 * of what was found wrong with it where it was shown.
 */
export function certificateLines(
  record: CertificateRecord,
  captures: readonly CaptureInfo[],
  palette: Palette,
  problems: ReadonlySet<ChainProblemCode> = noProblems,
): string[] {
  const validity = validityIn(record, spanOf(captures));
  const end = cell(record.notAfter === '' ? 'unreadable' : day(harmless(record.notAfter, 32)), dayColumns);
  const painted = validity === 'valid' ? end : validity === 'unknown' ? palette.doubtful(end) : palette.bad(end);
  const start = `${cell(takeColumns(harmless(record.sha256), hashColumns), hashColumns)}  ${cell(usedBy(record), usedColumns)}  ${cell(keyText(record), keyColumns)}`;
  const lines = [`${start}  ${painted}  ${shorten(certificateName(record), nameColumns)}`];
  const notes: string[] = [];
  if (validity === 'expired') notes.push('expired when captured');
  if (validity === 'not yet valid') notes.push('not yet valid when captured');
  for (const problem of problems) {
    if (problem !== 'expired' && problem !== 'not-yet-valid' && problem !== 'unreadable') notes.push(problem);
  }
  if (record.parseError !== null) notes.push(`unreadable from here on: ${harmless(record.parseError)}`);
  for (const oddity of record.oddities.slice(0, 3)) notes.push(harmless(oddity));
  if (notes.length > 0) lines.push(palette.doubtful(`${' '.repeat(hashColumns + 2)}${shorten(notes.join('; '), 64)}`));
  return lines;
}

const noProblems: ReadonlySet<ChainProblemCode> = new Set();

/** What was found wrong with each certificate, over all connections that showed it. */
export class CertificateProblems {
  readonly #codes: Map<string, Set<ChainProblemCode>> = new Map();

  /** Takes in the verdicts of a connection. */
  add({ tls }: ConnectionRecord): void {
    if (tls === null) return;
    for (const verdict of [tls.serverVerification, tls.clientVerification]) {
      for (const { certificate, code } of verdict?.problems ?? []) {
        const codes = this.#codes.get(certificate);
        if (codes === undefined) this.#codes.set(certificate, new Set([code]));
        else codes.add(code);
      }
    }
  }

  /** The codes for the certificate with this SHA-256, in order of first sight. */
  of(sha256: string): ReadonlySet<ChainProblemCode> {
    return this.#codes.get(sha256) ?? noProblems;
  }
}

/** The name to know a certificate by: its SPIFFE ID, else its common name or subject, else its first alternative name. */
export function certificateName(record: CertificateRecord): string {
  if (record.spiffeId !== null) return harmless(record.spiffeId);
  const common = /(?:^|,)CN=((?:\\.|[^,])*)/.exec(record.subject)?.[1];
  const name = common ?? (record.subject !== '' ? record.subject : record.subjectAltNames[0]);
  return name === undefined ? '(no name)' : harmless(name);
}

/** 'EC P-256', 'RSA 2048', 'Ed25519'. */
export function keyText(record: CertificateRecord): string {
  const detail = record.curve ?? record.keyBits;
  const type = record.keyType === '' ? 'unknown key' : harmless(record.keyType, 64);
  return detail === null || record.keyType.startsWith('Ed') ? type : `${type} ${harmless(String(detail), 64)}`;
}

/** A span of time as RFC 3339; null where nobody knows. */
export interface TimeSpan {
  first: string | null;
  last: string | null;
}

/**
 * Whether the certificate was valid in `span`: 'expired' when it had ended before, 'not yet valid' when it began after,
 * 'unknown' where a time can't be read.
 */
export function validityIn(
  record: CertificateRecord,
  span: TimeSpan,
): 'valid' | 'expired' | 'not yet valid' | 'unknown' {
  const first = Date.parse(span.first ?? '');
  const last = Date.parse(span.last ?? '');
  const from = Date.parse(record.notBefore);
  const to = Date.parse(record.notAfter);
  if (Number.isNaN(first + last + from + to)) return 'unknown';
  return to < first ? 'expired' : from > last ? 'not yet valid' : 'valid';
}

/** From the earliest packet of the captures to the latest. */
export function spanOf(captures: readonly CaptureInfo[]): TimeSpan {
  const span: TimeSpan = { first: null, last: null };
  for (const { firstTime, lastTime } of captures) {
    if (firstTime !== null && (span.first === null || firstTime < span.first)) span.first = firstTime;
    if (lastTime !== null && (span.last === null || lastTime > span.last)) span.last = lastTime;
  }
  return span;
}

function usedBy(record: CertificateRecord): string {
  return record.usedAs.length === 0 ? '-' : record.usedAs.join(', ');
}
