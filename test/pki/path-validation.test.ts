// Path validation in the manner of NIST's PKITS: each chain is judged here and by `openssl verify`, whose answer is the oracle
// wherever both answer the same question. Where we differ on purpose, the case says why.
import { afterAll, describe, expect, it } from 'vitest';
import { expectVerdict, hasOpenssl, type PathCase, removePaths } from '../build/openssl-paths.js';
import { type Authority, authority, leaf, nameConstraints, now, revocationList } from '../build/pki.js';
import { der, extension, integer, sequence, testKey, utcTime } from '../build/x509.js';

if (!hasOpenssl) console.warn('path validation is not compared with openssl: it is not installed');
afterAll(removePaths);

type Case = Omit<PathCase, 'root'> & { root?: Uint8Array };

const root = authority('Root');
const middle = authority('Middle', root);
const at = (text: string): number => Date.parse(text) / 1000;
const seconds = (text: string): number => at(text);
const broken = (certificate: Uint8Array): Uint8Array => {
  const changed = certificate.slice();
  changed[changed.length - 1]! ^= 1;
  return changed;
};
const under = (issuer: Authority, name: string, options: Parameters<typeof authority>[2] = {}): Authority =>
  authority(name, issuer, options);
/** Root, an authority with constraints, and a leaf of these names. */
const constrained = (
  permitted: readonly (string | Uint8Array)[],
  excluded: readonly (string | Uint8Array)[],
  names: readonly string[],
): Uint8Array[] => {
  const bound = under(root, 'Bound', { extensions: [nameConstraints(permitted, excluded)] });
  return [leaf(bound, { subject: [['O', 'Leaf']], subjectAltNames: names }), bound.der];
};
const none = under(root, 'Zero', { ca: 0 });
const one = under(root, 'One', { ca: 1 });
const belowNone = under(none, 'Below zero');
const belowOne = under(one, 'Below one');
const belowBoth = under(belowOne, 'Below both');
/** Self-issued: a new key of the same name. */
const renewed = authority('Zero', none, { subject: none.subject, key: testKey('Zero renewed') });
const impostor = authority('Middle', undefined, { subject: middle.subject, key: testKey('impostor') });
const serverOnly = ['1.3.6.1.5.5.7.3.1'];
const clientOnly = ['1.3.6.1.5.5.7.3.2'];
const unknown = extension('1.3.6.1.4.1.99999.1', der(0x05), true);
const issuingPoint = (...fields: Uint8Array[]): Uint8Array => extension('2.5.29.28', sequence(...fields), true);
const number = extension('2.5.29.20', integer(5));

const signatures: Case[] = [
  { name: 'valid signatures (PKITS 4.1.1)', chain: [leaf(middle), middle.der], valid: true },
  { name: 'an invalid CA signature (4.1.2)', chain: [leaf(middle), broken(middle.der)], valid: false },
  { name: 'an invalid signature of the end entity (4.1.3)', chain: [broken(leaf(middle)), middle.der], valid: false },
  { name: "another key's signature", chain: [leaf(middle, { signer: testKey('other') }), middle.der], valid: false },
  {
    name: 'an authority of the right name that the root did not sign',
    chain: [leaf(impostor), impostor.der],
    valid: false,
  },
];

const dates: Case[] = (
  [
    ['a CA not valid yet (4.2.1)', { notBefore: '2027-01-01T00:00:00Z' }, {}, now, false],
    ['an end entity not valid yet (4.2.2)', {}, { notBefore: '2027-01-01T00:00:00Z' }, now, false],
    ['a date before 1970 in UTCTime (4.2.3)', {}, { notBefore: utcTime('500101120100Z') }, now, true],
    ['a date in GeneralizedTime (4.2.4)', {}, { notBefore: '2002-01-01T12:01:00Z' }, now, true],
    ['an expired CA (4.2.5)', { notAfter: '2026-01-01T00:00:00Z' }, {}, now, false],
    ['an expired end entity (4.2.6)', {}, { notAfter: '2026-01-01T00:00:00Z' }, now, false],
    ['an end before 2000 in UTCTime (4.2.7)', {}, { notAfter: utcTime('990101120100Z') }, now, false],
    ['an end in 2050, in GeneralizedTime (4.2.8)', {}, { notAfter: '2050-01-01T12:01:00Z' }, now, true],
    ['an end in 2049, in UTCTime', {}, { notAfter: utcTime('491231235959Z') }, seconds('2049-12-31T00:00:00Z'), false],
    ['no end that is known (99991231235959Z)', {}, { notAfter: '9999-12-31T23:59:59Z' }, now, true],
  ] as const
).map(([name, ca, entity, when, valid]) => {
  const issuer = under(root, 'Dated', ca);
  // Authorities of these tests end before 2049.
  return { name, chain: [leaf(issuer, entity), issuer.der], seconds: when, valid };
});

