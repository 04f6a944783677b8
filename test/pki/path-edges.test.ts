// Path validation at its edges, in the manner of NIST's PKITS beyond path-validation.test.ts: kinds of names, lengths of paths,
// authorities of old versions, critical extensions, lists, encodings of names and times.
import { afterAll, describe, expect, it } from 'vitest';
import { expectVerdict, hasOpenssl, type PathCase, removePaths } from '../build/openssl-paths.js';
import { type Authority, authority, leaf, nameConstraints, revocationList } from '../build/pki.js';
import {
  bmpString,
  boolean,
  der,
  extension,
  generalizedTime,
  generalName,
  integer,
  type NameParts,
  name,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  teletexString,
  testKey,
  utcTime,
  utf8String,
} from '../build/x509.js';

if (!hasOpenssl) console.warn('path edges are not compared with openssl: it is not installed');
afterAll(removePaths);

type Edge = Omit<PathCase, 'root'> & { root?: Uint8Array };

const root = authority('Root');
const middle = authority('Middle', root);
const under = (issuer: Authority, text: string, options: Parameters<typeof authority>[2] = {}): Authority =>
  authority(text, issuer, options);
const chainOf = (...issuers: readonly Authority[]): Uint8Array[] => [
  leaf(issuers[0]!),
  ...issuers.map((one) => one.der),
];

/** Extensions that are none of those that a certificate has anyway. */
const withExtension = (identifier: string, value: Uint8Array, critical = true): Uint8Array[] => [
  leaf(middle, { extensions: [extension(identifier, value, critical)] }),
  middle.der,
];
const authorityWith = (identifier: string, value: Uint8Array): Uint8Array[] =>
  chainOf(under(root, 'Extended', { extensions: [extension(identifier, value, true)] }));

const policy = oid('2.16.840.1.101.3.2.1.48.1');
const unjudged =
  'Policies are not judged: a verifier asks for one only where it was told which (no TLS stack is by default), and openssl does with -policy_check alone.';
const policies: Edge[] = [
  {
    name: 'certificatePolicies, critical, with a policy that nobody knows (4.8.1)',
    chain: withExtension('2.5.29.32', sequence(sequence(policy))),
    valid: true,
  },
  {
    name: 'anyPolicy alone (4.8.10)',
    chain: withExtension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0')))),
    valid: true,
  },
  {
    name: 'an authority that requires an explicit policy, of an end entity without any (4.9.3)',
    chain: authorityWith('2.5.29.36', sequence(der(0x80, Uint8Array.of(0)))),
    valid: true,
    because: unjudged,
  },
  {
    name: 'the same where openssl is told to check policies',
    chain: authorityWith('2.5.29.36', sequence(der(0x80, Uint8Array.of(0)))),
    words: ['-policy_check'],
    valid: false,
    ours: true,
    because: unjudged,
  },
  {
    name: 'inhibitAnyPolicy (4.12.1)',
    chain: authorityWith('2.5.29.54', integer(0)),
    valid: true,
    because: unjudged,
  },
  {
    name: 'policyMappings (4.10.1)',
    chain: authorityWith('2.5.29.33', sequence(sequence(policy, oid('2.16.840.1.101.3.2.1.48.2')))),
    valid: true,
    because: unjudged,
  },
];

const tolerant = 'Some verifiers process it (Go, browsers), so that it proves nothing against the certificate.';
const criticalExtensions: Edge[] = [
  ['the poison of a precertificate (RFC 6962)', '1.3.6.1.4.1.11129.2.4.3', der(0x05), false],
  ['a comment of Netscape', '2.16.840.1.113730.1.13', der(0x16, Buffer.from('a')), false],
  ['qcStatements', '1.3.6.1.5.5.7.1.3', sequence(), false],
  ['subjectDirectoryAttributes', '2.5.29.9', sequence(sequence(policy, set(integer(1)))), false],
  ['privateKeyUsagePeriod', '2.5.29.16', sequence(der(0x80, Buffer.from('20260101000000Z'))), false],
  ['subjectInfoAccess', '1.3.6.1.5.5.7.1.11', sequence(sequence(policy, generalName('URI:http://a'))), false],
  ['freshestCRL', '2.5.29.46', sequence(sequence(der(0xa0, der(0xa0, generalName('URI:http://a'))))), false],
  ['signed certificate timestamps', '1.3.6.1.4.1.11129.2.4.2', octetString(Uint8Array.of(0, 0)), false],
  ['a template of Microsoft', '1.3.6.1.4.1.311.21.7', sequence(policy), false],
  ['cRLDistributionPoints', '2.5.29.31', sequence(sequence(der(0xa0, der(0xa0, generalName('URI:http://a'))))), true],
  ['the type of Netscape', '2.16.840.1.113730.1.1', der(0x03, Uint8Array.of(6, 0x40)), true],
  ['issuerAltName', '2.5.29.18', sequence(generalName('DNS:a')), false],
  ['authorityInfoAccess', '1.3.6.1.5.5.7.1.1', sequence(sequence(policy, generalName('URI:http://a'))), false, true],
  ['the TLS feature of stapling', '1.3.6.1.5.5.7.1.24', sequence(integer(5)), false, true],
].map((row): Edge => {
  const [text, identifier, value, valid, ours] = row as [string, string, Uint8Array, boolean, boolean?];
  return {
    name: `${text}, critical`,
    chain: withExtension(identifier, value),
    valid,
    ...(ours === undefined ? (valid ? {} : { problem: 'critical-extension' }) : { ours, because: tolerant }),
  };
});

