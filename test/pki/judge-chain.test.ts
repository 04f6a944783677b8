import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ChainProblemCode } from '../../src/model/connection-record.js';
import { withName } from '../../src/pki/judge-chain.js';
import { canonicalName } from '../../src/wire/x509/canonical-name.js';
import {
  authority,
  type Judging,
  judge,
  keyOf,
  leaf,
  nameConstraints,
  now,
  pem,
  verificationOf,
} from '../build/pki.js';
import {
  type CertificateOptions,
  der,
  ed25519TestKey,
  extension,
  integer,
  type NameParts,
  name,
  oid,
  printableString,
  rsaTestKey,
  sequence,
  testKey,
} from '../build/x509.js';

const root = authority('Root');
const middle = authority('Middle', root);
const bundle = { anchors: [root.der] };
const codes = (chain: readonly Uint8Array[], how: Judging = {}): ChainProblemCode[] =>
  judge(chain, how).verdict.problems.map(({ code }) => code);
const canonical = (parts: NameParts): string => {
  const octets = name(parts);
  return canonicalName(octets, 0, octets.length);
};
const isoSeconds = (text: string): number => Date.parse(text) / 1000;

describe('a path', () => {
  it('leads over an intermediate to the bundle', () => {
    const { verdict } = judge([leaf(middle), middle.der], bundle);
    expect(verdict).toMatchObject({ trust: 'trusted', trustFrom: 'bundle', problems: [], notes: [] });
    expect(verdict.path).toHaveLength(3);
  });

  it('is found when the chain was shown in disorder, with strangers in it', () => {
    const stranger = authority('Stranger');
    expect(codes([leaf(middle), stranger.der, root.der, middle.der], bundle)).toEqual([]);
  });

  it('goes over an intermediate that only others showed, and says that it was not sent', () => {
    const { verdict } = judge([leaf(middle)], { ...bundle, elsewhere: [middle.der] });
    expect(verdict.trust).toBe('trusted');
    expect(verdict.problems.map(({ code }) => code)).toEqual(['incomplete-chain']);
  });

  it('that only lacks its root is whole', () => {
    expect(codes([leaf(middle), middle.der], { elsewhere: [root.der] })).toEqual([]);
    expect(codes([leaf(middle), middle.der])).toEqual([]);
  });

  it('takes the cross-signed way to the bundle when the shown one does not lead there', () => {
    const old = authority('Old Root');
    const crossed = authority('Root', old, { key: root.key, subject: root.subject });
    const { verdict } = judge([leaf(middle), middle.der, root.der, crossed.der], { anchors: [old.der] });
    expect(verdict).toMatchObject({ trust: 'trusted', problems: [] });
    expect(verdict.path).toHaveLength(4);
  });

  it('ends at an intermediate that the bundle holds', () => {
    expect(judge([leaf(middle), middle.der], { anchors: [middle.der] }).verdict.trust).toBe('trusted');
    expect(judge([leaf(middle)], { anchors: [middle.der] }).verdict.problems).toEqual([]);
  });

  it('tells two authorities of one name apart by their keys', () => {
    const twin = authority('Root', undefined, { key: testKey('twin') });
    expect(codes([leaf(middle), middle.der], { anchors: [twin.der] })).toEqual(['untrusted']);
    expect(codes([leaf(middle), middle.der], { anchors: [twin.der, root.der] })).toEqual([]);
  });

  it('compares names by RFC 5280 §7.1: string type, case and spaces do not count', () => {
    const spelled = authority('Spelled', undefined, {
      subject: [
        ['O', 'My  Company'],
        ['CN', 'CA'],
      ],
    });
    const other: NameParts = [
      ['O', printableString(' my company')],
      ['CN', printableString('ca')],
    ];
    expect(codes([leaf({ ...spelled, subject: other })], { anchors: [spelled.der] })).toEqual([]);
  });

  it('is bounded where authorities sign each other without end', () => {
    const names = Array.from({ length: 14 }, (_, at) => `Web ${at}`);
    const web = names.flatMap((one) => names.map((by) => authority(one, authority(by)).der));
    const { verdict } = judge([leaf(authority('Web 0')), ...web]);
    expect(verdict.path.length).toBeGreaterThan(0);
    expect(verdict.path.length).toBeLessThanOrEqual(12);
  });
});

