// Paths at their edges, in the manner of NIST's PKITS: policies, and critical extensions that we do not know.
import { authorityWith, describeEdges, type Edge, withExtension } from '../build/path-edges.js';
import { der, generalName, integer, octetString, oid, sequence, set } from '../build/x509.js';

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

describeEdges('policies', policies);
describeEdges('critical extensions', criticalExtensions);
