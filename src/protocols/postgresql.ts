import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAt, octetAt, pattern, patterns, u32At } from './octets.js';
import { followPostgresql } from './postgresql-dialogue.js';

/**
 * PostgreSQL's protocol 3 ("Frontend/Backend Protocol", section "Message Formats"), and what speaks it: CockroachDB,
 * PgBouncer, Redshift.
 */
export const postgresql: Protocol = fromSides({
  name: 'postgresql',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [5432, 5433, 6432, 26257, 5439],
  follow: followPostgresql,
  client: judgeFrontend,
  server: judgeBackend,
});

/** Codes in the place of a protocol version: 1234 in the upper half. */
const request = { cancel: 0x04d2162e, ssl: 0x04d2162f, gss: 0x04d21630 } as const;
/** Protocol 3.x; the server rejects a startup packet of more than 10,000 octets. */
const majorVersion = 3;
const longestStartup = 10_000;
const longestKey = 256;

/** `length(32) version(32) {name NUL value NUL}… NUL`, or a request in the version's place. */
function judgeFrontend(opening: Opening): Evidence {
  const first = octetAt(opening, 0);
  if (first === 0x51) return judgeQuery(opening);
  if (first === 0x70) return judgePassword(opening);
  if (first !== 0) return evidence.no;
  if (opening.length < 8) return opening.length > 1 && octetAt(opening, 1) !== 0 ? evidence.no : evidence.more;
  const length = u32At(opening, 0);
  const code = u32At(opening, 4);
  if (length === 8 && (code === request.ssl || code === request.gss)) return evidence.yes;
  if (code === request.cancel) return length >= 16 && length <= 12 + longestKey ? evidence.yes : evidence.no;
  if (code >>> 16 !== majorVersion || (code & 0xffff) > 0xff || length < 9 || length > longestStartup)
    return evidence.no;
  return judgeParameterName(opening, length);
}

/** A parameter's name tells the startup from Kafka's Metadata request, which has the same first eight octets. */
function judgeParameterName(opening: Opening, length: number): Evidence {
  for (let at = 8; at < opening.length; at++) {
    const octet = octetAt(opening, at);
    if (octet === 0) return at >= 12 && at < length ? evidence.yes : evidence.no;
    const letter =
      (octet >= 0x61 && octet <= 0x7a) || octet === 0x5f || octet === 0x2e || (octet >= 0x41 && octet <= 0x5a);
    if (!letter || at > 8 + 63) return evidence.no;
  }
  return evidence.more;
}

/** `'Q' length(32) text NUL`: a capture that begins within a session shows it first. */
function judgeQuery(opening: Opening): Evidence {
  if (opening.length < 5) return evidence.more;
  const length = u32At(opening, 1);
  if (length < 6 || length > 0xffffff) return evidence.no;
  for (let at = 5; at < opening.length; at++) {
    const octet = octetAt(opening, at);
    if (octet === 0) return at === length ? evidence.yes : evidence.no;
    if (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d) return evidence.no;
  }
  // A query of more than an opening: text all along behind a length that has two zero octets.
  return opening.final && opening.length > 64 && length > opening.length && length < 0x10000
    ? evidence.yes
    : evidence.more;
}

const sasl = patterns('SCRAM-SHA-256', 'md5');

/** `'p' length(32)` and a password, or a mechanism's name. */
function judgePassword(opening: Opening): Evidence {
  if (opening.length < 5) return evidence.more;
  const length = u32At(opening, 1);
  if (length < 5 || length > 0xffff) return evidence.no;
  const named = matchAnyAt(opening, 5, sasl);
  return named === evidence.no ? evidence.likely : named;
}

const severities = patterns('SERROR\0', 'SFATAL\0', 'SPANIC\0');
const fatal = pattern('FATAL:  ');

/** `type(8) length(32) …`: authentication, error, negotiation, parameter status and what a query is answered with. */
function judgeBackend(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  // The answer to SSLRequest or GSSENCRequest is one octet; what follows it in the clear is the next message.
  if (type === 0x4e && opening.length > 1) return judgeMessage(opening, 1);
  if (type === 0x45 && opening.length > 1 && octetAt(opening, 1) !== 0) return matchAt(opening, 1, fatal);
  return judgeMessage(opening, 0);
}

function judgeMessage(opening: Opening, start: number): Evidence {
  const type = octetAt(opening, start);
  const isKnown =
    type === 0x52 || type === 0x45 || type === 0x76 || type === 0x54 || type === 0x43 || type === 0x53 || type === 0x4e;
  if (!isKnown) return evidence.no;
  if (opening.length < start + 9) return evidence.more;
  const length = u32At(opening, start + 1);
  if (length < 6 || length > 0xffff) return evidence.no;
  if (type === 0x52) return judgeAuthentication(opening, start, length);
  if (type === 0x45 || type === 0x4e) return matchAnyAt(opening, start + 5, severities);
  return judgeFollowing(opening, start + 1 + length);
}

/** AuthenticationOk 0, cleartext password 3, MD5 5, GSS 7–8, SSPI 9, SASL 10–12. */
function judgeAuthentication(opening: Opening, start: number, length: number): Evidence {
  const code = u32At(opening, start + 5);
  if (code === 0 || code === 3 || code === 7 || code === 9) return length === 8 ? evidence.yes : evidence.no;
  if (code === 5) return length === 12 ? evidence.yes : evidence.no;
  return code >= 8 && code <= 12 && length > 8 ? evidence.yes : evidence.no;
}

const ready = pattern('Z\0\0\0\x05');

/** Messages chained by their lengths until ReadyForQuery. */
function judgeFollowing(opening: Opening, second: number): Evidence {
  let at = second;
  for (let messages = 1; messages < 64; messages++) {
    if (at + 6 > opening.length) return evidence.more;
    if (matchAt(opening, at, ready) === evidence.yes) {
      const status = octetAt(opening, at + 5);
      return status === 0x49 || status === 0x54 || status === 0x45 ? evidence.yes : evidence.no;
    }
    const length = u32At(opening, at + 1);
    if (octetAt(opening, at) < 0x31 || octetAt(opening, at) > 0x7a || length < 4 || length > 0xffffff)
      return evidence.no;
    at += 1 + length;
  }
  return evidence.no;
}
