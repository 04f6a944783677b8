import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { little16At, octetAt, u16At } from './octets.js';

/** X11 (X Window System Protocol §8, connection setup): `'l'|'B' 0 major(16) 11 minor(16) 0 name(16) data(16) 0`. */
export const x11: Protocol = fromSides({
  name: 'x11',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [6000, 6001, 6002, 6010, 6011],
  client: judgeSetup,
  server: tellsNothing,
});

const setupLength = 12;
const longestName = 64;

function judgeSetup(opening: Opening): Evidence {
  const order = octetAt(opening, 0);
  if (order !== 0x6c && order !== 0x42) return evidence.no;
  if (opening.length < setupLength)
    return opening.length > 1 && octetAt(opening, 1) !== 0 ? evidence.no : evidence.more;
  const read = order === 0x6c ? little16At : u16At;
  const isSetup =
    octetAt(opening, 1) === 0 && read(opening, 2) === 11 && read(opening, 4) === 0 && read(opening, 10) === 0;
  return isSetup && read(opening, 6) <= longestName && read(opening, 8) <= longestName ? evidence.yes : evidence.no;
}
