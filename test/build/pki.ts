// Chains, revocation lists and OCSP answers for tests, with real signatures.
import { createHash, type KeyObject, sign } from 'node:crypto';
import type { Side } from '../../src/model/side.js';
import { CertificateStore } from '../../src/pki/certificate-store.js';
import { judgeChain, type ShownChain, type TimedVerdict } from '../../src/pki/judge-chain.js';
import type { RevocationLists } from '../../src/pki/revocation.js';
import type { StoredCertificate } from '../../src/pki/stored-certificate.js';
import { TrustAnchors } from '../../src/pki/trust-anchors.js';
import { Verification } from '../../src/pki/verification.js';
import {
  bitString,
  buildCertificate,
  type CertificateOptions,
  der,
  extension,
  generalizedTime,
  generalName,
  integer,
  type NameParts,
  name,
  octetString,
  oid,
  sequence,
  type TestKey,
  testKey,
} from './x509.js';

/** A moment at which the certificates of `buildCertificate` are valid unless told otherwise. */
export const now: number = Date.parse('2026-06-01T12:00:00Z') / 1000;

/** A key and the name that it goes by. */
export interface Authority {
  subject: NameParts;
  key: TestKey;
  der: Uint8Array;
  keyId: Uint8Array;
}

const keyIdOf = (key: TestKey): Uint8Array => new Uint8Array(createHash('sha1').update(key.spki).digest());

/** A CA certificate: its own root, or issued by `issuer`. */
export function authority(commonName: string, issuer?: Authority, options: CertificateOptions = {}): Authority {
  const key = options.key ?? testKey(commonName);
  const subject =
    options.subject ??
    ([
      ['O', 'Test'],
      ['CN', commonName],
    ] as const);
  const keyId = keyIdOf(key);
  const certificate = buildCertificate({
    subject,
    issuer: issuer?.subject ?? subject,
    key,
    signer: issuer?.key ?? key,
    ca: true,
    keyUsage: [5, 6],
    subjectKeyId: keyId,
    authorityKeyId: issuer?.keyId ?? keyId,
    ...options,
  });
  return { subject, key, der: certificate, keyId };
}

/** A certificate of an end entity, for both roles and `host.example` unless told otherwise. */
export function leaf(issuer: Authority, options: CertificateOptions = {}): Uint8Array {
  return buildCertificate({
    subject: [['CN', 'leaf']],
    issuer: issuer.subject,
    key: testKey('leaf'),
    signer: issuer.key,
    ca: false,
    keyUsage: [0],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    subjectAltNames: ['DNS:host.example'],
    authorityKeyId: issuer.keyId,
    serial: 7,
    ...options,
  });
}

/** How a chain is judged in a test. */
export interface Judging {
  role?: Side;
  seconds?: number;
  anchors?: readonly Uint8Array[];
  lists?: RevocationLists;
  /** Certificates that the capture holds besides the chain. */
  elsewhere?: readonly Uint8Array[];
  authorities?: readonly string[];
  staple?: ShownChain['staple'];
}

/** Judges a chain of DER certificates, leaf first. */
export function judge(chain: readonly Uint8Array[], how: Judging = {}): TimedVerdict {
  const { verification, stored } = verificationOf(how);
  return judgeChain(
    {
      certificates: chain.map(stored),
      role: how.role ?? 'server',
      seconds: how.seconds ?? now,
      authorities: how.authorities ?? [],
      staple: how.staple ?? null,
    },
    verification,
  );
}

/** The verification of a run, and how certificates get into its store. */
export function verificationOf(how: Judging = {}): {
  verification: Verification;
  stored: (certificate: Uint8Array) => StoredCertificate;
} {
  const store = new CertificateStore(1);
  const stored = (certificate: Uint8Array): StoredCertificate => store.add(certificate, 0, certificate.length);
  for (const one of how.elsewhere ?? []) stored(one);
  let anchors: TrustAnchors | null = null;
  if (how.anchors) {
    anchors = new TrustAnchors();
    for (const one of how.anchors) anchors.add(one);
  }
  return { verification: new Verification(store, { anchors, lists: how.lists ?? null }), stored };
}