/** Root, an authority with constraints, and a leaf of these names. */
const constrained = (
  permitted: readonly (string | Uint8Array)[],
  excluded: readonly (string | Uint8Array)[],
  names: readonly string[] | undefined,
  subject: NameParts = [['O', 'Leaf']],
  more: readonly Uint8Array[] = [],
): Uint8Array[] => {
  const bound = under(root, 'Bound', { extensions: [nameConstraints(permitted, excluded)] });
  const options = {
    subject,
    extensions: more,
    ...(names === undefined ? { subjectAltNames: undefined as never } : { subjectAltNames: names }),
  };
  return [leaf(bound, options), bound.der];
};
const directory = (...parts: NameParts): Uint8Array => der(0xa4, name(parts));
const network = (...octets: readonly number[]): Uint8Array => der(0x87, Uint8Array.from(octets));
const host = ['DNS:a.example'];
const otherName = (text: string): Uint8Array => der(0xa0, oid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, utf8String(text)));
const alternatives = (...names: readonly Uint8Array[]): Uint8Array => extension('2.5.29.17', sequence(...names));

const directoryNames: Edge[] = (
  [
    [
      'within a permitted directory (4.13.1)',
      [directory(['O', 'Leaf'])],
      [],
      [
        ['O', 'Leaf'],
        ['CN', 'a'],
      ],
      true,
    ],
    ['the permitted name itself', [directory(['O', 'Leaf'])], [], [['O', 'Leaf']], true],
    ['outside of it (4.13.2)', [directory(['O', 'Other'])], [], [['O', 'Leaf']], false],
    ['above it', [directory(['O', 'Leaf'], ['OU', 'Deep'])], [], [['O', 'Leaf']], false],
    [
      'beside it by the second part (4.13.3)',
      [directory(['O', 'Leaf'], ['OU', 'A'])],
      [],
      [
        ['O', 'Leaf'],
        ['OU', 'B'],
      ],
      false,
    ],
    ['within one of two (4.13.4)', [directory(['O', 'Other']), directory(['O', 'Leaf'])], [], [['O', 'Leaf']], true],
    [
      'excluded (4.13.7)',
      [],
      [directory(['O', 'Leaf'])],
      [
        ['O', 'Leaf'],
        ['CN', 'a'],
      ],
      false,
    ],
    ['beside what is excluded (4.13.6)', [], [directory(['O', 'Other'])], [['O', 'Leaf']], true],
    [
      'permitted, and excluded further down (4.13.8)',
      [directory(['O', 'Leaf'])],
      [directory(['O', 'Leaf'], ['CN', 'a'])],
      [
        ['O', 'Leaf'],
        ['CN', 'a'],
      ],
      false,
    ],
    ['permitted in other case, and with more blanks', [directory(['O', 'LEAF  x'])], [], [['O', ' Leaf x']], true],
    ['permitted as PrintableString', [directory(['O', printableString('Leaf')])], [], [['O', 'Leaf']], true],
    ['an empty directory permits all', [directory()], [], [['O', 'Leaf']], true],
    ['an empty directory excludes all', [], [directory()], [['O', 'Leaf']], false],
  ] as const
).map(([text, permitted, excluded, subject, valid]) => ({
  name: `a subject ${text}`,
  chain: constrained(permitted, excluded, host, subject as NameParts),
  valid,
  ...(valid ? {} : { problem: 'name-constraint' }),
}));

