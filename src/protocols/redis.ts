import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAnyCaseAt, octetAt, patterns, skipDigits } from './octets.js';
import { followRedis } from './redis-dialogue.js';

/** Redis, Valkey, KeyDB and Sentinel: RESP 2 and 3 ("Redis serialization protocol specification"). */
export const redis: Protocol = fromSides({
  name: 'redis',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [6379, 6380, 26379, 16379, 7000, 7001],
  follow: followRedis,
  client: judgeClient,
  server: judgeServer,
});

const inlineCommands = patterns(
  'PING\r\n',
  'AUTH ',
  'INFO\r\n',
  'INFO ',
  'GET ',
  'SET ',
  'DEL ',
  'KEYS ',
  'SELECT ',
  'HELLO',
  'CLIENT ',
  'CONFIG ',
  'COMMAND',
  'ECHO ',
  'EXISTS ',
  'EXPIRE ',
  'FLUSHALL',
  'FLUSHDB',
  'HGET ',
  'HSET ',
  'INCR ',
  'LPUSH ',
  'RPUSH ',
  'LRANGE ',
  'MGET ',
  'MONITOR\r\n',
  'MULTI\r\n',
  'PSYNC ',
  'REPLCONF ',
  'PUBLISH ',
  'SUBSCRIBE ',
  'SADD ',
  'SLAVEOF ',
  'SMEMBERS ',
  'TTL ',
  'ZADD ',
  'EVAL ',
  'DBSIZE',
  'LASTSAVE',
  'ROLE',
);

/** A command is an array of bulk strings, `*n CRLF $m CRLF …`; or inline, a line of words. */
function judgeClient(opening: Opening): Evidence {
  if (octetAt(opening, 0) === 0x2a) return judgeAggregate(opening, isBulk);
  const command = matchAnyCaseAt(opening, 0, inlineCommands);
  return command === evidence.yes ? evidence.likely : command;
}

const ownReplies = patterns(
  '+PONG\r\n',
  '-NOAUTH ',
  '-WRONGPASS ',
  '-LOADING ',
  '-MOVED ',
  '-ASK ',
  '-WRONGTYPE ',
  '-READONLY ',
  '-MASTERDOWN ',
  '-BUSY ',
  '-NOSCRIPT ',
  '-DENIED Redis',
  '-EXECABORT ',
  '-NOPERM ',
  '-MISCONF ',
  '-CLUSTERDOWN ',
  '-NOPROTO ',
  '+FULLRESYNC ',
  '+CONTINUE',
  '-ERR wrong number of arguments',
  '-ERR unknown command',
  '-ERR invalid password',
  '-ERR Client sent AUTH',
  '-ERR operation not permitted',
  '-ERR max number of clients',
);
/** POP3 opens with `+OK` and `-ERR` too, but has text behind `+OK`. */
const sharedReplies = patterns(
  '+OK\r\n',
  '-ERR ',
  '+QUEUED\r\n',
  '$-1\r\n',
  '*0\r\n',
  '*-1\r\n',
  '_\r\n',
  '#t\r\n',
  '#f\r\n',
);

function judgeServer(opening: Opening): Evidence {
  const own = matchAnyAt(opening, 0, ownReplies);
  if (own === evidence.yes) return own;
  const shared = matchAnyAt(opening, 0, sharedReplies);
  if (shared === evidence.yes) return evidence.likely;
  const type = octetAt(opening, 0);
  const deep = isAggregate(type)
    ? judgeAggregate(opening, isElement)
    : isSized(type) || type === 0x3a
      ? judgeNumberLine(opening)
      : evidence.no;
  return own > deep ? own : shared > deep ? shared : deep;
}

/** `type digits CRLF type`: certain with the second type. */
function judgeAggregate(opening: Opening, isNext: (octet: number) => boolean): Evidence {
  const line = judgeNumberLine(opening);
  if (line !== evidence.likely) return line;
  const next = skipDigits(opening, 1) + 2;
  if (next + 1 >= opening.length) return evidence.more;
  if (!isNext(octetAt(opening, next))) return evidence.no;
  const value = octetAt(opening, next + 1);
  return value > 0x20 && value < 0x7f ? evidence.yes : evidence.no;
}

function judgeNumberLine(opening: Opening): Evidence {
  const digits = skipDigits(opening, 1);
  if (digits > 11) return evidence.no;
  if (digits + 1 >= opening.length) {
    if (digits === 1 && opening.length > 1) return evidence.no;
    return digits < opening.length && octetAt(opening, digits) !== 0x0d ? evidence.no : evidence.more;
  }
  return digits > 1 && octetAt(opening, digits) === 0x0d && octetAt(opening, digits + 1) === 0x0a
    ? evidence.likely
    : evidence.no;
}

/** Array, map, set, push, attribute. */
function isAggregate(octet: number): boolean {
  return octet === 0x2a || octet === 0x25 || octet === 0x7e || octet === 0x3e || octet === 0x7c;
}

/** Bulk string, bulk error, verbatim string. */
function isSized(octet: number): boolean {
  return octet === 0x24 || octet === 0x21 || octet === 0x3d;
}

function isBulk(octet: number): boolean {
  return octet === 0x24;
}

/** Any of the above, or a simple string, error, integer, null, boolean, double or big number. */
function isElement(octet: number): boolean {
  if (isAggregate(octet) || isSized(octet)) return true;
  return (
    octet === 0x2b ||
    octet === 0x2d ||
    octet === 0x3a ||
    octet === 0x5f ||
    octet === 0x23 ||
    octet === 0x2c ||
    octet === 0x28
  );
}
