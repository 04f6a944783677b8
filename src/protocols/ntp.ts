import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt } from './octets.js';

/** NTP (RFC 5905 §7.3): `leap(2) version(3) mode(3) stratum(8) poll(8) precision(8) …` in 48 octets or more. */
export const ntp: Protocol = fromSides({
  name: 'ntp',
  kind: 'cleartext',
  transport: 'udp',
  ports: [123],
  client: (opening) => judge(opening, mode.symmetricActive, mode.client),
  server: (opening) => judge(opening, mode.symmetricPassive, mode.server),
});

const mode = { symmetricActive: 1, symmetricPassive: 2, client: 3, server: 4 } as const;
const headerLength = 48;

/** No field is fixed: likely, so that both sides or the port have to agree. */
function judge(opening: Opening, symmetric: number, own: number): Evidence {
  if (opening.length < headerLength || opening.length % 4 !== 0) return evidence.no;
  const first = octetAt(opening, 0);
  const version = (first >> 3) & 7;
  const isOwn = (first & 7) === symmetric || (first & 7) === own;
  return isOwn && version >= 1 && version <= 4 && octetAt(opening, 1) <= 16 && octetAt(opening, 2) <= 17
    ? evidence.likely
    : evidence.no;
}