const addresses: Edge[] = (
  [
    ['in a permitted network', [network(10, 1, 0, 0, 255, 255, 0, 0)], [], ['IP:10.1.2.3'], true],
    ['outside of it', [network(10, 1, 0, 0, 255, 255, 0, 0)], [], ['IP:10.2.2.3'], false],
    ['in an excluded network', [], [network(10, 1, 0, 0, 255, 255, 0, 0)], ['IP:10.1.2.3'], false],
    ['beside an excluded network', [], [network(10, 1, 0, 0, 255, 255, 0, 0)], ['IP:10.2.2.3'], true],
    ['one of two outside', [network(10, 1, 0, 0, 255, 255, 0, 0)], [], ['IP:10.1.2.3', 'IP:192.0.2.1'], false],
    ['of a single host', [network(10, 1, 2, 3, 255, 255, 255, 255)], [], ['IP:10.1.2.3'], true],
    ['any (a mask of zeros)', [network(0, 0, 0, 0, 0, 0, 0, 0)], [], ['IP:10.1.2.3'], true],
    ['none (all are excluded)', [], [network(0, 0, 0, 0, 0, 0, 0, 0)], ['IP:10.1.2.3'], false],
    [
      'of IPv6 in a permitted network',
      [network(0x20, 1, 0xd, 0xb8, ...Array<number>(12).fill(0), 255, 255, 255, 255, ...Array<number>(12).fill(0))],
      [],
      ['IP:2001:db8::1'],
      true,
    ],
    [
      'of IPv6 outside of it',
      [network(0x20, 1, 0xd, 0xb8, ...Array<number>(12).fill(0), 255, 255, 255, 255, ...Array<number>(12).fill(0))],
      [],
      ['IP:2001:db9::1'],
      false,
    ],
    ['of IPv6 where only IPv4 is permitted', [network(10, 1, 0, 0, 255, 255, 0, 0)], [], ['IP:2001:db8::1'], false],
    ['of IPv4 where only IPv6 is excluded', [], [network(...Array<number>(32).fill(0))], ['IP:10.1.2.3'], true],
  ] as const
).map(([text, permitted, excluded, names, valid]) => ({
  name: `an address ${text}`,
  chain: constrained(permitted, excluded, names),
  valid,
  ...(valid ? {} : { problem: 'name-constraint' }),
}));

const mailboxes: Edge[] = (
  [
    ['a mailbox that is permitted itself', ['email:a@example.com'], [], ['email:a@example.com'], true],
    ['another mailbox of its host', ['email:a@example.com'], [], ['email:b@example.com'], false],
    ['a host in other case (4.13.21)', ['email:EXAMPLE.com'], [], ['email:a@example.COM'], true],
    ['a mailbox of a domain whose host is meant (4.13.24)', ['email:.example.com'], [], ['email:a@example.com'], false],
    ['a mailbox below an excluded domain (4.13.25)', [], ['email:.example.com'], ['email:a@b.example.com'], false],
    ['a mailbox beside it', [], ['email:.example.com'], ['email:a@example.org'], true],
  ] as const
).map(([text, permitted, excluded, names, valid]) => ({
  name: text,
  chain: constrained(permitted, excluded, [...names, ...host]),
  valid,
  ...(valid ? {} : { problem: 'name-constraint' }),
}));
mailboxes.push(
  {
    name: 'a mailbox of any host (an empty constraint)',
    chain: constrained(['email:'], [], ['email:a@example.com', ...host]),
    valid: false,
    ours: true,
    because: 'RFC 5280 says nothing of it; an empty constraint of hosts holds all, and so do others take it here.',
  },
  {
    name: 'a mailbox in the subject, permitted (4.13.27)',
    chain: constrained(['email:example.com'], [], host, [
      ['O', 'Leaf'],
      ['emailAddress', der(0x16, Buffer.from('a@example.com'))],
    ]),
    valid: true,
  },
  {
    name: 'a mailbox in the subject, not permitted (4.13.28)',
    chain: constrained(['email:example.com'], [], host, [
      ['O', 'Leaf'],
      ['emailAddress', der(0x16, Buffer.from('a@example.org'))],
    ]),
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'two mailboxes in the subject, one not permitted (4.13.29)',
    chain: constrained(['email:example.com'], [], host, [
      ['emailAddress', der(0x16, Buffer.from('a@example.com'))],
      ['emailAddress', der(0x16, Buffer.from('a@example.org'))],
    ]),
    valid: false,
    problem: 'name-constraint',
  },
);

const locators: Edge[] = (
  [
    ['the host itself', ['URI:a.example.com'], [], ['URI:https://a.example.com/x'], true],
    ['a host below it', ['URI:example.com'], [], ['URI:https://a.example.com/x'], false],
    [
      'user information that looks like the host',
      ['URI:a.example.com'],
      [],
      ['URI:https://a.example.com@evil.test/'],
      false,
    ],
    ['no host', ['URI:a.example.com'], [], ['URI:urn:isbn:1'], false],
    ['an address in place of a host', ['URI:.example.com'], [], ['URI:https://192.0.2.1/'], false],
    ['a SPIFFE ID in its trust domain', ['URI:example.com'], [], ['URI:spiffe://example.com/a'], true],
    ['a SPIFFE ID of another', ['URI:example.com'], [], ['URI:spiffe://example.org/a'], false],
    ['excluded hosts below a domain', [], ['URI:.example.com'], ['URI:https://example.com/'], true],
  ] as const
).map(([text, permitted, excluded, names, valid]) => ({
  name: `a URI: ${text}`,
  chain: constrained(permitted, excluded, [...names, ...host]),
  valid,
  ...(valid ? {} : { problem: 'name-constraint' }),
}));

