import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { octetAt, u16At } from './octets.js';

/** BGP-4 (RFC 4271 §4.1): a marker of sixteen 0xff, `length(16) type(8)`. Peers open alike. */
export const bgp: Protocol = fromPeers({
  name: 'bgp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [179],
  judge,
  firstSpeaker: recognition.rolesUnknown,
});

const markerLength = 16;
const headerLength = 19;
/** RFC 8654 lets messages grow to 65,535 octets; types end at ROUTE-REFRESH. */
const lastType = 5;

function judge(opening: Opening): Evidence {
  const seen = Math.min(opening.length, markerLength);
  for (let at = 0; at < seen; at++) if (octetAt(opening, at) !== 0xff) return evidence.no;
  if (opening.length < headerLength) return evidence.more;
  const type = octetAt(opening, 18);
  return u16At(opening, 16) >= headerLength && type >= 1 && type <= lastType ? evidence.yes : evidence.no;
}