const names: Case[] = [
  {
    name: 'an issuer of another name (4.3.1)',
    chain: [leaf(middle, { issuer: [['CN', 'Somebody']] }), middle.der],
    valid: false,
  },
  {
    name: 'an issuer whose name has other letters in other case, and more spaces (4.3.3, 4.3.5)',
    chain: [
      leaf(middle, {
        issuer: [
          ['O', 'TEST'],
          ['CN', ' middle '],
        ],
      }),
      middle.der,
    ],
    valid: true,
  },
  {
    name: 'an issuer whose name has its parts in another order (4.3.2)',
    chain: [
      leaf(middle, {
        issuer: [
          ['CN', 'Middle'],
          ['O', 'Test'],
        ],
      }),
      middle.der,
    ],
    valid: false,
  },
];

const constraints: Case[] = [
  {
    name: 'no basicConstraints (4.6.1)',
    chain: chainUnder(under(root, 'No CA', { ca: undefined as never })),
    valid: false,
  },
  { name: 'cA false (4.6.2)', chain: chainUnder(under(root, 'False CA', { ca: false })), valid: false },
  { name: 'pathLenConstraint 0 kept (4.6.7)', chain: chainUnder(none), valid: true },
  { name: 'pathLenConstraint 0 broken (4.6.5)', chain: [...chainUnder(belowNone), none.der], valid: false },
  { name: 'pathLenConstraint 1 kept (4.6.13)', chain: [...chainUnder(belowOne), one.der], valid: true },
  {
    name: 'pathLenConstraint 1 broken (4.6.11)',
    chain: [...chainUnder(belowBoth), belowOne.der, one.der],
    valid: false,
  },
  {
    name: 'a self-issued certificate under pathLenConstraint 0 (4.6.15)',
    chain: [...chainUnder(renewed), none.der],
    valid: true,
  },
  {
    name: 'keyUsage without keyCertSign (4.7.1)',
    chain: chainUnder(under(root, 'No signer', { keyUsage: [6] })),
    valid: false,
  },
  {
    name: 'no keyUsage (4.7.2)',
    chain: chainUnder(under(root, 'Any usage', { keyUsage: undefined as never })),
    valid: true,
  },
  { name: 'keyUsage with keyCertSign alone', chain: chainUnder(under(root, 'Signer', { keyUsage: [5] })), valid: true },
  {
    name: 'extendedKeyUsage of a server',
    chain: [leaf(middle, { extendedKeyUsage: serverOnly }), middle.der],
    valid: true,
  },
  {
    name: 'extendedKeyUsage of a client alone',
    chain: [leaf(middle, { extendedKeyUsage: clientOnly }), middle.der],
    valid: false,
  },
  {
    name: 'an authority for clients alone',
    chain: chainUnder(under(root, 'Clients', { extendedKeyUsage: clientOnly })),
    valid: false,
  },
  {
    name: 'an unknown critical extension of the end entity (4.16.2)',
    chain: [leaf(middle, { extensions: [unknown] }), middle.der],
    valid: false,
  },
  {
    name: 'an unknown critical extension of a CA',
    chain: chainUnder(under(root, 'Unknown', { extensions: [unknown] })),
    valid: false,
  },
  {
    name: 'an unknown extension that is not critical (4.16.1)',
    chain: [leaf(middle, { extensions: [extension('1.3.6.1.4.1.99999.1', der(0x05))] }), middle.der],
    valid: true,
  },
];

