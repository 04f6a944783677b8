import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { findOctet, octetAt } from './octets.js';
import { SocksDialogue } from './socks-dialogue.js';

/** SOCKS 4 and 5 (RFC 1928 §3–§6, RFC 1929): tiny messages, so mostly both sides are needed. */
export const socks: Protocol = fromSides({
  name: 'socks',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1080, 1081, 9050, 9150],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new SocksDialogue(sink),
});

const lastMethod = 9;
const noneAcceptable = 0xff;

function judgeClient(opening: Opening): Evidence {
  const version = octetAt(opening, 0);
  if (version === 5) return judgeMethods(opening);
  return version === 4 ? judgeVersion4(opening) : evidence.no;
}

/** `05 count methods…`, then a request `05 command 00 address type`, or `01` and a name and password. */
function judgeMethods(opening: Opening): Evidence {
  if (opening.length < 3) return evidence.more;
  const count = octetAt(opening, 1);
  if (count === 0 || count > lastMethod + 1) return evidence.no;
  const end = 2 + count;
  for (let at = 2; at < end; at++) {
    if (at >= opening.length) return evidence.more;
    if (octetAt(opening, at) > lastMethod && octetAt(opening, at) < 0x80) return evidence.no;
  }
  if (opening.length < end + 4) return evidence.likely;
  return octetAt(opening, end) === 5 &&
    isCommand(octetAt(opening, end + 1)) &&
    octetAt(opening, end + 2) === 0 &&
    isAddressType(octetAt(opening, end + 3))
    ? evidence.yes
    : evidence.likely;
}

/** `04 command port(16) address(32) user NUL`. */
function judgeVersion4(opening: Opening): Evidence {
  if (opening.length > 1 && (octetAt(opening, 1) < 1 || octetAt(opening, 1) > 2)) return evidence.no;
  if (opening.length < 9) return evidence.more;
  const end = findOctet(opening, 8, 0);
  if (end < 0) return opening.length > 64 ? evidence.no : evidence.more;
  for (let at = 8; at < end; at++) if (octetAt(opening, at) < 0x20 || octetAt(opening, at) > 0x7e) return evidence.no;
  return evidence.likely;
}

function judgeServer(opening: Opening): Evidence {
  if (opening.length < 2) return octetAt(opening, 0) === 5 || octetAt(opening, 0) === 0 ? evidence.more : evidence.no;
  const second = octetAt(opening, 1);
  // Version 4 answers `00 status`: granted 0x5a, refused 0x5b to 0x5d.
  if (octetAt(opening, 0) === 0) return second >= 0x5a && second <= 0x5d ? evidence.likely : evidence.no;
  if (octetAt(opening, 0) !== 5 || (second > lastMethod && second !== noneAcceptable)) return evidence.no;
  return evidence.likely;
}

function isCommand(octet: number): boolean {
  return octet >= 1 && octet <= 3;
}

function isAddressType(octet: number): boolean {
  return octet === 1 || octet === 3 || octet === 4;
}