describe('trust', () => {
  it('is not told without a bundle or a list', () => {
    const { verdict } = judge([leaf(middle), middle.der, root.der]);
    expect(verdict).toMatchObject({ trust: 'unknown', trustFrom: null, problems: [] });
    expect(judge([leaf(middle), middle.der], { role: 'client' }).verdict.trust).toBe('unknown');
  });

  it('of a client is told by the authorities that the server names', () => {
    const how: Judging = { role: 'client', authorities: [canonical(root.subject)] };
    expect(judge([leaf(middle), middle.der], how).verdict).toMatchObject({
      trust: 'trusted',
      trustFrom: 'requested-authorities',
    });
    const rogue = authority('Rogue');
    const { verdict } = judge([leaf(rogue), rogue.der], how);
    expect(verdict).toMatchObject({ trust: 'untrusted', trustFrom: 'requested-authorities' });
    expect(verdict.problems.map(({ code }) => code)).toEqual(['untrusted']);
    expect(codes([leaf(rogue)], how)).toEqual(['untrusted']);
  });

  it('of a client is found over an intermediate that only others showed', () => {
    const how: Judging = { role: 'client', authorities: [canonical(root.subject)], elsewhere: [middle.der] };
    expect(judge([leaf(middle)], how).verdict.trust).toBe('trusted');
    // What the server names it has: an intermediate that it names need not be sent.
    expect(codes([leaf(middle)], { ...how, authorities: [canonical(middle.subject)] })).toEqual([]);
  });

  it('of a client needs both the bundle and the list where both are there', () => {
    const how: Judging = { role: 'client', anchors: [root.der], authorities: [canonical([['CN', 'Another']])] };
    expect(judge([leaf(root)], how).verdict).toMatchObject({ trust: 'untrusted', trustFrom: 'requested-authorities' });
  });

  it('is not given to a name whose key did not sign', () => {
    const forged = leaf(middle, { signer: testKey('forger') });
    const how: Judging = { role: 'client', authorities: [canonical(middle.subject)] };
    const { verdict } = judge([forged, middle.der], how);
    expect(verdict.trust).toBe('unknown');
    expect(verdict.problems.map(({ code }) => code)).toEqual(['bad-signature']);
  });

  it('of a self-signed leaf: it is self-signed, trusted or not', () => {
    const self = leaf(authority('Self'), {
      subject: [['CN', 'self']],
      issuer: [['CN', 'self']],
      signer: testKey('leaf'),
    });
    expect(codes([self])).toEqual(['self-signed']);
    expect(judge([self], bundle).verdict).toMatchObject({ trust: 'untrusted' });
    expect(codes([self], bundle)).toEqual(['self-signed']);
    expect(judge([self], { anchors: [self] }).verdict).toMatchObject({ trust: 'trusted' });
  });

  it('of a leaf that claims to be its own issuer and is not: a bad signature', () => {
    const same: NameParts = [['CN', 'self']];
    const forged = leaf(root, { subject: same, issuer: same, signer: testKey('forger'), authorityKeyId: root.keyId });
    expect(codes([forged])).toEqual(['bad-signature']);
  });
});

describe('validity at packet time', () => {
  const at = (text: string, chain = [leaf(middle), middle.der]): ChainProblemCode[] =>
    codes(chain, { ...bundle, seconds: isoSeconds(text) });

  it('includes both ends to the second', () => {
    const short = leaf(root, { notBefore: '2026-03-01T00:00:00Z', notAfter: '2026-03-31T23:59:59Z' });
    expect(at('2026-02-28T23:59:59Z', [short])).toEqual(['not-yet-valid']);
    expect(at('2026-03-01T00:00:00Z', [short])).toEqual([]);
    expect(at('2026-03-31T23:59:59Z', [short])).toEqual([]);
    expect(at('2026-04-01T00:00:00Z', [short])).toEqual(['expired']);
  });

  it('holds as long as the verdict says', () => {
    const short = leaf(root, { notBefore: '2026-03-01T00:00:00Z', notAfter: '2026-03-31T23:59:59Z' });
    const { from, until } = judge([short], { ...bundle, seconds: isoSeconds('2026-03-15T00:00:00Z') });
    expect([from, until]).toEqual([isoSeconds('2026-03-01T00:00:00Z'), isoSeconds('2026-04-01T00:00:00Z')]);
  });

  it('is judged of intermediates, and names the one', () => {
    const old = authority('Old Middle', root, { notAfter: '2026-02-01T00:00:00Z' });
    const [problem] = judge([leaf(old), old.der], bundle).verdict.problems;
    expect(problem).toMatchObject({ code: 'expired', detail: expect.stringContaining('CN=Old Middle') });
  });

  it('is not held against a root', () => {
    const old = authority('Old', undefined, { notAfter: '2026-02-01T00:00:00Z' });
    expect(codes([leaf(old), old.der], { anchors: [old.der] })).toEqual([]);
  });

  it('is not judged by a clock that was never set', () => {
    const { verdict } = judge([leaf(middle), middle.der], { ...bundle, seconds: 86_400 });
    expect(verdict.clockDistrusted).toContain('before 2000');
    expect(verdict.problems).toEqual([]);
  });

  it('is not judged by a clock that stands before the whole chain', () => {
    const { verdict } = judge([leaf(middle), middle.der], { ...bundle, seconds: isoSeconds('2015-01-01T00:00:00Z') });
    expect(verdict.clockDistrusted).toContain('every certificate');
    expect(verdict.problems).toEqual([]);
  });
});

