// Paths at their edges, in the manner of NIST's PKITS: constraints on each kind of name (RFC 5280 §4.2.1.10).
import { constrained, describeEdges, type Edge } from '../build/path-edges.js';
import { der, type NameParts, name, printableString } from '../build/x509.js';

const directory = (...parts: NameParts): Uint8Array => der(0xa4, name(parts));
const network = (...octets: readonly number[]): Uint8Array => der(0x87, Uint8Array.from(octets));
const host = ['DNS:a.example'];

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

describeEdges('directory names', directoryNames);
describeEdges('addresses', addresses);
describeEdges('mailboxes', mailboxes);
describeEdges('URIs', locators);
describeEdges('hosts', hosts);
