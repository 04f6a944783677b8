import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt } from './octets.js';

/** CoAP (RFC 7252 §3): `version(2) 1 type(2) token length(4) code(8) message(16) token options`. Likely at best: a small header. */
export const coap: Protocol = fromSides({
  name: 'coap',
  kind: 'cleartext',
  transport: 'udp',
  ports: [5683],
  client: (opening, onUsualPort) => (onUsualPort ? judge(opening, isMethod) : evidence.no),
  server: (opening, onUsualPort) => (onUsualPort ? judge(opening, isResponse) : evidence.no),
});

const payloadMarker = 0xff;

function judge(opening: Opening, isOwn: (code: number) => boolean): Evidence {
  if (opening.length < 4) return evidence.no;
  const first = octetAt(opening, 0);
  const token = first & 0x0f;
  if (first >> 6 !== 1 || token > 8 || !isOwn(octetAt(opening, 1))) return evidence.no;
  return hasOptions(opening, 4 + token) ? evidence.likely : evidence.no;
}

/** Options of `delta(4) length(4)` with extensions of up to two octets, to the end or the payload marker (§3.1). */
function hasOptions(opening: Opening, start: number): boolean {
  let at = start;
  while (at < opening.length) {
    const header = octetAt(opening, at);
    if (header === payloadMarker) return at + 1 < opening.length;
    const delta = header >> 4;
    const length = header & 0x0f;
    if (delta === 15 || length === 15) return false;
    at += 1 + extension(delta);
    if (length >= 13 && at + 1 >= opening.length) return false;
    const long =
      length === 13
        ? octetAt(opening, at) + 13
        : length === 14
          ? (octetAt(opening, at) << 8) + octetAt(opening, at + 1) + 269
          : length;
    at += extension(length) + long;
  }
  return at === opening.length;
}

function extension(nibble: number): number {
  return nibble === 13 ? 1 : nibble === 14 ? 2 : 0;
}

/** 0.01 GET to 0.07 iPATCH. */
function isMethod(code: number): boolean {
  return code >= 1 && code <= 7;
}

/** An empty acknowledgment, or classes 2, 4 and 5. */
function isResponse(code: number): boolean {
  const kind = code >> 5;
  return code === 0 || kind === 2 || kind === 4 || kind === 5;
}
