import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At, u32At } from './octets.js';

/** STUN and TURN (RFC 8489 §5): `00 type(14) length(16) cookie(32) transaction(96)`. */
export const stun: Protocol = fromSides({
  name: 'stun',
  kind: 'cleartext',
  transport: 'both',
  ports: [3478, 19302],
  client: (opening) => judge(opening, false),
  server: (opening) => judge(opening, true),
});

const headerLength = 20;
const cookie = 0x2112a442;
/** The class's upper bit: set in success and error responses. */
const responseClass = 0x0100;
const lastMethod = 0x0c;

function judge(opening: Opening, isServer: boolean): Evidence {
  if (octetAt(opening, 0) > 0x3f) return evidence.no;
  if (opening.length < headerLength)
    return opening.length >= 8 && u32At(opening, 4) !== cookie ? evidence.no : evidence.more;
  const type = u16At(opening, 0);
  const method = (type & 0x0f) | ((type >> 1) & 0x70);
  if (u32At(opening, 4) !== cookie || u16At(opening, 2) % 4 !== 0 || method === 0 || method > lastMethod)
    return evidence.no;
  return ((type & responseClass) !== 0) === isServer ? evidence.yes : evidence.no;
}
