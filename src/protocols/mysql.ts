import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followMysql } from './mysql-dialogue.js';
import { isDigit, little16At, little24At, little32At, matchAnyCaseAt, octetAt, patterns, zerosAt } from './octets.js';

/** MySQL's client/server protocol ("Connection Phase"), MariaDB included. A packet is `length(24, little) sequence(8)`. */
export const mysql: Protocol = fromSides({
  name: 'mysql',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [3306, 3307, 33060, 6033, 4000],
  follow: followMysql,
  client: judgeClient,
  server: judgeServer,
});

const headerLength = 4;
const longestGreeting = 1024;
const longestVersion = 80;

function judgeServer(opening: Opening): Evidence {
  if (opening.length < headerLength + 1) return evidence.more;
  const length = little24At(opening, 0);
  if (octetAt(opening, 3) !== 0 || length < 5 || length > longestGreeting) return evidence.no;
  const kind = octetAt(opening, 4);
  if (kind === 10 || kind === 9) return judgeGreeting(opening, length, kind);
  return kind === 0xff ? judgeError(opening, length) : evidence.no;
}

/** `protocol(8) version NUL thread(32) salt(64) NUL(8)…`; protocol 9 ends with a salt of eight octets and NUL. */
function judgeGreeting(opening: Opening, length: number, kind: number): Evidence {
  const versionStart = headerLength + 1;
  if (opening.length > versionStart && !isDigit(octetAt(opening, versionStart))) return evidence.no;
  let at = versionStart;
  for (; at < opening.length && octetAt(opening, at) !== 0; at++) {
    const octet = octetAt(opening, at);
    if (octet < 0x20 || octet > 0x7e || at - versionStart > longestVersion) return evidence.no;
  }
  if (at === opening.length) return evidence.more;
  const rest = headerLength + length - at - 1;
  if (at - versionStart < 3 || octetAt(opening, versionStart + 1) < 0x2e) return evidence.no;
  return rest >= (kind === 10 ? 15 : 12) ? evidence.yes : evidence.no;
}

/** `0xff code(16) message`: "Too many connections", "Host … is blocked"; codes of the server are 1000–1999 and 3000–4999. */
function judgeError(opening: Opening, length: number): Evidence {
  const textStart = headerLength + 3;
  const wanted = Math.min(length + headerLength, textStart + 12);
  if (opening.length < wanted) return evidence.more;
  const code = little16At(opening, headerLength + 1);
  if (code < 1000 || code >= 5000 || length < 12) return evidence.no;
  for (let at = textStart; at < wanted; at++) {
    const octet = octetAt(opening, at);
    if (octet < 0x20 || octet > 0x7e) return evidence.no;
  }
  return evidence.yes;
}

const capabilityProtocol41 = 0x0200;
const reservedLength = 19;
const queries = patterns(
  'SELECT ',
  'INSERT ',
  'UPDATE ',
  'DELETE ',
  'SHOW ',
  'SET ',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'CREATE ',
  'START TRANSACTION',
  'REPLACE ',
  'DROP ',
  'ALTER ',
  'CALL ',
);

/** The login packet, or the TLS request that is its beginning: `capabilities(32) largest(32) charset(8) zeros(19)…`. */
function judgeClient(opening: Opening): Evidence {
  if (opening.length < headerLength + 1) return evidence.more;
  const length = little24At(opening, 0);
  const sequence = octetAt(opening, 3);
  if (sequence === 0 && octetAt(opening, 4) === 3 && length > 5) return matchAnyCaseAt(opening, 5, queries);
  if (sequence !== 1 || length < 32 || length > 0xffff) return evidence.no;
  if (opening.length < headerLength + 32) return evidence.more;
  // MariaDB keeps four octets of the 23 reserved ones for capabilities of its own.
  const isLogin =
    (little32At(opening, 4) & capabilityProtocol41) !== 0 && zerosAt(opening, headerLength + 9, reservedLength);
  return isLogin ? evidence.yes : evidence.no;
}
