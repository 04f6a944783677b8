// Paths at their edges, in the manner of NIST's PKITS: times at their ends, and in forms that DER does not allow.
import { describeEdges, type Edge, middle } from '../build/path-edges.js';
import { leaf } from '../build/pki.js';
import { generalizedTime, utcTime } from '../build/x509.js';

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

describeEdges('times', times);