/** PEM of one block. */
export function pem(label: string, octets: Uint8Array): string {
  const lines = Buffer.from(octets)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** A nameConstraints extension of general names in the report's text form; `raw` subtrees are ready DER. */
export function nameConstraints(
  permitted: readonly (string | Uint8Array)[],
  excluded: readonly (string | Uint8Array)[],
): Uint8Array {
  const subtrees = (tag: number, names: readonly (string | Uint8Array)[]): Uint8Array[] =>
    names.length === 0
      ? []
      : [der(tag, ...names.map((one) => sequence(typeof one === 'string' ? generalName(one) : one)))];
  return extension('2.5.29.30', sequence(...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)), true);
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

function signed(key: KeyObject, octets: Uint8Array): Uint8Array {
  return new Uint8Array(sign('sha256', octets, key));
}

/** A revocation list of `issuer`; entries are serial numbers with dates. */
export function revocationList(
  issuer: Authority,
  revoked: readonly { serial: number; date: string; reason?: number }[],
  options: { thisUpdate?: string; nextUpdate?: string | null; key?: TestKey; extensions?: readonly Uint8Array[] } = {},
): Uint8Array {
  const time = (text: string): Uint8Array => generalizedTime(text.replace(/[-:T]/g, ''));
  const entries = revoked.map(({ serial, date, reason }) =>
    sequence(
      integer(serial),
      time(date),
      ...(reason === undefined ? [] : [sequence(extension('2.5.29.21', der(0x0a, Uint8Array.of(reason))))]),
    ),
  );
  const { nextUpdate = '2026-12-01T00:00:00Z' } = options;
  const tbs = sequence(
    integer(1),
    ecdsaWithSha256,
    name(issuer.subject),
    time(options.thisUpdate ?? '2026-05-01T00:00:00Z'),
    ...(nextUpdate === null ? [] : [time(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(options.extensions === undefined ? [] : [der(0xa0, sequence(...options.extensions))]),
  );
  return sequence(tbs, ecdsaWithSha256, bitString(signed((options.key ?? issuer.key).privateKey, tbs)));
}

/** An OCSPResponse about the certificate with `serial`, signed by `signer` (its certificates, if delegated, in `certificates`). */
export function ocspResponse(
  issuer: Authority,
  serial: number,
  status: 'good' | 'revoked' | 'unknown',
  options: {
    signer?: TestKey;
    certificates?: readonly Uint8Array[];
    revocationTime?: string;
    thisUpdate?: string;
    nextUpdate?: string;
  } = {},
): Uint8Array {
  const time = (text: string): Uint8Array => generalizedTime(text.replace(/[-:T]/g, ''));
  const sha1 = (octets: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(octets).digest());
  const keyOctets = issuer.key.spki.subarray(issuer.key.spki.length - 65);
  const statuses = {
    good: der(0x80),
    revoked: der(0xa1, time(options.revocationTime ?? '2026-05-15T00:00:00Z'), der(0xa0, der(0x0a, Uint8Array.of(1)))),
    unknown: der(0x82),
  };
  const single = sequence(
    sequence(
      sequence(oid('1.3.14.3.2.26'), der(0x05)),
      octetString(sha1(name(issuer.subject))),
      octetString(sha1(keyOctets)),
      integer(serial),
    ),
    statuses[status],
    time(options.thisUpdate ?? '2026-05-31T00:00:00Z'),
    der(0xa0, time(options.nextUpdate ?? '2026-06-07T00:00:00Z')),
  );
  const tbs = sequence(der(0xa2, octetString(sha1(keyOctets))), time('2026-05-31T00:00:00Z'), sequence(single));
  const basic = sequence(
    tbs,
    ecdsaWithSha256,
    bitString(signed((options.signer ?? issuer.key).privateKey, tbs)),
    ...(options.certificates === undefined ? [] : [der(0xa0, sequence(...options.certificates))]),
  );
  return sequence(der(0x0a, Uint8Array.of(0)), der(0xa0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic))));
}

/** Any key pair as a test key. */
export function keyOf(pair: { privateKey: KeyObject; publicKey: KeyObject }): TestKey {
  return { privateKey: pair.privateKey, spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })) };
}
