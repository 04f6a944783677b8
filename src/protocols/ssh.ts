import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { matchAnyAt, octetAt, patterns, printableIn, u32At } from './octets.js';

/** SSH (RFC 4253 §4.2 identification string, §7.1 SSH_MSG_KEXINIT where a capture begins after it). Both sides send the same. */
export const ssh: Protocol = fromPeers({
  name: 'ssh',
  kind: 'opaque',
  transport: 'tcp',
  ports: [22, 2222, 22022, 830],
  judge,
  firstSpeaker: recognition.rolesUnknown,
});

const identifications = patterns('SSH-2.', 'SSH-1.');
const keyExchangeInit = 20;
const cookieEnd = 22;

function judge(opening: Opening): Evidence {
  return octetAt(opening, 0) === 0 ? judgeKeyExchangeInit(opening) : matchAnyAt(opening, 0, identifications);
}

/** `length(32) padding(8) 20 cookie(128) name-list`: the first name-list is the key exchange methods. */
function judgeKeyExchangeInit(opening: Opening): Evidence {
  if (opening.length < 6) return evidence.more;
  const length = u32At(opening, 0);
  const padding = octetAt(opening, 4);
  if (length < 64 || length > 35_000 || padding < 4 || padding >= length || octetAt(opening, 5) !== keyExchangeInit)
    return evidence.no;
  if (opening.length < cookieEnd + 16) return evidence.more;
  const names = u32At(opening, cookieEnd);
  if (names < 12 || names > length - 22) return evidence.no;
  return printableIn(opening, cookieEnd + 4, cookieEnd + 16) ? evidence.yes : evidence.no;
}
