import type { Opening, Protocol } from '../model/protocol.js';
import { followCassandra } from './cassandra-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAt, octetAt, pattern, u16At, u32At } from './octets.js';

/** Cassandra's and ScyllaDB's CQL (native protocol v3–v5 §2): `version(8) flags(8) stream(16) opcode(8) length(32)`. */
export const cassandra: Protocol = fromSides({
  name: 'cassandra',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9042],
  follow: followCassandra,
  client: judgeClient,
  server: judgeServer,
});

const headerLength = 9;
const largestBody = 0x1000000;
const opcode = { error: 0, startup: 1, ready: 2, authenticate: 3, options: 5, supported: 6, register: 11 } as const;
const className = pattern('org.apache.cassandra.');

function judgeClient(opening: Opening): Evidence {
  const header = judgeHeader(opening, 0x00);
  if (header !== evidence.likely) return header;
  const length = u32At(opening, 5);
  switch (octetAt(opening, 4)) {
    case opcode.options:
      return length === 0 ? evidence.yes : evidence.no;
    case opcode.startup:
      return judgeMap(opening, 1, 8);
    case opcode.register:
      return judgeMap(opening, 1, 8) === evidence.no ? evidence.no : evidence.likely;
    default:
      return evidence.no;
  }
}

function judgeServer(opening: Opening): Evidence {
  const header = judgeHeader(opening, 0x80);
  if (header !== evidence.likely) return header;
  const length = u32At(opening, 5);
  switch (octetAt(opening, 4)) {
    case opcode.ready:
      return length === 0 ? evidence.yes : evidence.no;
    case opcode.supported:
      return judgeMap(opening, 1, 32);
    case opcode.authenticate: {
      const named = matchAt(opening, headerLength + 2, className);
      return named === evidence.no ? evidence.likely : named;
    }
    case opcode.error:
      return length > 6 && length < 0x1000 ? evidence.likely : evidence.no;
    default:
      return evidence.no;
  }
}

/** The version's top bit says response. */
function judgeHeader(opening: Opening, direction: number): Evidence {
  const version = octetAt(opening, 0);
  if ((version & 0x80) !== direction || (version & 0x7f) < 3 || (version & 0x7f) > 5) return evidence.no;
  if (opening.length < headerLength) return evidence.more;
  return octetAt(opening, 1) <= 0x1f && u32At(opening, 5) < largestBody ? evidence.likely : evidence.no;
}

/** A multimap's count and its first name, in capitals: CQL_VERSION, COMPRESSION, DRIVER_NAME, … */
function judgeMap(opening: Opening, fewest: number, most: number): Evidence {
  const start = headerLength;
  if (opening.length < start + 8) return evidence.more;
  const count = u16At(opening, start);
  const length = u16At(opening, start + 2);
  if (count < fewest || count > most || length < 4 || length > 64) return evidence.no;
  for (let at = start + 4; at < start + 8; at++) {
    const octet = octetAt(opening, at);
    if (!((octet >= 0x41 && octet <= 0x5a) || octet === 0x5f)) return evidence.no;
  }
  return evidence.yes;
}
