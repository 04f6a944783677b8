// Profiles as data, each requirement seen kept and broken; and what captures come to under them.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/engine/analyze.js';
import type { CertificateRecord } from '../../src/model/certificate.js';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import type { ProfileReport } from '../../src/model/policy.js';
import { cipherSuiteNames } from '../../src/registry/cipher-suites.js';
import { namedGroups } from '../../src/registry/named-groups.js';
import { profiles } from '../../src/rules/profiles/index.js';
import { judgeCheck } from '../../src/rules/profiles/judge-check.js';
import type { ProfileCheck } from '../../src/rules/profiles/profile.js';
import { certificate, cleartext, connection, tlsSession } from '../build/records.js';

const requirements = profiles.flatMap((profile) =>
  profile.requirements.map((requirement) => [profile.name, requirement.id, requirement] as const),
);

function suite(name: string): TlsSession['serverHello'] {
  const id = Number(Object.keys(cipherSuiteNames).find((key) => cipherSuiteNames[Number(key)] === name));
  return { ...tlsSession().serverHello!, cipherSuite: { id, name } };
}

const withSession = (changes: Partial<TlsSession>): ConnectionRecord => connection({ tls: tlsSession(changes) });
const withCertificate = (changes: Partial<CertificateRecord>): CertificateRecord =>
  certificate({ selfSigned: false, ...changes });

interface Case {
  record: ConnectionRecord;
  leaf?: CertificateRecord;
}

const tls13 = (name: string): Partial<TlsSession> => ({
  version: 'TLSv1.3',
  serverHello: { ...suite(name)!, version: 'TLSv1.3' },
  serverKeyExchange: null,
});
const exchange = tlsSession().serverKeyExchange!;
const trust = (changes: object): TlsSession['serverVerification'] => ({
  path: [],
  trust: 'trusted',
  trustFrom: 'bundle',
  clockDistrusted: null,
  problems: [],
  notes: [],
  ...changes,
});

