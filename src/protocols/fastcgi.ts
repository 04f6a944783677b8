import type { Opening, Protocol } from '../model/protocol.js';
import { followFastcgi } from './fastcgi-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At } from './octets.js';

/**
 * FastCGI (FastCGI Specification 1.0 §3.3): records of `version type request(16) length(16) padding reserved`. A web server begins
 * with BEGIN_REQUEST, whose body is `role(16) flags` and five zeros; an application answers on STDOUT or STDERR.
 */
export const fastcgi: Protocol = fromSides({
  name: 'fastcgi',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9000],
  follow: followFastcgi,
  client: judgeRequest,
  server: judgeAnswer,
});

const version = 1;
const type = { begin: 1, end: 3, stdout: 6, stderr: 7 } as const;
const headerLength = 8;
const bodyLength = 8;
const lastRole = 3;
/** KEEP_CONN is the only flag. */
const lastFlag = 1;

function judgeRequest(opening: Opening): Evidence {
  const { length } = opening;
  if (octetAt(opening, 0) !== version || (length > 1 && octetAt(opening, 1) !== type.begin)) return evidence.no;
  if (length < headerLength + bodyLength)
    return length > 5 && u16At(opening, 4) !== bodyLength ? evidence.no : evidence.more;
  if (u16At(opening, 2) === 0 || u16At(opening, 4) !== bodyLength || octetAt(opening, 7) !== 0) return evidence.no;
  const role = u16At(opening, headerLength);
  if (role < 1 || role > lastRole || octetAt(opening, headerLength + 2) > lastFlag) return evidence.no;
  for (let offset = headerLength + 3; offset < headerLength + bodyLength; offset++) {
    if (octetAt(opening, offset) !== 0) return evidence.no;
  }
  return evidence.yes;
}

/** Header lines come first on STDOUT, and text on STDERR. */
function judgeAnswer(opening: Opening): Evidence {
  const { length } = opening;
  if (octetAt(opening, 0) !== version) return evidence.no;
  if (length < headerLength + 2) return evidence.more;
  const kind = octetAt(opening, 1);
  if ((kind !== type.stdout && kind !== type.stderr) || u16At(opening, 2) === 0 || octetAt(opening, 7) !== 0) {
    return evidence.no;
  }
  return u16At(opening, 4) > 1 && isPrintable(octetAt(opening, 8)) && isPrintable(octetAt(opening, 9))
    ? evidence.likely
    : evidence.no;
}

function isPrintable(octet: number): boolean {
  return octet >= 0x20 && octet < 0x7f;
}