locators.push({
  name: 'a URI: a port and user information',
  chain: constrained(['URI:a.example.com'], [], ['URI:https://u:p@a.example.com:8443/x', ...host]),
  valid: false,
  ours: true,
  because: 'The host is a.example.com (RFC 3986 §3.2); openssl takes what stands before the first colon for it.',
});

const hosts: Edge[] = (
  [
    ['an empty constraint permits all', ['DNS:'], [], ['DNS:a.example'], true],
    ['an empty constraint excludes all', [], ['DNS:'], ['DNS:a.example'], false],
    ['other case', ['DNS:EXAMPLE'], [], ['DNS:a.eXample'], true],
    ['a wildcard within', ['DNS:example'], [], ['DNS:*.example'], true],
    ['a wildcard above', ['DNS:a.example'], [], ['DNS:*.example'], false],
    ['a constraint with a leading dot, below it', ['DNS:.example'], [], ['DNS:a.example'], true],
  ] as const
).map(([text, permitted, excluded, names, valid]) => ({
  name: `a host: ${text}`,
  chain: constrained(permitted, excluded, names),
  valid,
  ...(valid ? {} : { problem: 'name-constraint' }),
}));

const loose = under(root, 'Loose', {
  extensions: [extension('2.5.29.30', sequence(der(0xa0, sequence(generalName('DNS:example')))), false)],
});
const boundRoot = authority('Bound root', undefined, { extensions: [nameConstraints(['DNS:example'], [])] });
const boundParent = under(root, 'Bound parent', { extensions: [nameConstraints(['DNS:example'], [])] });
const boundChild = under(boundParent, 'Bound child', {
  extensions: [nameConstraints(['DNS:a.example', 'DNS:b.test'], [])],
});
const renewedBound = authority('Self', boundParent, {
  subject: boundParent.subject,
  key: testKey('renewed bound'),
  subjectAltNames: ['DNS:outside.test'],
});
const constrainedAuthority = under(boundParent, 'Named', { subjectAltNames: ['DNS:outside.test'] });
const constraintKinds: Edge[] = [
  {
    name: 'constraints that are not critical bind all the same',
    chain: [leaf(loose, { subjectAltNames: ['DNS:a.test'] }), loose.der],
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'constraints of the root bind',
    root: boundRoot.der,
    chain: [leaf(boundRoot, { subjectAltNames: ['DNS:a.test'] })],
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'constraints of two authorities: both bind (4.13.13)',
    chain: [
      leaf(boundChild, { subject: [['O', 'Leaf']], subjectAltNames: ['DNS:b.test'] }),
      boundChild.der,
      boundParent.der,
    ],
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'constraints of two authorities: within both (4.13.12)',
    chain: [
      leaf(boundChild, { subject: [['O', 'Leaf']], subjectAltNames: ['DNS:c.a.example'] }),
      boundChild.der,
      boundParent.der,
    ],
    valid: true,
  },
  {
    name: 'a name of an authority in between is bound too',
    chain: [
      leaf(constrainedAuthority, { subject: [['O', 'Leaf']], subjectAltNames: ['DNS:a.example'] }),
      constrainedAuthority.der,
      boundParent.der,
    ],
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'a self-issued authority is not bound (4.13.20)',
    chain: [
      leaf(renewedBound, { subject: [['O', 'Leaf']], subjectAltNames: ['DNS:a.example'] }),
      renewedBound.der,
      boundParent.der,
    ],
    valid: true,
  },
  {
    name: 'names of another kind are not bound',
    chain: constrained(['DNS:example'], [], ['email:a@b.test', 'DNS:a.example']),
    valid: true,
  },
  {
    name: 'a kind of name that nobody compares, where one is there',
    chain: constrained(
      [otherName('a')],
      [],
      undefined,
      [['O', 'Leaf']],
      [alternatives(otherName('b'), generalName('DNS:a.example'))],
    ),
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'a kind of name that nobody compares, where none is there',
    chain: constrained([otherName('a')], [], host),
    valid: true,
  },
  {
    name: 'a subtree with a maximum (RFC 5280 has none)',
    chain: chainOf(
      under(root, 'Maximum', {
        extensions: [
          extension(
            '2.5.29.30',
            sequence(der(0xa0, sequence(generalName('DNS:example'), der(0x81, Uint8Array.of(3))))),
            true,
          ),
        ],
      }),
    ),
    valid: false,
    problem: 'name-constraint',
  },
  {
    name: 'a subtree with a minimum',
    chain: chainOf(
      under(root, 'Minimum', {
        extensions: [
          extension(
            '2.5.29.30',
            sequence(der(0xa0, sequence(generalName('DNS:example'), der(0x80, Uint8Array.of(1))))),
            true,
          ),
        ],
      }),
    ),
    valid: false,
    problem: 'name-constraint',
  },
];

