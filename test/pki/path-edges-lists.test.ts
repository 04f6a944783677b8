// Paths at their edges, in the manner of NIST's PKITS: revocation lists (RFC 5280 §5).
import { chainOf, describeEdges, type Edge, root, under } from '../build/path-edges.js';
import { authority, leaf, revocationList } from '../build/pki.js';
import { der, extension, generalName, integer, sequence, testKey } from '../build/x509.js';

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

describeEdges('lists', lists);
