import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { isDigit, matchAt, octetAt, pattern } from './octets.js';
import { followVnc } from './vnc-dialogue.js';

/** VNC's remote framebuffer (RFC 6143 §7.1.1): `RFB ddd.ddd LF`, the server first. */
export const vnc: Protocol = fromPeers({
  name: 'vnc',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [5900, 5901, 5902, 5903],
  follow: followVnc,
  judge,
  firstSpeaker: recognition.firstIsServer,
});

const version = pattern('RFB ');

function judge(opening: Opening): Evidence {
  const match = matchAt(opening, 0, version);
  if (match !== evidence.yes) return match;
  for (let at = 4; at < 12; at++) {
    if (at >= opening.length) return evidence.more;
    const octet = octetAt(opening, at);
    if (at === 7 ? octet !== 0x2e : at === 11 ? octet !== 0x0a : !isDigit(octet)) return evidence.no;
  }
  return evidence.yes;
}
