import type { Opening, Protocol } from '../model/protocol.js';
import { berUnfinished, enterBer, skipBer } from './ber.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { followLdap } from './ldap-dialogue.js';
import { octetAt } from './octets.js';

/** LDAP, and CLDAP over UDP (RFC 4511 §4.1.1): `SEQUENCE { messageID INTEGER, protocolOp [APPLICATION n] … }`. */
export const ldap: Protocol = fromSides({
  name: 'ldap',
  kind: 'cleartext',
  transport: 'both',
  ports: [389, 3268, 1389, 10389],
  follow: followLdap,
  client: (opening) => judge(opening, requestContent),
  server: (opening) => judge(opening, responseContent),
});

const tag = { sequence: 0x30, integer: 0x02, octets: 0x04, enumerated: 0x0a } as const;
const unbind = 0x42;
const abandon = 0x50;

/** Tag that an operation's content begins with, 0 where the tag is no operation of this direction. */
function requestContent(operation: number): number {
  switch (operation) {
    case 0x60: // bind: version
      return tag.integer;
    case 0x63: // search: base
    case 0x66: // modify: object
    case 0x68: // add: entry
    case 0x6c: // modify DN: entry
    case 0x6e: // compare: entry
      return tag.octets;
    case 0x77: // extended: name
      return 0x80;
    default:
      return 0;
  }
}

function responseContent(operation: number): number {
  switch (operation) {
    case 0x61: // results all begin with a code
    case 0x65:
    case 0x67:
    case 0x69:
    case 0x6b:
    case 0x6d:
    case 0x6f:
    case 0x78:
      return tag.enumerated;
    case 0x64: // search result entry: name
    case 0x73: // search result reference: URI
      return tag.octets;
    default:
      return 0;
  }
}

function judge(opening: Opening, contentOf: (operation: number) => number): Evidence {
  const inside = enterBer(opening, 0, tag.sequence);
  if (inside < 0) return unreadable(inside);
  const id = enterBer(opening, inside, tag.integer);
  if (id < 0) return unreadable(id);
  const operationAt = skipBer(opening, inside);
  if (operationAt - id > 4 || operationAt - id < 1) return evidence.no;
  if (operationAt >= opening.length) return evidence.more;
  const operation = octetAt(opening, operationAt);
  // Unbind is empty and abandon names a message: both bare enough to want an exact end.
  if (contentOf === requestContent && (operation === unbind || operation === abandon))
    return judgeBare(opening, operationAt);
  const wanted = contentOf(operation);
  if (wanted === 0) return evidence.no;
  const content = enterBer(opening, operationAt, operation);
  if (content < 0) return unreadable(content);
  const ends = skipBer(opening, operationAt);
  const end = skipBer(opening, 0);
  if (ends > end || (ends < end && ends < opening.length && octetAt(opening, ends) !== 0xa0)) return evidence.no;
  if (content + 1 >= opening.length) return evidence.more;
  if (octetAt(opening, content) !== wanted) return evidence.no;
  const isShort = wanted === tag.enumerated || wanted === tag.integer;
  return isShort && octetAt(opening, content + 1) !== 1 ? evidence.no : evidence.yes;
}

function judgeBare(opening: Opening, at: number): Evidence {
  if (at + 1 >= opening.length) return evidence.more;
  return octetAt(opening, at + 1) <= 4 && skipBer(opening, at) === skipBer(opening, 0) ? evidence.likely : evidence.no;
}

function unreadable(code: number): Evidence {
  return code === berUnfinished ? evidence.more : evidence.no;
}
