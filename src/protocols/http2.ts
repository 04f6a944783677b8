import type { Opening, Protocol } from '../model/protocol.js';
import { followHttp2 } from './http/http2-follower.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAt, octetAt, pattern, u16At, u24At, u32At } from './octets.js';

/** HTTP/2 with prior knowledge (RFC 9113 §3.4 connection preface, §6.5 SETTINGS). gRPC in the clear is this. */
export const http2: Protocol = fromSides({
  name: 'http2',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [80, 8080, 50051, 2379, 2380, 9090, 15010],
  client: judgePreface,
  server: judgeSettings,
  follow: followHttp2,
});

const preface = pattern('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const frameHeaderLength = 9;
const settingLength = 6;
const frame = { headers: 1, settings: 4, goAway: 7, windowUpdate: 8 } as const;

/** Some servers send every registered setting and a GREASE one; none comes near this. */
const mostSettings = 32;

function judgePreface(opening: Opening): Evidence {
  return matchAt(opening, 0, preface);
}

/** The server's preface is a SETTINGS frame: `length(24) type(8) flags(8) stream(32)`, then `identifier(16) value(32)` each. */
function judgeSettings(opening: Opening): Evidence {
  const length = opening.length;
  if (octetAt(opening, 0) !== 0) return evidence.no;
  if (length < frameHeaderLength) return evidence.more;
  const payload = u24At(opening, 0);
  if (octetAt(opening, 3) !== frame.settings || octetAt(opening, 4) !== 0 || u32At(opening, 5) !== 0)
    return evidence.no;
  if (payload % settingLength !== 0 || payload > mostSettings * settingLength) return evidence.no;
  // An empty SETTINGS frame looks like a four-octet message of zeros behind a length: the next frame decides.
  if (payload === 0) return judgeNextFrame(opening);
  if (length < frameHeaderLength + 2) return evidence.more;
  return isKnownSetting(u16At(opening, frameHeaderLength)) ? evidence.yes : evidence.no;
}

function judgeNextFrame(opening: Opening): Evidence {
  const at = frameHeaderLength;
  if (opening.length < at + frameHeaderLength) return evidence.more;
  const payload = u24At(opening, at);
  const type = octetAt(opening, at + 3);
  const stream = u32At(opening, at + 5);
  const fits =
    (type === frame.settings && payload === 0 && octetAt(opening, at + 4) === 1 && stream === 0) ||
    (type === frame.windowUpdate && payload === 4 && stream === 0) ||
    (type === frame.goAway && payload >= 8 && payload < 0x4000 && stream === 0) ||
    (type === frame.headers && payload > 0 && payload <= 0x4000 && stream === 1);
  return fits ? evidence.yes : evidence.no;
}

/** IANA "HTTP/2 Settings": 1–6, 8, 9, Google's 0x10, and GREASE (0x?a?a). */
function isKnownSetting(identifier: number): boolean {
  return (identifier > 0 && identifier <= 0x10) || (identifier & 0x0f0f) === 0x0a0a;
}