const zero = under(root, 'Zero', { ca: 0 });
const again = (from: Authority, text: string, options: Parameters<typeof authority>[2] = {}): Authority =>
  authority(text, from, { subject: from.subject, key: testKey(text), ...options });
const zeroAgain = again(zero, 'zero again', { ca: 0 });
const zeroThird = again(zeroAgain, 'zero third', { ca: 0 });
const zeroRoot = authority('Zero root', undefined, { ca: 0 });
const belowZeroRoot = under(zeroRoot, 'Below zero root');
const six = under(root, 'Six', { ca: 6 });
const sixZero = under(six, 'Six zero', { ca: 0 });
const belowSixZero = under(sixZero, 'Below six zero');
const lengths: Edge[] = [
  {
    name: 'pathLenConstraint 0, and two self-issued certificates of it (4.6.15)',
    chain: chainOf(zeroThird, zeroAgain, zero),
    valid: true,
  },
  {
    name: 'pathLenConstraint 0, a self-issued one, and an authority below (4.6.16)',
    chain: chainOf(under(zeroAgain, 'Below again'), zeroAgain, zero),
    valid: false,
    problem: 'path-length',
  },
  {
    name: 'pathLenConstraint 0 of the root, and an authority below',
    root: zeroRoot.der,
    chain: chainOf(belowZeroRoot),
    valid: false,
    problem: 'path-length',
  },
  {
    name: 'pathLenConstraint 0 of the root, and an end entity',
    root: zeroRoot.der,
    chain: [leaf(zeroRoot)],
    valid: true,
  },
  {
    name: 'pathLenConstraint 6, then 0, then an authority (4.6.9)',
    chain: chainOf(belowSixZero, sixZero, six),
    valid: false,
    problem: 'path-length',
  },
  { name: 'pathLenConstraint 6, then 0 (4.6.13)', chain: chainOf(sixZero, six), valid: true },
  {
    name: 'pathLenConstraint 0, and an authority in place of an end entity (4.6.8)',
    chain: [leaf(zero, { ca: true, keyUsage: [0, 5] }), zero.der],
    valid: true,
  },
  {
    name: 'a pathLenConstraint below zero',
    chain: chainOf(
      under(root, 'Negative', {
        ca: undefined as never,
        extensions: [extension('2.5.29.19', sequence(boolean(true), der(0x02, Uint8Array.of(0xff))), true)],
      }),
    ),
    valid: false,
  },
  {
    name: 'a pathLenConstraint beyond all numbers',
    chain: chainOf(
      under(root, 'Endless', {
        ca: undefined as never,
        extensions: [
          extension(
            '2.5.29.19',
            sequence(boolean(true), integer(Uint8Array.of(0x7f, ...Array<number>(12).fill(0xff)))),
            true,
          ),
        ],
      }),
    ),
    valid: true,
  },
  {
    name: 'a pathLenConstraint of what is no authority',
    chain: [
      leaf(middle, { ca: undefined as never, extensions: [extension('2.5.29.19', sequence(integer(1)), true)] }),
      middle.der,
    ],
    valid: true,
  },
];

const oldRoot = authority('Old root', undefined, {
  version: 1,
  ca: undefined as never,
  keyUsage: undefined as never,
  subjectKeyId: undefined as never,
  authorityKeyId: undefined as never,
});
const oldMiddle = under(root, 'Old middle', {
  version: 1,
  ca: undefined as never,
  keyUsage: undefined as never,
  subjectKeyId: undefined as never,
  authorityKeyId: undefined as never,
});
const bareRoot = authority('Bare root', undefined, { ca: undefined as never, keyUsage: undefined as never });
const signingRoot = authority('Signing root', undefined, { ca: undefined as never, keyUsage: [5, 6] });
const falseRoot = authority('False root', undefined, { ca: false });
const unsigningRoot = authority('Unsigning root', undefined, { keyUsage: [6] });
const bareMiddle = under(root, 'Bare middle', { ca: undefined as never, keyUsage: undefined as never });
const uncritical = under(root, 'Uncritical', {
  ca: undefined as never,
  extensions: [extension('2.5.29.19', sequence(boolean(true)), false)],
});
const authorities: Edge[] = [
  { name: 'a root of version 1', root: oldRoot.der, chain: [leaf(oldRoot)], valid: true },
  { name: 'an authority of version 1 in between', chain: chainOf(oldMiddle), valid: false, problem: 'not-a-ca' },
  {
    name: 'a root of version 3 without basicConstraints and keyUsage',
    root: bareRoot.der,
    chain: [leaf(bareRoot)],
    valid: false,
    ours: true,
    because: 'A person vouches for the root; only a basicConstraints that says no speaks against it.',
  },
  {
    name: 'a root of version 3 without basicConstraints that may sign',
    root: signingRoot.der,
    chain: [leaf(signingRoot)],
    valid: true,
  },
  {
    name: 'a root whose basicConstraints say no',
    root: falseRoot.der,
    chain: [leaf(falseRoot)],
    valid: false,
    problem: 'not-a-ca',
  },
  {
    name: 'a root without keyCertSign',
    root: unsigningRoot.der,
    chain: [leaf(unsigningRoot)],
    valid: false,
    problem: 'wrong-key-usage',
  },
  {
    name: 'an authority of version 3 without basicConstraints and keyUsage',
    chain: chainOf(bareMiddle),
    valid: false,
    problem: 'not-a-ca',
  },
  { name: 'basicConstraints that are not critical (4.6.4)', chain: chainOf(uncritical), valid: true },
  { name: 'keyUsage of no bit', chain: chainOf(under(root, 'No bits', { keyUsage: [] })), valid: false },
  {
    name: 'keyUsage that is not critical, without keyCertSign (4.7.2)',
    chain: chainOf(
      under(root, 'Loose usage', {
        keyUsage: undefined as never,
        extensions: [extension('2.5.29.15', der(0x03, Uint8Array.of(1, 0x02)), false)],
      }),
    ),
    valid: false,
    problem: 'wrong-key-usage',
  },
  {
    name: 'an end entity that only signs certificates',
    chain: [leaf(middle, { keyUsage: [5] }), middle.der],
    valid: false,
    problem: 'wrong-key-usage',
  },
  { name: 'an end entity that only agrees on keys', chain: [leaf(middle, { keyUsage: [4] }), middle.der], valid: true },
  { name: 'an end entity that only enciphers keys', chain: [leaf(middle, { keyUsage: [2] }), middle.der], valid: true },
  {
    name: 'an end entity that only enciphers data',
    chain: [leaf(middle, { keyUsage: [3] }), middle.der],
    valid: false,
    problem: 'wrong-key-usage',
  },
];

