import type { Opening, Protocol } from '../model/protocol.js';
import { followAjp } from './ajp-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At } from './octets.js';

/** AJP 1.3 (Tomcat's "AJPv13", packet headers): `12 34 length(16) code(8)` to the container, `A B length(16) code(8)` back. */
export const ajp: Protocol = fromSides({
  name: 'ajp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [8009],
  follow: followAjp,
  client: judgeRequest,
  server: judgeResponse,
});

const toContainer = 0x1234;
const fromContainer = 0x4142;
const largest = 0xffff;
const code = { forward: 2, ping: 10, body: 3, headers: 4, end: 5, getBody: 6, pong: 9 } as const;
const lastMethod = 27;

function judgeRequest(opening: Opening): Evidence {
  if (octetAt(opening, 0) !== toContainer >> 8) return evidence.no;
  if (opening.length < 5) return evidence.more;
  const length = u16At(opening, 2);
  if (u16At(opening, 0) !== toContainer || length > largest) return evidence.no;
  if (octetAt(opening, 4) === code.ping) return length === 1 ? evidence.yes : evidence.no;
  if (octetAt(opening, 4) !== code.forward || length < 16) return evidence.no;
  // Method, then the protocol as a string: 'HTTP/1.1'.
  if (opening.length < 12) return evidence.more;
  const isHttp = octetAt(opening, 8) === 0x48 && octetAt(opening, 9) === 0x54 && octetAt(opening, 10) === 0x54;
  return octetAt(opening, 5) >= 1 && octetAt(opening, 5) <= lastMethod && u16At(opening, 6) <= 16 && isHttp
    ? evidence.yes
    : evidence.no;
}

function judgeResponse(opening: Opening): Evidence {
  if (octetAt(opening, 0) !== fromContainer >> 8) return evidence.no;
  if (opening.length < 7) return opening.length >= 5 && isExactly(opening, code.pong, 1) ? evidence.yes : evidence.more;
  if (u16At(opening, 0) !== fromContainer) return evidence.no;
  if (isExactly(opening, code.pong, 1)) return evidence.yes;
  const status = u16At(opening, 5);
  return octetAt(opening, 4) === code.headers && status >= 100 && status < 600 ? evidence.yes : evidence.no;
}

function isExactly(opening: Opening, wanted: number, length: number): boolean {
  return u16At(opening, 0) === fromContainer && u16At(opening, 2) === length && octetAt(opening, 4) === wanted;
}
