import type { Opening, Protocol } from '../model/protocol.js';
import { followDnp3 } from './control-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { little16At, octetAt } from './octets.js';

/** DNP3 (IEEE 1815 §9.2, data link frame): `05 64 length control destination(16) source(16) CRC(16)`. */
export const dnp3: Protocol = fromSides({
  name: 'dnp3',
  kind: 'cleartext',
  transport: 'both',
  ports: [20000],
  follow: followDnp3,
  client: (opening) => judge(opening, 0x80),
  server: (opening) => judge(opening, 0x00),
});

const headerLength = 10;

/** The control octet's top bit is set by the master station, which connects. */
function judge(opening: Opening, direction: number): Evidence {
  if (octetAt(opening, 0) !== 0x05 || (opening.length > 1 && octetAt(opening, 1) !== 0x64)) return evidence.no;
  if (opening.length < headerLength) return evidence.more;
  if (octetAt(opening, 2) < 5 || (octetAt(opening, 3) & 0x80) !== direction) return evidence.no;
  return checksum(opening, 8) === little16At(opening, 8) ? evidence.yes : evidence.no;
}

/** CRC-16/DNP: polynomial 0x3d65, reflected, inverted at the end. */
function checksum(opening: Opening, end: number): number {
  let crc = 0;
  for (let at = 0; at < end; at++) {
    crc ^= octetAt(opening, at);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa6bc : crc >>> 1;
  }
  return crc ^ 0xffff;
}