describe('what a certificate is for', () => {
  const serverOnly: CertificateOptions = { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] };

  it('is compared with the role that it was shown in', () => {
    expect(codes([leaf(root, serverOnly)], { ...bundle, role: 'client' })).toEqual(['wrong-eku']);
    expect(codes([leaf(root, serverOnly)], { ...bundle, role: 'server' })).toEqual([]);
    expect(codes([leaf(root, { extendedKeyUsage: ['2.5.29.37.0'] })], { ...bundle, role: 'client' })).toEqual([]);
  });

  it('is limited by the authorities above it', () => {
    const narrow = authority('Narrow', root, serverOnly);
    expect(codes([leaf(narrow), narrow.der], { ...bundle, role: 'client' })).toEqual(['wrong-eku']);
  });

  it('is also told by key usage', () => {
    expect(codes([leaf(root, { keyUsage: [2] })], { ...bundle, role: 'server' })).toEqual([]);
    expect(codes([leaf(root, { keyUsage: [2] })], { ...bundle, role: 'client' })).toEqual(['wrong-key-usage']);
    const notSigning = authority('Not signing', root, { keyUsage: [0, 6] });
    expect(codes([leaf(notSigning), notSigning.der], bundle)).toEqual(['wrong-key-usage']);
  });

  it('is not to issue, unless it is a CA', () => {
    const plain = authority('Plain', root, { ca: false, keyUsage: [5] });
    expect(codes([leaf(plain), plain.der], bundle)).toEqual(['not-a-ca']);
    const versionOne = authority('One', undefined, { version: 1 });
    const bare = { ...versionOne, keyId: undefined as unknown as Uint8Array };
    expect(codes([leaf(bare)], { anchors: [versionOne.der] })).toEqual([]);
  });

  it('is limited by path length, self-issued certificates aside', () => {
    const short = authority('Short', root, { ca: 0 });
    const below = authority('Below', short);
    expect(codes([leaf(short), short.der], bundle)).toEqual([]);
    expect(codes([leaf(below), below.der, short.der], bundle)).toEqual(['path-length']);
    const renewed = authority('Short', short, { key: testKey('renewed') });
    expect(codes([leaf(renewed), renewed.der, short.der], bundle)).toEqual([]);
  });

  it('can depend on an extension that nobody here knows', () => {
    const odd = extension('1.2.3.4', octetsOf('x'), true);
    expect(codes([leaf(root, { extensions: [odd] })], bundle)).toEqual(['critical-extension']);
    expect(codes([leaf(root, { extensions: [extension('1.2.3.4', octetsOf('x'))] })], bundle)).toEqual([]);
  });

  it('is limited by name constraints anywhere above', () => {
    const bound = authority('Bound', root, { extensions: [nameConstraints(['DNS:example'], [])] });
    const below = authority('Below bound', bound);
    expect(codes([leaf(below), below.der, bound.der], bundle)).toEqual([]);
    const outside = leaf(below, { subjectAltNames: ['DNS:host.test'] });
    expect(codes([outside, below.der, bound.der], bundle)).toEqual(['name-constraint']);
  });
});

