import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { octetAt } from './octets.js';
import { TelnetDialogue } from './telnet-dialogue.js';

/** Telnet (RFC 854 "TELNET command structure"): option negotiations, `IAC WILL|WONT|DO|DONT option`; plain text tells nothing. */
export const telnet: Protocol = fromPeers({
  name: 'telnet',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [23, 2323],
  judge,
  firstSpeaker: recognition.rolesUnknown,
  follow: (sink) => new TelnetDialogue(sink),
});

const interpretAsCommand = 0xff;
const subnegotiation = 0xfa;
/** Options are assigned to 49, and 138–140, and 255. */
const lastOption = 49;

/** Two negotiations in a row are certain, one is likely. */
function judge(opening: Opening): Evidence {
  const first = judgeCommand(opening, 0);
  if (first !== evidence.yes) return first;
  const second = judgeCommand(opening, 3);
  return second === evidence.yes ? evidence.yes : evidence.likely;
}

function judgeCommand(opening: Opening, start: number): Evidence {
  if (start >= opening.length) return evidence.more;
  if (octetAt(opening, start) !== interpretAsCommand) return evidence.no;
  if (start + 1 >= opening.length) return evidence.more;
  const command = octetAt(opening, start + 1);
  if (command < subnegotiation || command === 0xff) return evidence.no;
  if (start + 2 >= opening.length) return evidence.more;
  return octetAt(opening, start + 2) <= lastOption ? evidence.yes : evidence.no;
}
