import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { findOctet, matchAnyCaseAt, octetAt, patterns, printableIn, u16At } from './octets.js';

/** TFTP (RFC 1350 §5): `opcode(16) file NUL mode NUL`. The server answers from a port of its own. */
export const tftp: Protocol = fromSides({
  name: 'tftp',
  kind: 'cleartext',
  transport: 'udp',
  ports: [69],
  client: judgeRequest,
  server: tellsNothing,
});

const modes = patterns('OCTET\0', 'NETASCII\0', 'MAIL\0');

function judgeRequest(opening: Opening): Evidence {
  if (opening.length < 9 || u16At(opening, 0) < 1 || u16At(opening, 0) > 2 || octetAt(opening, 2) === 0)
    return evidence.no;
  const end = findOctet(opening, 2, 0);
  if (end < 0 || !printableIn(opening, 2, end)) return evidence.no;
  return matchAnyCaseAt(opening, end + 1, modes) === evidence.yes ? evidence.yes : evidence.no;
}
