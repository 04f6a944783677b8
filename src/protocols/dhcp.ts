import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u32At } from './octets.js';

/** DHCP (RFC 2131 §2): BOOTP's 236 octets, then the cookie; on its ports BOOTP (RFC 951 §3) without one. */
export const dhcp: Protocol = fromSides({
  name: 'dhcp',
  kind: 'cleartext',
  transport: 'udp',
  ports: [67, 68],
  client: (opening, onUsualPort) => judge(opening, 1, onUsualPort),
  server: (opening, onUsualPort) => judge(opening, 2, onUsualPort),
});

const cookieAt = 236;
const cookie = 0x63825363;
const longestAddress = 16;

function judge(opening: Opening, operation: number, onUsualPort: boolean): Evidence {
  if (opening.length < cookieAt + 4 || octetAt(opening, 0) !== operation) return evidence.no;
  if (octetAt(opening, 2) > longestAddress) return evidence.no;
  return onUsualPort || u32At(opening, cookieAt) === cookie ? evidence.yes : evidence.no;
}
