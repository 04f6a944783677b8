import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followMemcached } from './memcached-dialogue.js';
import { findOctet, matchAnyAt, octetAt, patterns, skipDigits, u16At, u32At } from './octets.js';

/** Memcached's text and binary protocols (its `protocol.txt` and "BinaryProtocolRevamped"). */
export const memcached: Protocol = fromSides({
  name: 'memcached',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [11211],
  follow: followMemcached,
  client: judgeClient,
  server: judgeServer,
});

const retrievals = patterns(
  'get ',
  'gets ',
  'delete ',
  'incr ',
  'decr ',
  'touch ',
  'stats\r\n',
  'stats ',
  'version\r\n',
  'flush_all',
  'mg ',
  'ms ',
  'mn\r\n',
);
const storages = patterns('set ', 'add ', 'replace ', 'append ', 'prepend ', 'cas ');
const answers = patterns(
  'VALUE ',
  'END\r\n',
  'STORED\r\n',
  'NOT_STORED\r\n',
  'STAT ',
  'VERSION ',
  'DELETED\r\n',
  'NOT_FOUND\r\n',
  'ERROR\r\n',
  'CLIENT_ERROR ',
  'SERVER_ERROR ',
  'HD\r\n',
  'EN\r\n',
  'VA ',
);
const binaryHeaderLength = 24;

function judgeClient(opening: Opening): Evidence {
  if (octetAt(opening, 0) === 0x80) return judgeBinary(opening);
  const stores = matchAnyAt(opening, 0, storages);
  if (stores === evidence.yes) return judgeStorage(opening);
  const retrieves = matchAnyAt(opening, 0, retrievals);
  return retrieves === evidence.yes ? evidence.likely : stores > retrieves ? stores : retrieves;
}

/** `command SP key SP flags SP expiry SP octets [SP cas] CRLF`: three numbers behind the key are certain. */
function judgeStorage(opening: Opening): Evidence {
  const key = findOctet(opening, 0, 0x20) + 1;
  let at = findOctet(opening, key, 0x20);
  const lineFeed = findOctet(opening, 0, 0x0a);
  if (lineFeed < 0) return opening.length > 320 ? evidence.no : evidence.more;
  if (at < 0 || at > lineFeed) return evidence.likely;
  for (let number = 0; number < 3; number++) {
    const digits = skipDigits(opening, at + 1);
    if (digits === at + 1 || digits >= lineFeed) return evidence.likely;
    at = digits;
  }
  return octetAt(opening, at) === 0x0d || octetAt(opening, at) === 0x20 ? evidence.yes : evidence.likely;
}

function judgeServer(opening: Opening): Evidence {
  if (octetAt(opening, 0) === 0x81) return judgeBinary(opening);
  const answer = matchAnyAt(opening, 0, answers);
  return answer === evidence.yes ? evidence.likely : answer;
}

/** `magic(8) opcode(8) key(16) extras(8) 0 vbucket(16) body(32) opaque(32) cas(64)`: the lengths have to agree. */
function judgeBinary(opening: Opening): Evidence {
  if (opening.length < binaryHeaderLength)
    return opening.length > 5 && octetAt(opening, 5) !== 0 ? evidence.no : evidence.more;
  const key = u16At(opening, 2);
  const extras = octetAt(opening, 4);
  const body = u32At(opening, 8);
  const code = octetAt(opening, 1);
  if (octetAt(opening, 5) !== 0 || code > 0x22 || key > 250 || body > 0x100000 || key + extras > body)
    return evidence.no;
  if (extras !== 0 && extras !== 4 && extras !== 8 && extras !== 20) return evidence.no;
  // A request has no vbucket outside Couchbase's clusters; a response has a status there.
  return u16At(opening, 6) <= 0x86 ? evidence.yes : evidence.no;
}
