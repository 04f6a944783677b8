// PEM as it crosses wires (RFC 7468, RFC 1421 §4.4): in files, escaped in JSON, percent-encoded, folded into a header or a line.
import { latin1 } from '../../base/bytes.js';
import type { DerShape } from './der-shapes.js';
import { judgeDer } from './der-shapes.js';
import { judgeOpenSsh } from './key-stores.js';

/** What every armour begins with. */
export const pemBegin = '-----BEGIN';

/** Material in PEM armour. */
export interface PemFound {
  shape: DerShape;
  encoding: string;
  bytes: Uint8Array;
  /** Offset after the armour. */
  end: number;
}

/** What `readPem` returns where the armour may go on. */
export const unfinishedPem = 'unfinished';

/** Longest armour: base64 of the longest key store, percent-encoded in part. */
export const maxPemOctets = 131_072;

/** Octets in which the label must end: '-----BEGIN ENCRYPTED PRIVATE KEY-----' percent-encoded has 60. */
const maxLabelOctets = 96;

const end = Buffer.from('-----END');
const dashes = Buffer.from('-----');

/** Reads the armour that begins at `bytes[start]`; null where there is none, or its content is not what its label says. */
export function readPem(bytes: Uint8Array, start: number, limit: number): PemFound | typeof unfinishedPem | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, limit - start);
  const labelEnd = view.indexOf(dashes, pemBegin.length);
  if (labelEnd < 0) return view.length < maxLabelOctets ? unfinishedPem : null;
  if (labelEnd > maxLabelOctets) return null;
  const rawLabel = latin1(view, pemBegin.length, labelEnd);
  const label = unescaped(rawLabel).trim();
  if (!knownLabels.has(label)) return null;
  // What goes on to the end of another armour is none: else thousands of beginnings would each be decoded to the one end.
  const next = view.indexOf(pemBegin, labelEnd);
  const bodyEnd = (next < 0 ? view : view.subarray(0, next)).indexOf(end, labelEnd);
  if (bodyEnd < 0) return next < 0 && view.length < maxPemOctets ? unfinishedPem : null;
  if (bodyEnd > maxPemOctets) return null;
  const footerEnd = view.indexOf(dashes, bodyEnd + end.length);
  if (footerEnd < 0) return view.length - bodyEnd < maxLabelOctets ? unfinishedPem : null;
  if (footerEnd - bodyEnd > maxLabelOctets) return null;
  const raw = view.toString('latin1', labelEnd + dashes.length, bodyEnd);
  const body = unescaped(raw, rawLabel.startsWith('+'));
  const legacy = /Proc-Type:\s*4,\s*ENCRYPTED/.test(body);
  const der = Buffer.from(legacy || body.includes(':') ? withoutHeaders(body) : body, 'base64');
  const shape = legacy ? legacyKey(label, der) : judgeBody(label, der);
  if (shape === null) return null;
  return { shape, encoding: encodingOf(raw), bytes: der, end: start + footerEnd + dashes.length };
}

const knownLabels: ReadonlySet<string> = new Set([
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
  'CERTIFICATE REQUEST',
  'NEW CERTIFICATE REQUEST',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
]);

function judgeBody(label: string, der: Uint8Array): DerShape | null {
  if (label === 'OPENSSH PRIVATE KEY') return judgeOpenSsh(der, 0, der.length);
  // OpenSSL's "trusted" form has its own data after the certificate.
  return label === 'TRUSTED CERTIFICATE' ? judgeTrusted(der) : judgeDer(der, 0, der.length);
}

function judgeTrusted(der: Uint8Array): DerShape | null {
  const isLong = der[0] === 0x30 && der[1] === 0x82;
  const whole = isLong ? 4 + ((der[2]! << 8) | der[3]!) : 0;
  return whole > 0 && whole <= der.length ? judgeDer(der, 0, whole) : null;
}

/** RFC 1421's encryption, as OpenSSL wrote keys before PKCS#8: nothing of the content can be judged but its length. */
function legacyKey(label: string, { length }: Uint8Array): DerShape | null {
  const form = label === 'RSA PRIVATE KEY' ? 'PKCS#1' : label === 'EC PRIVATE KEY' ? 'SEC1' : 'DSA';
  if (!/^(?:RSA|EC|DSA) PRIVATE KEY$/.test(label) || length < 48 || length % 8 !== 0) return null;
  return { kind: 'encrypted-private-key', form, subject: null };
}

function encodingOf(raw: string): string {
  if (raw.includes('%0')) return 'URL-encoded PEM';
  if (raw.includes('\\n') || raw.includes('\\r') || raw.includes('\\u000')) return 'PEM in JSON';
  return raw.includes('\n') && !/\n[ \t]/.test(raw) ? 'PEM' : 'PEM in one line';
}

/** Takes percent-encoding and escapes off; in form encoding (`plusIsBlank`) a plus sign is a blank. */
function unescaped(text: string, plusIsBlank: boolean = text.startsWith('+')): string {
  let plain = plusIsBlank ? text.replaceAll('+', ' ') : text;
  if (plain.includes('%'))
    plain = plain.replace(/%([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  // A run of backslashes is looked at from its first one alone: from each of a hundred thousand it would take a minute.
  if (plain.includes('\\')) plain = plain.replace(/(?<!\\)\\+(?:u000[aAdD]|[nrt])/g, '\n').replaceAll('\\/', '/');
  return plain;
}

/** What follows the headers `name: value` of RFC 1421. */
function withoutHeaders(body: string): string {
  return body
    .split(/\r\n|\n|\r/)
    .filter((line) => !line.includes(':') && !line.includes(','))
    .join('\n');
}
