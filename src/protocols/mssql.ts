import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followMssql } from './mssql-dialogue.js';
import { little32At, octetAt, u16At } from './octets.js';

/**
 * Microsoft SQL Server ([MS-TDS] §2.2.3.1 packet header): `type(8) status(8) length(16) process(16) packet(8) window(8)`.
 * TLS, where it is used, travels inside PRELOGIN packets.
 */
export const mssql: Protocol = fromSides({
  name: 'mssql',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1433, 1434],
  follow: followMssql,
  client: judgeClient,
  server: judgeServer,
});

const headerLength = 8;
const packet = { batch: 0x01, rpc: 0x03, tabular: 0x04, login: 0x10, prelogin: 0x12 } as const;
const largestPacket = 0x8000;

function judgeClient(opening: Opening): Evidence {
  const header = judgeHeader(opening);
  if (header !== evidence.likely) return header;
  const type = octetAt(opening, 0);
  if (type === packet.prelogin) return judgePrelogin(opening);
  if (type === packet.login) return judgeLogin(opening);
  return type === packet.batch || type === packet.rpc ? judgeBatch(opening) : evidence.no;
}

function judgeServer(opening: Opening): Evidence {
  const header = judgeHeader(opening);
  if (header !== evidence.likely) return header;
  return octetAt(opening, 0) === packet.tabular ? judgePrelogin(opening) : evidence.no;
}

function judgeHeader(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  const isKnown =
    type === packet.batch ||
    type === packet.rpc ||
    type === packet.tabular ||
    type === packet.login ||
    type === packet.prelogin;
  if (!isKnown || (opening.length > 1 && octetAt(opening, 1) > 1)) return evidence.no;
  if (opening.length < headerLength + 5) return evidence.more;
  const length = u16At(opening, 2);
  return length >= headerLength + 5 && length <= largestPacket && octetAt(opening, 7) === 0
    ? evidence.likely
    : evidence.no;
}

/** Options of `token(8) offset(16) length(16)`: VERSION (0) comes first and is six octets; ENCRYPTION (1) follows. */
function judgePrelogin(opening: Opening): Evidence {
  const first = headerLength;
  if (octetAt(opening, first) !== 0 || u16At(opening, first + 3) !== 6) return evidence.no;
  const offset = u16At(opening, first + 1);
  return offset >= 6 && offset <= 128 && offset % 5 === 1 ? evidence.yes : evidence.no;
}

/** LOGIN7: `length(32, little) TDS version(32)`. */
function judgeLogin(opening: Opening): Evidence {
  if (opening.length < headerLength + 8) return evidence.more;
  const length = little32At(opening, headerLength);
  const major = octetAt(opening, headerLength + 7);
  return length >= 86 && length < 0x20000 && major >= 0x70 && major <= 0x74 ? evidence.yes : evidence.no;
}

/** All headers: `total(32, little) length(32, little) type(16)`; transaction descriptor (2) in 18 octets. */
function judgeBatch(opening: Opening): Evidence {
  if (opening.length < headerLength + 10) return evidence.more;
  const total = little32At(opening, headerLength);
  const header = little32At(opening, headerLength + 4);
  return total === 22 && header === 18 && octetAt(opening, headerLength + 8) === 2 ? evidence.yes : evidence.no;
}
