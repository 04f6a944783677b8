import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MaterialRecord } from '../../../src/model/content.js';
import { MaterialScanner } from '../../../src/protocols/material/scanner.js';
import { buildCertificate } from '../../build/x509.js';
import { arrivalAt, newNotes } from '../follow.js';

/** What is found in content that comes in pieces of `piece` octets, each overwritten after it was lent. */
function scan(content: Uint8Array | string, piece = 1 << 20): MaterialRecord[] {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const notes = newNotes();
  const scanner = new MaterialScanner(notes, 'client', 'body');
  for (let at = 0; at < bytes.length; at += piece) {
    const lent = Uint8Array.from(bytes.subarray(at, at + piece));
    scanner.scan(lent, 0, lent.length, arrivalAt(1));
    lent.fill(0xee);
  }
  scanner.end();
  return notes.record(0)?.material ?? [];
}

const certificate = buildCertificate();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed = generateKeyPairSync('ed25519').privateKey;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const armour = (label: string, der: Uint8Array, lineEnd = '\n'): string =>
  [
    `-----BEGIN ${label}-----`,
    ...Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g)!,
    `-----END ${label}-----`,
    '',
  ].join(lineEnd);
const pem = armour('CERTIFICATE', certificate);
const keyPem = rsa.export({ type: 'pkcs8', format: 'pem' }) as string;
const encrypted = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string;
const legacy = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }) as string;

/** A PKCS#12 store and an OpenSSH key, by the tools that write them. */
function written(): { store: Buffer; openSsh: string } {
  const folder = mkdtempSync(join(tmpdir(), 'barewire-material-'));
  try {
    writeFileSync(join(folder, 'key.pem'), keyPem);
    const quiet = { cwd: folder, stdio: 'pipe' } as const;
    execFileSync('openssl', 'req -x509 -new -key key.pem -subj /CN=a -days 9 -out cert.pem'.split(' '), quiet);
    execFileSync('openssl', 'pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x -out s.p12'.split(' '), quiet);
    const store = readFileSync(join(folder, 's.p12'));
    const clear = Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      Buffer.from('00000004', 'hex'),
      Buffer.from('none'),
      randomBytes(200),
    ]);
    return { store, openSsh: armour('OPENSSH PRIVATE KEY', clear) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const { store, openSsh } = written();
const jks = Buffer.concat([Buffer.from('feedfeed000000020000000100000001', 'hex'), randomBytes(700)]);

const cases: [string, Uint8Array | string, Partial<MaterialRecord>][] = [
  ['a certificate in PEM', pem, { kind: 'certificate', form: 'X.509', encoding: 'PEM' }],
  ['with CRLF', armour('CERTIFICATE', certificate, '\r\n'), { kind: 'certificate', encoding: 'PEM' }],
  ['as a member of JSON', JSON.stringify({ cert: pem }), { kind: 'certificate', encoding: 'PEM in JSON' }],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ cert: pem })), { kind: 'certificate', encoding: 'PEM in JSON' }],
  ['percent-encoded', encodeURIComponent(pem), { kind: 'certificate', encoding: 'URL-encoded PEM' }],
  [
    'form-encoded',
    encodeURIComponent(pem).replaceAll('%20', '+'),
    { kind: 'certificate', encoding: 'URL-encoded PEM' },
  ],
  ['folded into a header', armour('CERTIFICATE', certificate, '\n\t'), { encoding: 'PEM in one line' }],
  ['in a line with blanks', armour('CERTIFICATE', certificate, ' '), { encoding: 'PEM in one line' }],
  ['in DER', certificate, { kind: 'certificate', encoding: 'DER' }],
  ['in base64', Buffer.from(certificate).toString('base64'), { kind: 'certificate', encoding: 'base64 DER' }],
  ['in base64url', Buffer.from(certificate).toString('base64url'), { kind: 'certificate', encoding: 'base64 DER' }],
  ['in hexadecimal', Buffer.from(certificate).toString('hex'), { kind: 'certificate', encoding: 'hexadecimal DER' }],
  ['a key of PKCS#8', keyPem, { kind: 'private-key', form: 'PKCS#8' }],
  ['a key of PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' }), { kind: 'private-key', form: 'PKCS#1' }],
  ['a key of SEC1', ec.export({ type: 'sec1', format: 'pem' }), { kind: 'private-key', form: 'SEC1' }],
  ['a raw key of SEC1', ec.export({ type: 'sec1', format: 'der' }), { form: 'SEC1', encoding: 'DER' }],
  ['a raw key of PKCS#8', ec.export({ type: 'pkcs8', format: 'der' }), { form: 'PKCS#8', encoding: 'DER' }],
  ['an Ed25519 key', ed.export({ type: 'pkcs8', format: 'der' }), { form: 'PKCS#8', encoding: 'DER' }],
  [
    'an Ed25519 key in base64',
    ed.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    { form: 'PKCS#8', encoding: 'base64 DER' },
  ],
  ['an encrypted key', encrypted, { kind: 'encrypted-private-key', form: 'PKCS#8' }],
  ['a key in the old encryption', legacy, { kind: 'encrypted-private-key', form: 'PKCS#1' }],
  ['a key of OpenSSH', openSsh, { kind: 'private-key', form: 'OpenSSH' }],
  [
    'a key of PEM in base64',
    Buffer.from(keyPem).toString('base64'),
    { kind: 'private-key', encoding: 'PEM in base64' },
  ],
  [
    'a certificate of PEM in folded base64',
    Buffer.from(pem)
      .toString('base64')
      .match(/.{1,76}/g)!
      .join('\n'),
    { kind: 'certificate', encoding: 'PEM in base64' },
  ],
  ['a store of PKCS#12', store, { kind: 'key-store', form: 'PKCS#12', encoding: 'DER' }],
  ['the same in base64', store.toString('base64'), { kind: 'key-store', form: 'PKCS#12', encoding: 'base64 DER' }],
  ['a store of Java', jks, { kind: 'key-store', form: 'JKS' }],
];

