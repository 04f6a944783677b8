import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followMongodb } from './mongodb-dialogue.js';
import { little32At, octetAt } from './octets.js';

/** MongoDB ("Wire Protocol", standard message header): `length(32) request(32) responseTo(32) opcode(32)`, little-endian. */
export const mongodb: Protocol = fromSides({
  name: 'mongodb',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [27017, 27018, 27019, 10255],
  follow: followMongodb,
  client: judgeRequest,
  server: judgeReply,
});

const headerLength = 16;
const largestMessage = 48_000_000;
const opcode = {
  reply: 1,
  update: 2001,
  insert: 2002,
  query: 2004,
  getMore: 2005,
  delete: 2006,
  killCursors: 2007,
  compressed: 2012,
  message: 2013,
} as const;
/** OP_MSG: checksum present, more to come, exhaust allowed. */
const messageFlags = 0x10003;

function judgeRequest(opening: Opening): Evidence {
  if (opening.length < headerLength + 5) return startsPlausibly(opening);
  const responseTo = little32At(opening, 8);
  if (!hasPlausibleLength(opening) || (responseTo !== 0 && responseTo !== 0xffffffff)) return evidence.no;
  const code = little32At(opening, 12);
  const first = little32At(opening, headerLength);
  if (code === opcode.message) return judgeMessage(opening, first);
  if (code === opcode.query)
    return first < 0x100 && isNameStart(octetAt(opening, headerLength + 4)) ? evidence.yes : evidence.no;
  if (code === opcode.compressed) return first >= opcode.update && first <= opcode.message ? evidence.yes : evidence.no;
  const isOld =
    code === opcode.update || code === opcode.getMore || code === opcode.delete || code === opcode.killCursors;
  if (isOld) return first === 0 ? evidence.yes : evidence.no;
  return code === opcode.insert && first < 2 ? evidence.yes : evidence.no;
}

function judgeReply(opening: Opening): Evidence {
  if (opening.length < headerLength + 5) return startsPlausibly(opening);
  if (!hasPlausibleLength(opening) || little32At(opening, 8) === 0) return evidence.no;
  const code = little32At(opening, 12);
  const first = little32At(opening, headerLength);
  if (code === opcode.message) return judgeMessage(opening, first);
  if (code === opcode.reply) return judgeOldReply(opening, first);
  return code === opcode.compressed && (first === opcode.reply || first === opcode.message)
    ? evidence.yes
    : evidence.no;
}

/** `flags(32) cursor(64) from(32) count(32)`: opcode 1 alone is too thin. */
function judgeOldReply(opening: Opening, flags: number): Evidence {
  if (flags > 0x0f) return evidence.no;
  if (opening.length < headerLength + 20) return evidence.more;
  return little32At(opening, headerLength + 12) < 0x10000 && little32At(opening, headerLength + 16) < 0x10000
    ? evidence.yes
    : evidence.no;
}

/** `flags(32) kind(8)…`: a section is a document or a sequence. */
function judgeMessage(opening: Opening, flags: number): Evidence {
  return (flags & ~messageFlags) === 0 && octetAt(opening, headerLength + 4) <= 1 ? evidence.yes : evidence.no;
}

function startsPlausibly(opening: Opening): Evidence {
  return opening.length >= 4 && !hasPlausibleLength(opening) ? evidence.no : evidence.more;
}

function hasPlausibleLength(opening: Opening): boolean {
  const length = little32At(opening, 0);
  return length > headerLength && length <= largestMessage;
}

/** Collections are named `database.collection`. */
function isNameStart(octet: number): boolean {
  return octet > 0x20 && octet < 0x7f;
}
