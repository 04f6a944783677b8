import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_subjectAltName, SubjectAlternativeName } from '@peculiar/asn1-x509';
import { describe, expect, test } from 'vitest';
import type { CertificateContent } from '../../../src/model/certificate.js';
import { parseCertificate } from '../../../src/wire/x509/certificate.js';
import { locateCertificate } from '../../../src/wire/x509/certificate-ranges.js';
import {
  berIndefinite,
  berLongLength,
  bitString,
  boolean,
  buildCertificate,
  type CertificateOptions,
  concat,
  der,
  ed25519TestKey,
  extension,
  generalizedTime,
  integer,
  oid,
  printableString,
  rsaTestKey,
  sequence,
  testKey,
  utcTime,
} from '../../build/x509.js';

const parse = (bytes: Uint8Array): CertificateContent => parseCertificate(bytes, 0, bytes.length);
const built = (options: CertificateOptions): CertificateContent => parse(buildCertificate(options));

const full: CertificateOptions = {
  subject: [
    ['C', printableString('NL')],
    ['O', 'Example, "Inc"'],
    ['CN', 'api'],
  ],
  issuer: [
    ['O', 'Example'],
    ['CN', 'Test CA'],
  ],
  serial: 0xdeadbeef,
  subjectAltNames: [
    'DNS:api.example',
    'IP:10.0.0.1',
    'IP:2001:db8::1',
    'URI:spiffe://example.org/ns/prod/sa/api',
    'email:ops@example.org',
    'RID:1.2.3.4',
    'dirName:CN=inner',
    'other:1.3.6.1.4.1.311.20.2.3',
  ],
  ca: 3,
  keyUsage: [0, 5, 8],
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.99999.1'],
  subjectKeyId: Uint8Array.of(1, 2, 3),
  authorityKeyId: Uint8Array.of(4, 5, 6),
  crlUrls: ['http://crl.example/a.crl'],
  ocspUrls: ['http://ocsp.example/'],
};

test('reads every field of a full certificate', () => {
  expect(built(full)).toEqual({
    subject: 'CN=api,O=Example\\, \\"Inc\\",C=NL',
    issuer: 'CN=Test CA,O=Example',
    serial: 'deadbeef',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
    subjectAltNames: full.subjectAltNames,
    spiffeId: 'spiffe://example.org/ns/prod/sa/api',
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    selfSigned: false,
    isCa: true,
    pathLength: 3,
    keyUsage: ['digitalSignature', 'keyCertSign', 'decipherOnly'],
    extendedKeyUsage: ['serverAuth', 'clientAuth', '1.3.6.1.4.1.99999.1'],
    subjectKeyId: '010203',
    authorityKeyId: '040506',
    crlUrls: ['http://crl.example/a.crl'],
    ocspUrls: ['http://ocsp.example/'],
    version: 3,
    parseError: null,
    oddities: [],
  });
});

test('reads a certificate in the middle of lent bytes, and nothing after it', () => {
  const certificate = buildCertificate(full);
  const lent = concat(new Uint8Array(7).fill(0xff), certificate, new Uint8Array(9).fill(0x30));
  const content = parseCertificate(lent, 7, 7 + certificate.length);
  lent.fill(0);
  expect(content).toEqual(parse(certificate));
});

describe('versions', () => {
  test('reads a version 1 certificate, which has no version field', () => {
    expect(built({ version: 1 })).toMatchObject({ version: 1, isCa: false, parseError: null, oddities: [] });
  });
  test('notes extensions in a version 1 certificate and reads them', () => {
    const content = built({ version: 1, subjectAltNames: ['DNS:a.example'] });
    expect(content).toMatchObject({
      subjectAltNames: ['DNS:a.example'],
      oddities: ['extensions in a version 1 certificate'],
    });
  });
  test('notes a version that does not exist', () => {
    expect(built({ version: 9 })).toMatchObject({ version: 9, oddities: ['unknown version'] });
  });
});

describe('serial numbers', () => {
  test.each([
    [Uint8Array.of(0x00, 0x80), '80', []],
    [Uint8Array.of(0x00, 0x00, 0x01), '1', []],
    [Uint8Array.of(0x00), '0', ['serial 0']],
    [Uint8Array.of(0xff), '-1', ['negative serial']],
    [Uint8Array.of(0x80, 0x00), '-8000', ['negative serial']],
    [new Uint8Array(0), '0', ['empty serial']],
    [new Uint8Array(21).fill(0x11), '11'.repeat(21), ['serial over 20 octets']],
  ])('%o reads %s', (serial, text, oddities) => {
    expect(built({ serial })).toMatchObject({ serial: text, oddities });
  });
});

