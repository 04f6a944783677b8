import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At, u32At } from './octets.js';

/** PPTP's control connection (RFC 2637 §2.1): `length(16) 1 magic(32) type(16) 0`. */
export const pptp: Protocol = fromSides({
  name: 'pptp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1723],
  client: (opening) => judge(opening, 1),
  server: (opening) => judge(opening, 0),
});

const magic = 0x1a2b3c4d;
const lastType = 15;

/** Requests have odd types (start 1, stop 3, echo 5, call 7), their replies even ones. */
function judge(opening: Opening, parity: number): Evidence {
  if (octetAt(opening, 0) !== 0) return evidence.no;
  if (opening.length < 12) return evidence.more;
  const type = u16At(opening, 8);
  const isControl = u16At(opening, 2) === 1 && u32At(opening, 4) === magic;
  return isControl && type >= 1 && type <= lastType && type % 2 === parity ? evidence.yes : evidence.no;
}
