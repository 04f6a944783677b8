// JA4 of a TLS client (FoxIO, 2023; BSD-3-Clause, unlike the other members of its family, which are left out here):
// transport, version, SNI, counts and ALPN in clear; SHA-256 of the sorted suites; SHA-256 of the sorted extensions with
// the signature algorithms in order. GREASE is left out everywhere.

import { sha256Hex } from '../../base/hash.js';
import { isGrease } from '../../registry/grease.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { maxFingerprintParts } from './limits.js';

/** What carries the handshake: TLS over TCP, QUIC or DTLS. */
export type HelloTransport = 'tcp' | 'quic' | 'dtls';

/** What JA4 looks at. */
export interface Ja4Input {
  supportedVersions: readonly number[];
  cipherSuites: readonly number[];
  extensions: readonly number[];
  signatureAlgorithms: readonly number[];
  /** One character an octet. */
  alpn: readonly string[];
}

/** JA4 of a ClientHello. `hashes` remembers the two digests by their text: permuted extensions give the same ones. */
export function ja4(
  input: Ja4Input,
  legacyVersion: number,
  transport: HelloTransport,
  hashes: Map<string, string>,
): string {
  const suites = withoutGrease(input.cipherSuites);
  const extensions = withoutGrease(input.extensions);
  const opening =
    transportLetter[transport] +
    versionDigits(input, legacyVersion) +
    (extensions.includes(tlsExtensions.server_name) ? 'd' : 'i') +
    twoDigits(suites.length) +
    twoDigits(extensions.length) +
    alpnEnds(input.alpn);
  const hashed = extensions.filter(
    (type) => type !== tlsExtensions.server_name && type !== tlsExtensions.application_layer_protocol_negotiation,
  );
  const algorithms = withoutGrease(input.signatureAlgorithms);
  const suffix = algorithms.length === 0 ? '' : `_${hexList(algorithms)}`;
  const suitesHash = suites.length === 0 ? nothing : shortHash(hexList(sorted(suites)), hashes);
  const extensionsHash = hashed.length === 0 ? nothing : shortHash(hexList(sorted(hashed)) + suffix, hashes);
  return `${opening}_${suitesHash}_${extensionsHash}`;
}

const nothing = '000000000000';

const transportLetter: Readonly<Record<HelloTransport, string>> = { tcp: 't', quic: 'q', dtls: 'd' };

const versionText: ReadonlyMap<number, string> = new Map([
  [tlsVersions.tls13, '13'],
  [tlsVersions.tls12, '12'],
  [tlsVersions.tls11, '11'],
  [tlsVersions.tls10, '10'],
  [tlsVersions.sslv3, 's3'],
  [tlsVersions.sslv2, 's2'],
  [tlsVersions.dtls10, 'd1'],
  [tlsVersions.dtls12, 'd2'],
  [tlsVersions.dtls13, 'd3'],
]);

// "The highest value in the extension" is taken as a number, for DTLS too, where the numbers fall: so do the others.
function versionDigits(input: Ja4Input, legacyVersion: number): string {
  const offered = input.extensions.includes(tlsExtensions.supported_versions)
    ? Math.max(0, ...withoutGrease(input.supportedVersions))
    : legacyVersion;
  return versionText.get(offered) ?? '00';
}

function alpnEnds(names: readonly string[]): string {
  const first = names.find((name) => !isGreaseName(name));
  if (first === undefined || first === '') return '00';
  const head = first[0]!;
  const tail = first[first.length - 1]!;
  if (alphanumeric.test(head) && alphanumeric.test(tail)) return head + tail;
  return (head.charCodeAt(0) >>> 4).toString(16) + (tail.charCodeAt(0) & 15).toString(16);
}

const alphanumeric = /^[0-9A-Za-z]$/;

/** RFC 8701 §3.1: a GREASE protocol name is the two octets of a GREASE code. */
function isGreaseName(name: string): boolean {
  return name.length === 2 && isGrease((name.charCodeAt(0) << 8) | name.charCodeAt(1));
}

function withoutGrease(codes: readonly number[]): number[] {
  return codes.filter((code) => !isGrease(code));
}

function sorted(codes: readonly number[]): number[] {
  return [...codes].sort((a, b) => a - b);
}

function hexList(codes: readonly number[]): string {
  let text = '';
  for (const code of codes) text += `${text === '' ? '' : ','}${code.toString(16).padStart(4, '0')}`;
  return text;
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

function shortHash(text: string, hashes: Map<string, string>): string {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = sha256Hex(text).slice(0, 12);
    if (hashes.size >= maxFingerprintParts) hashes.clear();
    hashes.set(text, hash);
  }
  return hash;
}