describe('times', () => {
  const end = '2051-01-01T00:00:00Z';
  test.each([
    [utcTime('500101000000Z'), '1950-01-01T00:00:00Z', []],
    [utcTime('491231235959Z'), '2049-12-31T23:59:59Z', []],
    [utcTime('2601010000Z'), '2026-01-01T00:00:00Z', ['notBefore without seconds']],
    [utcTime('260101003000+0130'), '2025-12-31T23:00:00Z', ['notBefore with a time zone offset']],
    [utcTime('251231233000-0130'), '2026-01-01T01:00:00Z', ['notBefore with a time zone offset']],
    [generalizedTime('20500101000000Z'), '2050-01-01T00:00:00Z', []],
    [
      generalizedTime('20260101000000.123Z'),
      '2026-01-01T00:00:00Z',
      ['notBefore with a fraction', 'notBefore before 2050 as GeneralizedTime'],
    ],
    [generalizedTime('20500101000000'), '2050-01-01T00:00:00Z', ['notBefore without a time zone']],
    [generalizedTime('00010101000000Z'), '0001-01-01T00:00:00Z', []],
    [utcTime('240229000000Z'), '2024-02-29T00:00:00Z', []],
    [utcTime('250229000000Z'), '', ['unreadable notBefore']],
    [utcTime('261301000000Z'), '', ['unreadable notBefore']],
    [utcTime('260132000000Z'), '', ['unreadable notBefore']],
    [utcTime('260101240000Z'), '', ['unreadable notBefore']],
    [utcTime('260101006000Z'), '', ['unreadable notBefore']],
    [utcTime('2601010000-0Z'), '', ['notBefore without seconds', 'unreadable notBefore']],
    [utcTime('tomorrow'), '', ['notBefore without seconds', 'unreadable notBefore']],
    [generalizedTime('99991231235959-0100'), '', ['notBefore with a time zone offset', 'unreadable notBefore']],
    [utcTime(''), '', ['notBefore without seconds', 'unreadable notBefore']],
  ])('%# reads %s', (notBefore, text, oddities) => {
    expect(built({ notBefore, notAfter: end })).toMatchObject({
      notBefore: text,
      notAfter: end,
      oddities,
      parseError: null,
    });
  });
  test('notes the moment that stands for no expiry (RFC 5280 §4.1.2.5)', () => {
    expect(built({ notAfter: '9999-12-31T23:59:59Z' }).oddities).toEqual(['indefinite time']);
  });
  test('notes a validity that ends before it begins', () => {
    expect(built({ notAfter: '2025-01-01T00:00:00Z' }).oddities).toEqual(['notAfter before notBefore']);
  });
});