describe('material in a stream', () => {
  it.each(cases)('%s is found, alone and among other things', (_name, content, expected) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : Buffer.from(content);
    const alone = scan(bytes);
    expect(alone).toMatchObject([expected]);
    const among = Buffer.concat([Buffer.from('name="file"\r\n\r\n'), bytes, Buffer.from('\r\n--boundary--')]);
    const found = scan(among);
    expect(found).toMatchObject([expected]);
    if (expected.form !== 'JKS') expect(found).toEqual(alone);
  });

  it.each(cases)('%s is the same in pieces of any size', (_name, content) => {
    const whole = scan(content);
    for (const piece of [1, 3, 7, 100, 1460]) expect(scan(content, piece)).toEqual(whole);
  });

  it('a certificate is told by its digest and subject, a key by a prefix only', () => {
    expect(scan(pem)).toMatchObject([{ sha256: sha256(certificate), length: certificate.length }]);
    expect(scan(pem)[0]?.subject).toContain('CN=');
    const der = rsa.export({ type: 'pkcs8', format: 'der' });
    expect(scan(keyPem)).toMatchObject([{ sha256: sha256(der).slice(0, 8), subject: null, length: der.length }]);
  });

  it('of certificates and a key in one text of base64 the key is told', () => {
    const secret = (text: string): string => Buffer.from(text).toString('base64');
    expect(scan(`{"pem":"${secret(pem + keyPem)}"}`)).toMatchObject([{ kind: 'private-key' }]);
    const kubernetes = `data:\n  tls.crt: ${secret(pem)}\n  tls.key: ${secret(keyPem)}\ntype: kubernetes.io/tls\n`;
    expect(scan(kubernetes).map(({ kind }) => kind)).toEqual(['certificate', 'private-key']);
    expect(scan(secret('-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n'))).toEqual([]);
  });

  it('several things are all found', () => {
    expect(scan(`${keyPem}${pem}${encrypted}`).map(({ kind }) => kind)).toEqual([
      'private-key',
      'certificate',
      'encrypted-private-key',
    ]);
  });

  it('nothing is made of what only looks like it', () => {
    expect(scan(randomBytes(1 << 20))).toEqual([]);
    expect(scan(randomBytes(1 << 20).toString('base64'))).toEqual([]);
    expect(scan(randomBytes(1 << 18).toString('hex'))).toEqual([]);
    const damaged = Buffer.from(certificate);
    damaged.fill(0x41, 40, 120);
    expect(scan(damaged)).toEqual([]);
    expect(scan(armour('CERTIFICATE', randomBytes(500)))).toEqual([]);
    expect(scan('-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----')).toEqual([]);
    expect(scan(pem.slice(0, 200))).toEqual([]);
  });

  it('a stream of beginnings costs no more than its length', { timeout: 60_000 }, () => {
    const beginnings = Buffer.concat(
      Array.from({ length: 4000 }, () => Buffer.from('3082ffff30820f00a003020102', 'hex')),
    );
    const started = performance.now();
    scan(beginnings, 100);
    scan('-----BEGIN CERTIFICATE-----\n'.repeat(10_000), 100);
    scan('MIIP/zCCD/ugAwIBAgIB'.repeat(5_000), 100);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('nor do armours of backslashes, beginnings of armours with one end, and base64 of blanks', {
    timeout: 60_000,
  }, () => {
    const beginning = '-----BEGIN CERTIFICATE-----\n';
    const started = performance.now();
    for (const content of [
      `${beginning}${'\\'.repeat(100_000)}-----END CERTIFICATE-----\n`,
      `${beginning.repeat(500)}${'MIIB'.repeat(10_000)}\n-----END CERTIFICATE-----\n`,
      `\nMIIgAAIBADANBgYGBgYGBgYGBgYG${' '.repeat(200_000)}`,
      '\nMIIgAAIBADANBgYGBgYGBgYGBgYG'.repeat(8_000),
    ]) {
      expect(scan(content, 100)).toEqual([]);
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('finds what stands behind beginnings of nothing', () => {
    const nothing = '\nMIIBAAIBADANBgYGBgYGBgYGBgYG'.repeat(10);
    const content = `${nothing}\n${Buffer.from(certificate).toString('base64')}\n${'-----BEGIN CERTIFICATE-----\n'.repeat(3)}${keyPem}`;
    for (const piece of [1 << 20, 1000, 7]) {
      expect(scan(content, piece).map(({ kind }) => kind)).toEqual(['certificate', 'private-key']);
    }
  });
});
