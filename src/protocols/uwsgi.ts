import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Opening, Protocol } from '../model/protocol.js';
import { type HeadForm, OneRequestFollower } from './gateway/one-request.js';
import type { GatewayVariables } from './gateway/variables.js';
import { type Evidence, evidence, fromSides, tellsNothing } from './judge.js';
import { octetAt } from './octets.js';

/**
 * The uwsgi protocol (uWSGI documentation, "The uwsgi Protocol"): `modifier1 size(16) modifier2`, then variables, each
 * `length(16) name length(16) value`, all little-endian. The answer is one of HTTP, or of CGI.
 */
export const uwsgi: Protocol = fromSides({
  name: 'uwsgi',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [3031],
  follow: followUwsgi,
  client: judgeRequest,
  server: tellsNothing,
});

const headerLength = 4;
/** Modifiers of requests in variables: WSGI, PSGI, Lua, Rack, CGI, PHP, Mono, and others of plugins. */
const modifiers: ReadonlySet<number> = new Set([0, 5, 6, 7, 9, 14, 15, 18, 24]);
const shortestName = 3;
const longestName = 64;

/** Begins to follow a connection of uwsgi. */
function followUwsgi(sink: ContentSink): Follower {
  return new OneRequestFollower(sink, form);
}

/** The first two names must be of variables: capitals, digits and low lines. */
function judgeRequest(opening: Opening): Evidence {
  const { length } = opening;
  if (!modifiers.has(octetAt(opening, 0)) || (length > 3 && octetAt(opening, 3) !== 0)) return evidence.no;
  if (length < headerLength + 2) return evidence.more;
  const size = little16At(opening, 1);
  let at = headerLength;
  for (let name = 0; name < 2; name++) {
    if (at + 2 > length) return evidence.more;
    const nameLength = little16At(opening, at);
    const next = at + 2 + nameLength + 2;
    if (nameLength < shortestName || nameLength > longestName || next > headerLength + size) return evidence.no;
    for (let offset = at + 2; offset < Math.min(next - 2, length); offset++) {
      if (!isOfName(octetAt(opening, offset))) return evidence.no;
    }
    if (next > length) return evidence.more;
    at = next + little16At(opening, next - 2);
    if (at > headerLength + size) return evidence.no;
  }
  return evidence.yes;
}

const form: HeadForm = {
  title: 'uwsgi',
  measure: (bytes, start, end) =>
    end - start < headerLength ? 0 : headerLength + (bytes[start + 1]! | (bytes[start + 2]! << 8)),
  read(bytes: Uint8Array, start: number, end: number, told: GatewayVariables): void {
    let at = start + headerLength;
    while (at + 2 <= end) {
      const nameEnd = at + 2 + (bytes[at]! | (bytes[at + 1]! << 8));
      if (nameEnd + 2 > end) return;
      const valueEnd = nameEnd + 2 + (bytes[nameEnd]! | (bytes[nameEnd + 1]! << 8));
      if (valueEnd > end) return;
      told.variable(bytes, at + 2, nameEnd, nameEnd + 2, valueEnd);
      at = valueEnd;
    }
  },
};

function little16At(opening: Opening, offset: number): number {
  return octetAt(opening, offset) | (octetAt(opening, offset + 1) << 8);
}

function isOfName(octet: number): boolean {
  return (octet >= 0x41 && octet <= 0x5a) || octet === 0x5f || (octet >= 0x30 && octet <= 0x39);
}