describe('keys', () => {
  const spki = (algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array =>
    sequence(sequence(...algorithm), bitString(key));
  const keyOf = (info: Uint8Array): unknown[] => {
    const { keyType, keyBits, curve } = built({ spki: info });
    return [keyType, keyBits, curve];
  };
  const exported = (key: { publicKey: { export(options: { type: 'spki'; format: 'der' }): Buffer } }): Uint8Array =>
    new Uint8Array(key.publicKey.export({ type: 'spki', format: 'der' }));

  test.each([
    ['prime256v1', 'P-256', 256],
    ['secp384r1', 'P-384', 384],
    ['secp521r1', 'P-521', 521],
    ['secp256k1', 'secp256k1', 256],
    ['brainpoolP384r1', 'brainpoolP384r1', 384],
    ['sect283k1', 'sect283k1', 283],
    ['SM2', 'SM2', 256],
  ])('EC on %s', (namedCurve, curve, bits) => {
    expect(keyOf(exported(generateKeyPairSync('ec', { namedCurve })))).toEqual(['EC', bits, curve]);
  });
  test('EC with explicit parameters has a field size and no curve', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'secp384r1', paramEncoding: 'explicit' });
    const content = built({ spki: exported(key) });
    expect(content).toMatchObject({
      keyType: 'EC',
      keyBits: 384,
      curve: null,
      oddities: ['explicit curve parameters'],
    });
  });
  test('EC with explicit parameters over a binary field', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'sect409r1', paramEncoding: 'explicit' });
    expect(keyOf(exported(key))).toEqual(['EC', 409, null]);
  });
  test('EC on a curve without a name is sized by its point', () => {
    const point = concat(Uint8Array.of(4), new Uint8Array(80));
    expect(keyOf(spki([oid('1.2.840.10045.2.1'), oid('1.2.3.4')], point))).toEqual(['EC', 320, '1.2.3.4']);
  });
  test.each([1024, 2048, 3072])('RSA of %i bits', (bits) => {
    expect(keyOf(rsaTestKey(bits).spki)).toEqual(['RSA', bits, null]);
  });
  test('RSA-PSS', () => {
    const key = generateKeyPairSync('rsa-pss', {
      modulusLength: 1024,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
    });
    expect(keyOf(exported(key))).toEqual(['RSA-PSS', 1024, null]);
  });
  test.each([
    ['ed25519', 'Ed25519', 256],
    ['ed448', 'Ed448', 456],
    ['x25519', 'X25519', 256],
    ['x448', 'X448', 448],
  ] as const)('%s', (type, keyType, bits) => {
    expect(keyOf(exported(generateKeyPairSync(type as 'ed25519')))).toEqual([keyType, bits, null]);
  });
  test('DSA by the prime p, and none when the parameters are inherited', () => {
    const key = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    expect(keyOf(exported(key))).toEqual(['DSA', 1024, null]);
    expect(keyOf(spki([oid('1.2.840.10040.4.1')], integer(5)))).toEqual(['DSA', null, null]);
  });
  test('DH by its prime', () => {
    const key = generateKeyPairSync('dh' as 'x25519', { group: 'modp14' } as object);
    expect(keyOf(exported(key))).toEqual(['DH', 2048, null]);
  });
  test.each([
    ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44', null],
    ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87', null],
    ['2.16.840.1.101.3.4.3.31', 'SLH-DSA-SHAKE-256f', null],
    ['1.2.643.7.1.1.1.2', 'GOST-2012-512', 512],
    ['1.2.3.4.5', '1.2.3.4.5', null],
  ])('%s is %s', (identifier, keyType, bits) => {
    expect(keyOf(spki([oid(identifier)], new Uint8Array(1312)))).toEqual([keyType, bits, null]);
  });
  test('an RSA key that is none is a fault, and the rest stays', () => {
    const content = built({ spki: spki([oid('1.2.840.113549.1.1.1')], new Uint8Array(64)) });
    expect(content).toMatchObject({ keyType: 'RSA', keyBits: null, subject: 'CN=test' });
    expect(content.parseError).toMatch(/^malformed RSAPublicKey at octet \d+$/);
  });
});

describe('signature algorithms', () => {
  const nameOf = (signatureAlgorithm: Uint8Array): string => built({ signatureAlgorithm }).signatureAlgorithm;
  const hash = (identifier: string): Uint8Array => der(0xa0, sequence(oid(identifier)));
  test('takes the hash of RSASSA-PSS from its parameters', () => {
    const pss = oid('1.2.840.113549.1.1.10');
    expect(nameOf(sequence(pss, sequence(hash('2.16.840.1.101.3.4.2.2'))))).toBe('rsassaPss-sha384');
    expect(nameOf(sequence(pss, sequence()))).toBe('rsassaPss-sha1');
    expect(nameOf(sequence(pss, sequence(hash('1.2.3'))))).toBe('rsassaPss-1.2.3');
  });
  test('real signers', () => {
    expect(built({ key: rsaTestKey(1024) }).signatureAlgorithm).toBe('sha256WithRSAEncryption');
    expect(built({ key: ed25519TestKey() }).signatureAlgorithm).toBe('Ed25519');
    expect(nameOf(sequence(oid('1.2.3.4')))).toBe('1.2.3.4');
  });
  test('notes another algorithm outside than inside, and goes by the outer one', () => {
    const certificate = buildCertificate();
    const { signatureAlgorithm } = locateCertificate(certificate, 0, certificate.length);
    certificate[signatureAlgorithm!.end - 1] = 3;
    expect(parse(certificate)).toMatchObject({
      signatureAlgorithm: 'ecdsa-with-SHA384',
      oddities: ['signature algorithm differs inside and outside'],
    });
  });
});

