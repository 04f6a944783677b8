// Values of a policy file that are more than words: versions, suites, pins, spans of time.
import { decodeBase64 } from '../base/base64.js';
import { cipherSuite } from '../registry/cipher-suite-properties.js';
import { cipherSuiteNames } from '../registry/cipher-suites.js';
import { tlsVersions, versionName } from '../registry/tls-versions.js';
import { namePattern } from './pattern.js';

/** The versions that a policy may ask for, by name, lowest first. */
export const versionsByName: ReadonlyMap<string, number> = new Map(
  [tlsVersions.sslv3, tlsVersions.tls10, tlsVersions.tls11, tlsVersions.tls12, tlsVersions.tls13].map((version) => [
    versionName(version),
    version,
  ]),
);

/** A version by its name; 'TLS 1.2', 'tls1.2' and '1.2' do too. */
export function versionOf(text: string): { version: number; name: string } | null {
  const number = /^(?:tls)?[ v]*(1(?:\.[0-3])?)$/i.exec(text.trim())?.[1];
  const name = number === undefined ? text : `TLSv${number.length === 1 ? '1.0' : number}`;
  const version = versionsByName.get(name);
  return version === undefined ? null : { version, name };
}

/** The numbers of the suites that a text names: IANA's name, one with wildcards, or '0x1301'. */
export function suitesOf(text: string): number[] {
  if (/^0x[0-9a-f]{1,6}$/i.test(text)) return [Number.parseInt(text, 16)];
  const pattern = namePattern(text);
  const ids: number[] = [];
  for (const [id, name] of Object.entries(cipherSuiteNames)) {
    if (pattern.matches(name) && cipherSuite(Number(id))?.signalling !== true) ids.push(Number(id));
  }
  return ids;
}

/** A SHA-256 as lower-case hexadecimal, from 'sha256/…' or 'sha256//…' in base64, or hexadecimal; null where it is none. */
export function readDigest(text: string): string | null {
  const bare = text.trim().replace(/^sha-?256(?:\/\/?|[:=])/i, '');
  const hexadecimal = bare.replaceAll(':', '');
  if (/^[0-9a-f]{64}$/i.test(hexadecimal)) return hexadecimal.toLowerCase();
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(bare)) return null;
  const octets = new Uint8Array(32);
  const source = new TextEncoder().encode(bare);
  if (decodeBase64(source, 0, source.length, octets) !== 32) return null;
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

const secondsOf: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A span of time in seconds: '3600', '90m', '12h', '7d'; null where it is none. */
export function readSeconds(text: string): number | null {
  const [, number, unit] = /^(\d{1,10})\s*([smhdw]?)$/i.exec(text.trim()) ?? [];
  return number === undefined ? null : Number(number) * secondsOf[unit!.toLowerCase()]!;
}
