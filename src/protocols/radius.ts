import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { fillsDatagram, octetAt, u16At } from './octets.js';
import { followRadius } from './radius-dialogue.js';

/** RADIUS (RFC 2865 §3, RFC 2866 §3, RFC 5176 §2.3): `code(8) id(8) length(16) authenticator(128)`, then attributes. */
export const radius: Protocol = fromSides({
  name: 'radius',
  kind: 'cleartext',
  transport: 'udp',
  ports: [1812, 1813, 1645, 1646, 3799],
  follow: followRadius,
  client: (opening, onUsualPort) => judge(opening, onUsualPort, isRequest),
  server: (opening, onUsualPort) => judge(opening, onUsualPort, isAnswer),
});

const headerLength = 20;
const longest = 4096;

function judge(opening: Opening, onUsualPort: boolean, isOwn: (code: number) => boolean): Evidence {
  if (opening.length < headerLength || !isOwn(octetAt(opening, 0))) return evidence.no;
  const length = u16At(opening, 2);
  if (length < headerLength || length > longest || !fillsDatagram(opening, length)) return evidence.no;
  const attributes = countAttributes(opening);
  if (attributes < 0) return evidence.no;
  return attributes >= 2 || onUsualPort ? evidence.yes : evidence.likely;
}

/** Attributes of `type(8) length(8) value` up to the end, -1 where they don't add up. */
function countAttributes(opening: Opening): number {
  let count = 0;
  let at = headerLength;
  while (at + 1 < opening.length) {
    const length = octetAt(opening, at + 1);
    if (octetAt(opening, at) === 0 || length < 2) return -1;
    at += length;
    count++;
  }
  return fillsDatagram(opening, at) ? count : -1;
}

/** Access, accounting, status, disconnect and change-of-authorization requests. */
function isRequest(code: number): boolean {
  return code === 1 || code === 4 || code === 12 || code === 40 || code === 43;
}

function isAnswer(code: number): boolean {
  return (
    code === 2 || code === 3 || code === 5 || code === 11 || code === 41 || code === 42 || code === 44 || code === 45
  );
}