describe('extensions', () => {
  test('is self-signed by equal names unless the key identifiers differ', () => {
    const subjectKeyId = Uint8Array.of(1);
    expect(built({}).selfSigned).toBe(true);
    expect(built({ subjectKeyId, authorityKeyId: Uint8Array.of(1) }).selfSigned).toBe(true);
    expect(built({ subjectKeyId, authorityKeyId: Uint8Array.of(2) }).selfSigned).toBe(false);
    expect(built({ issuer: [['CN', 'ca']] }).selfSigned).toBe(false);
  });
  test('has a SPIFFE ID only where exactly one URI is one', () => {
    const two = built({ subjectAltNames: ['URI:spiffe://a/x', 'URI:spiffe://a/y'] });
    expect(two).toMatchObject({ spiffeId: null, oddities: ['several SPIFFE IDs'] });
    const beside = built({ subjectAltNames: ['URI:SPIFFE://a/x', 'URI:https://a/'] });
    expect(beside).toMatchObject({ spiffeId: 'SPIFFE://a/x', oddities: ['SPIFFE ID beside other URIs'] });
  });
  test('notes a critical extension that nobody here knows', () => {
    const content = built({ extensions: [extension('1.2.3.4', der(0x05), true), extension('1.2.3.5', der(0x05))] });
    expect(content.oddities).toEqual(['unknown critical extension 1.2.3.4']);
  });
  test('counts the first of an extension that occurs twice', () => {
    const again = extension('2.5.29.19', sequence(boolean(true)));
    expect(built({ ca: false, extensions: [again] })).toMatchObject({
      isCa: false,
      oddities: ['basicConstraints occurs twice'],
    });
  });
  test('keeps the other extensions when one is broken', () => {
    const broken = extension('2.5.29.31', Uint8Array.of(0x30, 0x7f, 0x01));
    const content = built({ extensions: [broken, extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.2')))] });
    expect(content.extendedKeyUsage).toEqual(['clientAuth']);
    expect(content.parseError).toMatch(/^malformed cRLDistributionPoints at octet \d+$/);
  });
  test('bounds a list made to fill memory', () => {
    const content = built({ subjectAltNames: Array.from({ length: 16_500 }, () => 'DNS:a') });
    expect(content.subjectAltNames).toHaveLength(16_384);
    expect(content.parseError).toMatch(/^more entries in subjectAltName/);
  });
  test('notes an address of a wrong length and a kind of name without a text', () => {
    const names = extension('2.5.29.17', sequence(der(0x87, Uint8Array.of(1, 2, 3)), der(0xa3, sequence())));
    const content = built({ extensions: [names] });
    expect(content.subjectAltNames).toEqual(['IP:#010203']);
    expect(content.oddities).toEqual([
      'subjectAltName with an address of 3 octets',
      'subjectAltName with a name of kind 3',
    ]);
  });
  test('keeps control characters for the report to make harmless, and notes a NUL', () => {
    const content = built({ subjectAltNames: ['DNS:bank.example\0.evil.example', 'DNS:\x1b[31m'] });
    expect(content.subjectAltNames).toEqual(['DNS:bank.example\0.evil.example', 'DNS:\x1b[31m']);
    expect(content.oddities).toEqual(['NUL in text']);
  });
});

describe('BER where DER is due', () => {
  const inner = (certificate: Uint8Array): Uint8Array[] => {
    const { tbsCertificate, signatureAlgorithm } = locateCertificate(certificate, 0, certificate.length);
    return [
      certificate.subarray(tbsCertificate!.start, tbsCertificate!.end),
      certificate.subarray(signatureAlgorithm!.start, signatureAlgorithm!.end),
      certificate.subarray(signatureAlgorithm!.end),
    ];
  };
  test('reads indefinite lengths', () => {
    const certificate = buildCertificate(full);
    const loose = berIndefinite(0x30, ...inner(certificate));
    expect(parse(loose)).toEqual({ ...parse(certificate), oddities: ['indefinite length'] });
  });
  test('reads non-minimal lengths', () => {
    const certificate = buildCertificate(full);
    const loose = berLongLength(0x30, 6, concat(...inner(certificate)));
    expect(parse(loose)).toEqual({ ...parse(certificate), oddities: ['non-minimal length'] });
  });
  test('gives up on indefinite lengths nested deeper than anybody writes, in linear time', () => {
    const nested = new Uint8Array(200_000).map((_, at) => (at % 2 === 0 ? 0x30 : 0x80));
    expect(parse(nested).parseError).toMatch(/^cut inside Certificate at octet 0/);
  });
});

describe('damage', () => {
  test('every prefix is cut, never malformed, and keeps what lies before the cut', () => {
    const certificate = buildCertificate(full);
    const whole = parse(certificate);
    const { subject } = locateCertificate(certificate, 0, certificate.length);
    for (let length = 0; length < certificate.length; length++) {
      const content = parseCertificate(certificate, 0, length);
      expect(content.parseError).toMatch(/^cut inside .* at octet \d+, \d+ octets missing$/);
      if (length >= subject!.end) expect(content.subject).toBe(whole.subject);
    }
  });
  test('octets after the certificate are noted', () => {
    expect(parse(concat(buildCertificate(), Uint8Array.of(0))).oddities).toEqual(['octets after the certificate']);
  });
  test('what is no certificate has a fault and no values', () => {
    expect(parse(new TextEncoder().encode('GET / HTTP/1.1'))).toMatchObject({
      subject: '',
      serial: '',
      version: null,
      parseError: 'malformed Certificate at octet 0',
    });
  });
  test('mutated certificates never throw and never take long', () => {
    const seedCertificate = buildCertificate(full);
    let state = 20261121;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const started = performance.now();
    let faults = 0;
    for (let round = 0; round < 4000; round++) {
      const mutated = seedCertificate.slice();
      for (let change = 0; change <= random(4); change++) mutated[random(mutated.length)] = random(256);
      const content = parse(mutated);
      if (content.parseError !== null) faults++;
      expect(JSON.stringify(content).length).toBeLessThan(20_000);
      expect(content.keyBits).not.toBeNaN();
    }
    expect(faults).toBeGreaterThan(500);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('oracles', () => {
  const samples: CertificateOptions[] = [
    full,
    {},
    { version: 1 },
    { key: rsaTestKey(1024), serial: 2 ** 40, notAfter: '2055-06-30T12:00:00Z' },
    {
      subject: [['CN', 'Zoë 漢字 🔒']],
      issuer: [
        ['DC', 'example'],
        ['emailAddress', 'a@b.c'],
      ],
    },
    { key: ed25519TestKey(), ca: true, extendedKeyUsage: ['2.5.29.37.0'] },
  ];

  test.each(samples.map((options, index) => [index, options] as const))(
    'agrees with node:crypto (%i)',
    (_, options) => {
      const bytes = buildCertificate(options);
      const ours = parse(bytes);
      const theirs = new X509Certificate(bytes);
      expect(ours.serial).toBe(theirs.serialNumber.toLowerCase().replace(/^0+(?=.)/, ''));
      expect(Date.parse(ours.notBefore)).toBe(Date.parse(theirs.validFrom));
      expect(Date.parse(ours.notAfter)).toBe(Date.parse(theirs.validTo));
      expect(ours.isCa).toBe(theirs.ca);
      expect(ours.keyType.toLowerCase()).toBe(theirs.publicKey.asymmetricKeyType);
      if (ours.keyType === 'RSA') expect(ours.keyBits).toBe(theirs.publicKey.asymmetricKeyDetails?.modulusLength);
      const signer = createPublicKey({
        key: Buffer.from((options.key ?? testKey()).spki),
        format: 'der',
        type: 'spki',
      });
      expect(theirs.verify(signer)).toBe(true);
    },
  );

  test.each(samples.map((options, index) => [index, options] as const))(
    'finds the parts where @peculiar/asn1-x509 does (%i)',
    (_, options) => {
      const bytes = buildCertificate(options);
      const ours = locateCertificate(bytes, 0, bytes.length);
      const theirs = AsnConvert.parse(bytes, Certificate);
      const part = (range: { start: number; end: number } | null): string =>
        Buffer.from(bytes.subarray(range?.start, range?.end)).toString('hex');
      const encoded = (value: object): string => Buffer.from(AsnConvert.serialize(value)).toString('hex');
      expect(part(ours.issuer)).toBe(encoded(theirs.tbsCertificate.issuer));
      expect(part(ours.subject)).toBe(encoded(theirs.tbsCertificate.subject));
      expect(part(ours.subjectPublicKeyInfo)).toBe(encoded(theirs.tbsCertificate.subjectPublicKeyInfo));
      expect(part(ours.signature)).toBe(Buffer.from(theirs.signatureValue).toString('hex'));
      expect(part(ours.serialNumber)).toBe(Buffer.from(theirs.tbsCertificate.serialNumber).toString('hex'));
      const names = theirs.tbsCertificate.extensions?.find(({ extnID }) => extnID === id_ce_subjectAltName);
      const count = names === undefined ? 0 : AsnConvert.parse(names.extnValue, SubjectAlternativeName).length;
      expect(parse(bytes).subjectAltNames).toHaveLength(count);
    },
  );
});