const nameSpaces: Case[] = (
  [
    ['a host within what is permitted (4.13.30)', ['DNS:example'], [], ['DNS:a.example'], true],
    ['a host outside of it (4.13.31)', ['DNS:example'], [], ['DNS:a.test'], false],
    ['a host that ends alike', ['DNS:example'], [], ['DNS:anexample'], false],
    ['a host that is excluded (4.13.33)', [], ['DNS:bad.example'], ['DNS:a.bad.example'], false],
    ['a host beside what is excluded (4.13.32)', [], ['DNS:bad.example'], ['DNS:good.example'], true],
    ['permitted and excluded at once', ['DNS:example'], ['DNS:bad.example'], ['DNS:bad.example'], false],
    ['a second name outside', ['DNS:example'], [], ['DNS:a.example', 'DNS:a.test'], false],
    ['a mailbox of a permitted host (4.13.21)', ['email:example.com'], [], ['email:a@example.com', 'DNS:a'], true],
    ['a mailbox of a host below it (4.13.22)', ['email:example.com'], [], ['email:a@b.example.com', 'DNS:a'], false],
    [
      'a mailbox below a permitted domain (4.13.23)',
      ['email:.example.com'],
      [],
      ['email:a@b.example.com', 'DNS:a'],
      true,
    ],
    ['an excluded mailbox (4.13.26)', [], ['email:example.com'], ['email:a@example.com', 'DNS:a'], false],
    ['a URI of a permitted domain (4.13.34)', ['URI:.example.com'], [], ['URI:https://a.example.com/x', 'DNS:a'], true],
    ['a URI of another (4.13.35)', ['URI:.example.com'], [], ['URI:https://a.example.org/x', 'DNS:a'], false],
    ['an excluded URI (4.13.37)', [], ['URI:.example.com'], ['URI:https://a.example.com/x', 'DNS:a'], false],
  ] as const
).map(([name, permitted, excluded, alternatives, valid]) => ({
  name,
  chain: constrained(permitted, excluded, alternatives),
  valid,
}));

const revocation: Case[] = (
  [
    ['a list that does not name it', [revocationList(root, [], { extensions: [number] })], true],
    ['a list that names it (4.4.3)', [revocationList(root, [{ serial: 7, date: '2026-05-02T00:00:00Z' }])], false],
    ['a hold', [revocationList(root, [{ serial: 7, date: '2026-05-02T00:00:00Z', reason: 6 }])], false],
    ['another serial', [revocationList(root, [{ serial: 8, date: '2026-05-02T00:00:00Z' }])], true],
  ] as const
).map(([name, lists, valid]) => ({ name, chain: [leaf(root)], lists, valid }));
const hard =
  'a list that can not be used proves no revocation: openssl asks for one that can, we say in a note that there was none';
revocation.push(
  {
    name: 'a list with a bad signature (4.4.4)',
    chain: [leaf(root)],
    lists: [broken(revocationList(root, []))],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: "another issuer's list (4.4.5)",
    chain: [leaf(root)],
    lists: [revocationList(middle, [])],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a list that ended (4.4.11)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { nextUpdate: '2026-05-10T00:00:00Z' })],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a list with an unknown critical extension (4.4.9)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [unknown] })],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a list for attribute certificates alone (4.14)',
    chain: [leaf(root)],
    lists: [
      revocationList(root, [{ serial: 7, date: '2026-05-02T00:00:00Z' }], {
        extensions: [issuingPoint(der(0x85, Uint8Array.of(0xff)))],
      }),
    ],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a list for authorities alone, of an end entity (4.14)',
    chain: [leaf(root)],
    lists: [
      revocationList(root, [{ serial: 7, date: '2026-05-02T00:00:00Z' }], {
        extensions: [issuingPoint(der(0x82, Uint8Array.of(0xff)))],
      }),
    ],
    valid: false,
    // To openssl it has no say, to us a serial number of the issuer that is listed is revoked: neither takes the path.
  },
  {
    name: 'a list of some reasons alone (4.14)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [issuingPoint(der(0x83, Uint8Array.of(1, 0x40)))] })],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a delta without its base (4.15.1)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [extension('2.5.29.27', integer(1), true)] })],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'an indirect list',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [issuingPoint(der(0x84, Uint8Array.of(0xff)))] })],
    valid: false,
    ours: true,
    because: hard,
  },
);

/** Lists that are used for what they name, which is not this certificate, and lists of somebody else. */
const silent = new Set(["another issuer's list (4.4.5)", 'a list of some reasons alone (4.14)']);

function chainUnder(issuer: Authority): Uint8Array[] {
  return [leaf(issuer), issuer.der];
}

describe.each([
  ['signatures', signatures],
  ['dates', dates],
  ['names', names],
  ['basic constraints and usages', constraints],
  ['name constraints', nameSpaces],
  ['revocation lists', revocation],
] as const)('a path and its %s', (_, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { notes } = expectVerdict({ root: root.der, ...one });
    // What we can't use is never silently taken for good.
    if (one.ours === true && !silent.has(one.name)) expect(notes).not.toEqual([]);
  });
});

it('compares every case with openssl where it is there', () => {
  expect(
    signatures.length + dates.length + names.length + constraints.length + nameSpaces.length + revocation.length,
  ).toBeGreaterThan(55);
});