const same = (issuer: NameParts): Uint8Array[] => {
  const named = under(root, 'Named', {
    subject: [
      ['C', printableString('NL')],
      ['O', 'Exämple Org'],
      ['CN', 'CA  One'],
    ],
  });
  return [leaf(named, { issuer }), named.der];
};
const names: Edge[] = (
  [
    [
      'the same',
      [
        ['C', printableString('NL')],
        ['O', 'Exämple Org'],
        ['CN', 'CA  One'],
      ],
      true,
    ],
    [
      'UTF8String for PrintableString',
      [
        ['C', 'NL'],
        ['O', 'Exämple Org'],
        ['CN', 'CA  One'],
      ],
      true,
    ],
    [
      'PrintableString for UTF8String',
      [
        ['C', printableString('NL')],
        ['O', 'Exämple Org'],
        ['CN', printableString('CA One')],
      ],
      true,
    ],
    [
      'BMPString for UTF8String',
      [
        ['C', printableString('NL')],
        ['O', bmpString('Exämple Org')],
        ['CN', 'CA One'],
      ],
      true,
    ],
    [
      'TeletexString for UTF8String',
      [
        ['C', printableString('NL')],
        ['O', teletexString('Ex\u00e4mple Org')],
        ['CN', 'CA One'],
      ],
      true,
    ],
    [
      'letters of other case',
      [
        ['C', printableString('nl')],
        ['O', 'exämple org'],
        ['CN', 'ca one'],
      ],
      true,
    ],
    [
      'blanks before and behind',
      [
        ['C', printableString('NL')],
        ['O', '  Exämple Org '],
        ['CN', 'CA One'],
      ],
      true,
    ],
    [
      'another letter',
      [
        ['C', printableString('NL')],
        ['O', 'Example Org'],
        ['CN', 'CA One'],
      ],
      false,
    ],
    [
      'no blank between',
      [
        ['C', printableString('NL')],
        ['O', 'ExämpleOrg'],
        ['CN', 'CA One'],
      ],
      false,
    ],
    [
      'a part missing',
      [
        ['O', 'Exämple Org'],
        ['CN', 'CA One'],
      ],
      false,
    ],
    [
      'a part more',
      [
        ['C', printableString('NL')],
        ['O', 'Exämple Org'],
        ['CN', 'CA One'],
        ['CN', 'CA One'],
      ],
      false,
    ],
  ] as const
).map(([text, issuer, valid]) => ({ name: `an issuer's name with ${text}`, chain: same(issuer as NameParts), valid }));

const dated = (notBefore: string | Uint8Array, notAfter: string | Uint8Array): Uint8Array[] => [
  leaf(middle, { notBefore, notAfter }),
  middle.der,
];
const lenient =
  'DER wants another form (RFC 5280 §4.1.2.5), but what is meant is plain: we read it and note the oddity; openssl reads no such time.';
