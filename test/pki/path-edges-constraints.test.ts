// Paths at their edges, in the manner of NIST's PKITS: where name constraints stand, and what they bind.
import { chainOf, constrained, describeEdges, type Edge, root, under } from '../build/path-edges.js';
import { authority, leaf, nameConstraints } from '../build/pki.js';
import { der, extension, generalName, oid, sequence, testKey, utf8String } from '../build/x509.js';

const host = ['DNS:a.example'];
const otherName = (text: string): Uint8Array => der(0xa0, oid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, utf8String(text)));
const alternatives = (...names: readonly Uint8Array[]): Uint8Array => extension('2.5.29.17', sequence(...names));
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

describeEdges('kinds of constraints', constraintKinds);