/** A connection that keeps to a check, and one that breaks it. */
function casesOf(check: ProfileCheck): { kept: Case; broken: Case } {
  switch (check.about) {
    case 'version':
      return {
        kept: { record: withSession(tls13('TLS_AES_128_GCM_SHA256')) },
        broken: { record: withSession({ version: 'TLSv1.0' }) },
      };
    case 'suite':
      return check.versions.includes('TLSv1.3')
        ? {
            kept: { record: withSession(tls13('TLS_AES_128_GCM_SHA256')) },
            broken: { record: withSession(tls13('TLS_SHA256_SHA256')) },
          }
        : {
            kept: { record: withSession({ serverHello: suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256') }) },
            broken: { record: withSession({ serverHello: suite('TLS_RSA_WITH_AES_128_CBC_SHA') }) },
          };
    case 'suite-without': {
      const bad = check.properties.includes('static-dh')
        ? 'TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256'
        : check.properties.includes('below-128-bits')
          ? 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'
          : check.properties.includes('rc4')
            ? 'TLS_RSA_WITH_RC4_128_MD5'
            : 'TLS_RSA_WITH_AES_128_GCM_SHA256';
      return {
        kept: { record: withSession({ serverHello: suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256') }) },
        broken: { record: withSession({ serverHello: suite(bad) }) },
      };
    }
    case 'group':
      return {
        kept: { record: withSession({ serverKeyExchange: { ...exchange, group: namedGroups.secp256r1 } }) },
        broken: { record: withSession({ serverKeyExchange: { ...exchange, group: namedGroups.secp192r1 } }) },
      };
    case 'dh-prime':
      return {
        kept: { record: withSession({ serverKeyExchange: { ...exchange, group: null, primeBits: 4096 } }) },
        broken: { record: withSession({ serverKeyExchange: { ...exchange, group: null, primeBits: 1024 } }) },
      };
    case 'certificate-key':
      return {
        kept: { record: connection(), leaf: withCertificate({ keyType: 'EC', keyBits: 256, curve: 'P-256' }) },
        broken: { record: connection(), leaf: withCertificate({ keyType: 'RSA', keyBits: 1024 }) },
      };
    case 'certificate-signature':
      return {
        kept: { record: connection(), leaf: withCertificate({ signatureAlgorithm: 'sha256WithRSAEncryption' }) },
        broken: { record: connection(), leaf: withCertificate({ signatureAlgorithm: 'sha1WithRSAEncryption' }) },
      };
    case 'certificate-lifetime':
      return {
        kept: {
          record: connection(),
          leaf: withCertificate({ notBefore: '2026-01-01T00:00:00Z', notAfter: '2026-03-01T00:00:00Z' }),
        },
        broken: {
          record: connection(),
          leaf: withCertificate({ notBefore: '2026-01-01T00:00:00Z', notAfter: '2030-01-01T00:00:00Z' }),
        },
      };
    case 'certificate-trust':
      return {
        kept: { record: withSession({ serverVerification: trust({}) }) },
        broken: { record: withSession({ serverVerification: trust({ trust: 'untrusted' }) }) },
      };
    case 'handshake-signature':
      return {
        kept: { record: withSession({ serverKeyExchange: { ...exchange, signatureAlgorithm: 0x0804 } }) },
        broken: { record: withSession({ serverKeyExchange: { ...exchange, signatureAlgorithm: 0x0201 } }) },
      };
    case 'no-compression':
      return {
        kept: { record: connection() },
        broken: { record: withSession({ serverHello: { ...tlsSession().serverHello!, compression: 1 } }) },
      };
    case 'secure-renegotiation':
      return {
        kept: { record: connection() },
        broken: { record: withSession({ serverHello: { ...tlsSession().serverHello!, secureRenegotiation: false } }) },
      };
    case 'extended-master-secret':
      return {
        kept: { record: connection() },
        broken: { record: withSession({ serverHello: { ...tlsSession().serverHello!, extendedMasterSecret: false } }) },
      };
    case 'encrypted':
      return { kept: { record: connection() }, broken: { record: cleartext() } };
  }
}

const judged = (check: ProfileCheck, { record, leaf }: Case): string =>
  judgeCheck(check, record, () => leaf ?? null).answer;

describe('profiles', () => {
  it('have names, sources and texts of their own', () => {
    expect(new Set(profiles.map(({ name }) => name)).size).toBe(profiles.length);
    for (const { source, date, requirements: all } of profiles) {
      expect(source.length).toBeGreaterThan(60);
      expect(date).toMatch(/^\d{4}-\d{2}$|^version \d/);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      for (const { id, text } of all) {
        expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(text).toMatch(/^[A-Z].{15,}\.$/);
      }
    }
  });

  it('name only suites and groups that there are', () => {
    const suites = new Set(Object.values(cipherSuiteNames));
    for (const [, , { check }] of requirements) {
      if (check.about === 'suite') for (const name of check.allowed) expect(suites, name).toContain(name);
      if (check.about === 'group')
        for (const name of check.allowed) expect(Object.keys(namedGroups), name).toContain(name);
    }
  });

  it.each(requirements)('%s: %s is seen kept and broken', (_, __, { check }) => {
    const { kept, broken } = casesOf(check);
    expect(judged(check, kept)).toBe('conformant');
    expect(judged(check, broken)).toBe('violated');
  });

  it.each(requirements)('%s: %s does not judge a handshake that was broken off', (_, __, { check }) => {
    if (check.about === 'encrypted') return;
    const { broken } = casesOf(check);
    const alert = {
      frame: 9,
      from: 'client',
      level: 'fatal',
      description: 'handshake_failure',
      encrypted: false,
    } as const;
    const record = { ...broken.record, tls: { ...broken.record.tls!, established: false, alerts: [alert] } };
    expect(judged(check, { ...broken, record })).toBe('idle');
  });

  it('say that TLS 1.3 hides certificates, instead of nothing', () => {
    const hidden = withSession({
      ...tls13('TLS_AES_128_GCM_SHA256'),
      serverCertificates: null,
      clientCertificates: null,
      facts: { ...tlsSession().facts, serverCertificate: { state: 'hidden', because: 'encrypted' } },
    });
    expect(judged({ about: 'certificate-key', side: 'both', bits: { RSA: 2048 } }, { record: hidden })).toBe('hidden');
  });
});

/** What a profile says of a capture, by requirement. */
async function verdicts(capture: string, name: string): Promise<Record<string, string>> {
  let report: ProfileReport | null = null;
  await analyze({
    inputs: [join('captures', capture)],
    profiles: profiles.filter((profile) => profile.name === name),
    sink: {
      profile: (told) => {
        report = told;
      },
      end() {},
    },
  });
  return Object.fromEntries((report as unknown as ProfileReport).requirements.map(({ id, verdict }) => [id, verdict]));
}

describe('a profile on a capture', () => {
  it('bcp195: weak suites violate it', async () => {
    expect(await verdicts('weak-ciphers.pcap', 'bcp195')).toMatchObject({
      version: 'violated',
      'broken-suites': 'violated',
      'no-rsa-transport': 'violated',
      'dh-prime': 'violated',
      'no-compression': 'conformant',
    });
  });

  it('bcp195: a good handshake keeps to it', async () => {
    const found = await verdicts('mtls-end-to-end-tls12.pcapng', 'bcp195');
    expect(Object.entries(found).filter(([, verdict]) => verdict === 'violated')).toEqual([]);
    expect(found).toMatchObject({
      version: 'conformant',
      'recommended-suites': 'conformant',
      'dh-prime': 'not-exercised',
    });
  });

  it.each([
    [
      'nist-800-52r2',
      'weak-certificates.pcapng',
      { 'certificate-key': 'violated', 'certificate-signature': 'violated' },
    ],
    [
      'nist-800-52r2',
      'mtls-end-to-end-tls12.pcapng',
      { groups: 'violated', 'suites-tls12': 'conformant', 'suites-tls13': 'not-exercised' },
    ],
    ['bsi-tr-02102-2', 'mtls-end-to-end-tls12.pcapng', { 'certificate-key': 'violated', 'suites-tls12': 'conformant' }],
    ['bsi-tr-02102-2', 'mtls-end-to-end-tls13.pcap', { 'certificate-key': 'not-observable', version: 'conformant' }],
    ['mozilla-modern', 'mtls-end-to-end-tls12.pcapng', { version: 'violated', suites: 'not-exercised' }],
    [
      'mozilla-modern',
      'mtls-end-to-end-tls13.pcap',
      { version: 'conformant', 'certificate-lifetime': 'not-observable' },
    ],
    ['mozilla-intermediate', 'mtls-end-to-end-tls12.pcapng', { version: 'conformant', 'suites-tls12': 'conformant' }],
    ['mozilla-intermediate', 'old-settings.pcap', { 'suites-tls12': 'violated' }],
    // Nothing is tagged, so nothing is judged.
    ['pci-dss-4', 'services-in-clear.pcapng', { encrypted: 'not-exercised' }],
  ])('%s on %s', async (name, capture, expected) => {
    expect(await verdicts(capture, name)).toMatchObject(expected);
  });
});