const at = (text: string): number => Date.parse(text) / 1000;
const times: Edge[] = [
  {
    name: 'the last second of notAfter',
    chain: dated('2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z'),
    seconds: at('2026-06-01T12:00:00Z'),
    valid: false,
    ours: true,
    because: 'RFC 5280 §4.1.2.5: through notAfter, inclusive; openssl ends it a second earlier.',
  },
  {
    name: 'the second after notAfter',
    chain: dated('2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z'),
    seconds: at('2026-06-01T12:00:01Z'),
    valid: false,
    problem: 'expired',
  },
  {
    name: 'the second of notBefore',
    chain: dated('2026-06-01T12:00:00Z', '2027-01-01T00:00:00Z'),
    seconds: at('2026-06-01T12:00:00Z'),
    valid: true,
  },
  {
    name: 'the second before notBefore',
    chain: dated('2026-06-01T12:00:00Z', '2027-01-01T00:00:00Z'),
    seconds: at('2026-06-01T11:59:59Z'),
    valid: false,
    problem: 'not-yet-valid',
  },
  { name: 'UTCTime of 2049 for the end', chain: dated('2026-01-01T00:00:00Z', utcTime('491231235959Z')), valid: true },
  {
    name: 'UTCTime of 1950 for the end',
    chain: dated(utcTime('490101000000Z'), utcTime('500101000000Z')),
    valid: false,
    problem: 'expired',
  },
  {
    name: 'GeneralizedTime before 2050',
    chain: dated(generalizedTime('20260101000000Z'), generalizedTime('20270101000000Z')),
    valid: true,
  },
  { name: 'a leap day', chain: dated('2026-01-01T00:00:00Z', generalizedTime('20280229000000Z')), valid: true },
  {
    name: 'a leap day of a year that has none',
    chain: dated('2026-01-01T00:00:00Z', generalizedTime('20270229000000Z')),
    valid: false,
    problem: 'unreadable',
  },
  {
    name: 'a thirteenth month',
    chain: dated('2026-01-01T00:00:00Z', utcTime('271301000000Z')),
    valid: false,
    problem: 'unreadable',
  },
  {
    name: 'a leap second',
    chain: dated('2026-01-01T00:00:00Z', utcTime('261231235960Z')),
    valid: false,
    problem: 'unreadable',
  },
  {
    name: 'letters in place of a time',
    chain: dated(utcTime('yesterday'), '2027-01-01T00:00:00Z'),
    valid: false,
    problem: 'unreadable',
  },
  {
    name: 'UTCTime without seconds',
    chain: dated(utcTime('2601010000Z'), '2027-01-01T00:00:00Z'),
    valid: false,
    ours: true,
    because: lenient,
  },
  {
    name: 'UTCTime with an offset',
    chain: dated(utcTime('260101000000+0100'), '2027-01-01T00:00:00Z'),
    valid: false,
    ours: true,
    because: lenient,
  },
  {
    name: 'GeneralizedTime with a fraction',
    chain: dated(generalizedTime('20260101000000.5Z'), '2027-01-01T00:00:00Z'),
    valid: false,
    ours: true,
    because: lenient,
  },
];

const revoked7 = [{ serial: 7, date: '2026-05-02T00:00:00Z' }];
const issuingPoint = (...fields: Uint8Array[]): Uint8Array => extension('2.5.29.28', sequence(...fields), true);
const yes = Uint8Array.of(0xff);
const unsigning = under(root, 'Lists no', { keyUsage: [5] });
const stranger = authority('Root', undefined, { subject: root.subject, key: testKey('stranger') });
const hard =
  'A list that can not be used proves no revocation: openssl asks for one that can, we say in a note that there was none.';
