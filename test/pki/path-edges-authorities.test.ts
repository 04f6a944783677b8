// Paths at their edges, in the manner of NIST's PKITS: lengths of paths, authorities of old versions, encodings of issuers' names.
import { chainOf, describeEdges, type Edge, middle, root, under } from '../build/path-edges.js';
import { type Authority, authority, leaf } from '../build/pki.js';
import {
  bmpString,
  boolean,
  der,
  extension,
  integer,
  type NameParts,
  printableString,
  sequence,
  teletexString,
  testKey,
} from '../build/x509.js';

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

describeEdges('path lengths', lengths);
describeEdges('authorities', authorities);
describeEdges("issuers' names", names);