describe('strength', () => {
  const sha1WithRsa = sequence(oid('1.2.840.113549.1.1.5'), der(0x05));
  const rsaRoot = authority('RSA root', undefined, { key: rsaTestKey() });
  const sha1 = (toBeSigned: Uint8Array): Uint8Array =>
    new Uint8Array(sign('sha1', toBeSigned, rsaTestKey().privateKey));

  it('lacks where SHA-1 signs a leaf or an intermediate, not a root', () => {
    const weak = leaf(rsaRoot, { signatureAlgorithm: sha1WithRsa, sign: sha1 });
    expect(codes([weak], { anchors: [rsaRoot.der] })).toEqual(['weak-signature']);
    const weakRoot = authority('Weak', undefined, { key: rsaTestKey(), signatureAlgorithm: sha1WithRsa, sign: sha1 });
    expect(codes([leaf(weakRoot), weakRoot.der], { anchors: [weakRoot.der] })).toEqual([]);
    expect(codes([leaf(weakRoot), weakRoot.der])).toEqual([]);
    const weakMiddle = authority('Weak middle', rsaRoot, { signatureAlgorithm: sha1WithRsa, sign: sha1 });
    expect(codes([leaf(weakMiddle), weakMiddle.der], { anchors: [rsaRoot.der] })).toEqual(['weak-signature']);
  });

  it('lacks where a key is short', () => {
    expect(codes([leaf(root, { key: rsaTestKey(1024) })], bundle)).toEqual(['weak-key']);
    const small = keyOf(generateKeyPairSync('ec', { namedCurve: 'prime192v1' }));
    expect(codes([leaf(root, { key: small })], bundle)).toEqual(['weak-key']);
    expect(codes([leaf(root, { key: ed25519TestKey() })], bundle)).toEqual([]);
  });

  it('is checked with every usual algorithm', () => {
    const pss = sequence(
      oid('1.2.840.113549.1.1.10'),
      sequence(
        der(0xa0, sequence(oid('2.16.840.1.101.3.4.2.1'), der(0x05))),
        der(0xa1, sequence(oid('1.2.840.113549.1.1.8'), sequence(oid('2.16.840.1.101.3.4.2.1'), der(0x05)))),
        der(0xa2, integer(32)),
      ),
    );
    const signPss = (salt: number) => (octets: Uint8Array) =>
      new Uint8Array(
        sign('sha256', octets, {
          key: rsaTestKey().privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: salt,
        }),
      );
    const anchors = [rsaRoot.der];
    expect(codes([leaf(rsaRoot, { signatureAlgorithm: pss, sign: signPss(32) })], { anchors })).toEqual([]);
    expect(codes([leaf(rsaRoot, { signatureAlgorithm: pss, sign: signPss(20) })], { anchors })).toContain('untrusted');
    for (const key of [ed25519TestKey(), keyOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))]) {
      const issuer = authority('Other', undefined, { key });
      expect(codes([leaf(issuer)], { anchors: [issuer.der] })).toEqual([]);
    }
  });
});

describe('the name that the client asked for', () => {
  it('makes a verdict of its own only where it is not covered', () => {
    const { verification, stored } = verificationOf(bundle);
    void verification;
    const certificate = stored(leaf(root));
    const { verdict } = judge([leaf(root)], bundle);
    expect(withName(verdict, certificate, 'host.example')).toBe(verdict);
    const mismatch = withName(verdict, certificate, 'other.example');
    expect(mismatch.problems.map(({ code }) => code)).toEqual(['name-mismatch']);
    expect(mismatch.problems[0]?.detail).toMatch(/: the one name it has is another\.$/);
    const two = stored(leaf(root, { subjectAltNames: ['DNS:a.example', 'DNS:b.example'] }));
    expect(withName(verdict, two, 'other.example').problems[0]?.detail).toMatch(/: none of its 2 names fits\.$/);
    expect(Object.isFrozen(mismatch)).toBe(true);
  });

  it('is said to be covered by the common name alone where it is', () => {
    const { stored } = verificationOf();
    const certificate = leaf(root, { subject: [['CN', 'host.example']], subjectAltNames: [] });
    const { verdict } = judge([certificate], bundle);
    const named = withName(verdict, stored(certificate), 'host.example');
    expect(named.problems).toEqual([]);
    expect(named.notes.join()).toContain('RFC 9525');
  });
});

describe('an unreadable chain', () => {
  it('gives a verdict and never throws', () => {
    const good = leaf(root);
    for (let length = 0; length < good.length; length += 7) {
      const { verdict } = judge([good.subarray(0, length), root.der], bundle);
      expect(verdict.trust).not.toBe('trusted');
    }
    for (let at = 0; at < good.length; at++) {
      const mutated = good.slice();
      mutated[at]! ^= 0x40;
      const { verdict } = judge([mutated, root.der], bundle);
      // Whatever octet differs: the signature covers it, or is itself broken, but for lengths that BER writes in several ways.
      expect(verdict.trust === 'trusted' && verdict.problems.length === 0).toBe(false);
    }
  });

  it('is judged by what PEM files hold', () => {
    const file = new TextEncoder().encode(`comment\n${pem('CERTIFICATE', root.der)}${pem('CERTIFICATE', middle.der)}`);
    expect(codes([leaf(middle)], { anchors: [file] })).toEqual([]);
    expect(now).toBeGreaterThan(0);
  });
});

function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