const delta = extension('2.5.29.27', integer(5), true);
const number = (value: number): Uint8Array => extension('2.5.29.20', integer(value));
const pointed = leaf(root, { crlUrls: ['http://a.example/a.crl'] });
const lists: Edge[] = [
  {
    name: 'a list of end entities alone (4.14.6)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [issuingPoint(der(0x81, yes))] })],
    valid: true,
  },
  {
    name: 'a list of end entities alone that names it',
    chain: [leaf(root)],
    lists: [revocationList(root, revoked7, { extensions: [issuingPoint(der(0x81, yes))] })],
    valid: false,
    problem: 'revoked',
  },
  {
    name: 'a list of authorities alone that does not name it (4.14.5)',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [issuingPoint(der(0x82, yes))] })],
    valid: false,
    ours: true,
    because: hard,
  },
  {
    name: 'a list that begins later',
    chain: [leaf(root)],
    lists: [revocationList(root, revoked7, { thisUpdate: '2026-07-01T00:00:00Z' })],
    valid: false,
    ours: true,
    because: hard,
    note: 'was not used',
  },
  {
    name: 'a list without an end',
    chain: [leaf(root)],
    lists: [revocationList(root, revoked7, { nextUpdate: null })],
    valid: false,
    problem: 'revoked',
  },
  {
    name: 'a list without an end that does not name it',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { nextUpdate: null })],
    valid: true,
  },
  {
    name: "a list of the issuer's name under another key (4.4.5)",
    chain: [leaf(root)],
    lists: [revocationList(stranger, revoked7)],
    valid: false,
    ours: true,
    because: hard,
    note: 'was not used',
  },
  {
    name: 'a list of an authority that must not sign lists (4.7.4)',
    chain: chainOf(unsigning),
    lists: [revocationList(unsigning, revoked7)],
    valid: false,
    ours: true,
    because: hard,
    note: 'was not used',
  },
  {
    name: 'a revocation that lies in the future',
    chain: [leaf(root)],
    lists: [revocationList(root, [{ serial: 7, date: '2026-08-01T00:00:00Z' }])],
    valid: false,
    ours: true,
    because: 'The list says that it will be revoked; at the time of the packets it was not.',
  },
  {
    name: 'a revocation that was taken back (removeFromCRL)',
    chain: [leaf(root)],
    lists: [revocationList(root, [{ serial: 7, date: '2026-05-02T00:00:00Z', reason: 8 }])],
    valid: true,
  },
  {
    name: 'an old list, and a new one that names it',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { nextUpdate: '2026-05-10T00:00:00Z' }), revocationList(root, revoked7)],
    valid: false,
    problem: 'revoked',
  },
  {
    name: 'a base and its delta, without -use_deltas (4.15.2)',
    chain: [leaf(root)],
    lists: [
      revocationList(root, [], { extensions: [number(5)] }),
      revocationList(root, revoked7, { extensions: [number(6), delta] }),
    ],
    valid: true,
    note: 'delta',
  },
  {
    name: 'a base and its delta that names it (4.15.3)',
    chain: [leaf(root)],
    words: ['-use_deltas', '-extended_crl'],
    lists: [
      revocationList(root, [], {
        extensions: [
          number(5),
          extension('2.5.29.46', sequence(sequence(der(0xa0, der(0xa0, generalName('URI:http://a')))))),
        ],
      }),
      revocationList(root, revoked7, { extensions: [number(6), delta] }),
    ],
    valid: false,
    ours: true,
    because: 'Deltas are not read: a note says so.',
    note: 'delta',
  },
  {
    name: 'a list of another distribution point (4.14.4)',
    chain: [pointed],
    lists: [
      revocationList(root, [], {
        extensions: [issuingPoint(der(0xa0, der(0xa0, generalName('URI:http://a.example/b.crl'))))],
      }),
    ],
    valid: false,
    ours: true,
    because:
      'A person gave the list; which of an issuer’s lists covers a certificate is not asked, what it names is revoked.',
  },
  {
    name: 'a list of its own distribution point (4.14.1)',
    chain: [pointed],
    lists: [
      revocationList(root, [], {
        extensions: [issuingPoint(der(0xa0, der(0xa0, generalName('URI:http://a.example/a.crl'))))],
      }),
    ],
    valid: true,
  },
  {
    name: 'a list of its own distribution point that names it (4.14.2)',
    chain: [pointed],
    lists: [
      revocationList(root, revoked7, {
        extensions: [issuingPoint(der(0xa0, der(0xa0, generalName('URI:http://a.example/a.crl'))))],
      }),
    ],
    valid: false,
    problem: 'revoked',
  },
  {
    name: 'a list with a critical extension of certificates',
    chain: [leaf(root)],
    lists: [revocationList(root, revoked7, { extensions: [extension('2.5.29.19', sequence(), true)] })],
    valid: false,
    ours: true,
    because: hard,
    note: 'critical extension',
  },
  {
    name: 'a list whose key identifier is critical',
    chain: [leaf(root)],
    lists: [revocationList(root, [], { extensions: [extension('2.5.29.35', sequence(der(0x80, root.keyId)), true)] })],
    valid: true,
  },
  {
    name: 'an authority in between that is revoked',
    chain: chainOf(under(root, 'Revoked', { serial: 7 })),
    words: ['-crl_check_all'],
    lists: [revocationList(root, revoked7)],
    valid: false,
    problem: 'revoked',
  },
];

describe.each([
  ['policies', policies],
  ['critical extensions', criticalExtensions],
  ['directory names', directoryNames],
  ['addresses', addresses],
  ['mailboxes', mailboxes],
  ['URIs', locators],
  ['hosts', hosts],
  ['kinds of constraints', constraintKinds],
  ['path lengths', lengths],
  ['authorities', authorities],
  ["issuers' names", names],
  ['times', times],
  ['lists', lists],
] as const)('a path and its %s', (_, edges) => {
  it.each(edges.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expectVerdict({ root: root.der, ...one });
  });
});

it('judges more than a hundred edges', () => {
  const all = [
    policies,
    criticalExtensions,
    directoryNames,
    addresses,
    mailboxes,
    locators,
    hosts,
    constraintKinds,
    lengths,
    authorities,
    names,
    times,
    lists,
  ];
  expect(all.flat().length).toBeGreaterThan(120);
});
