import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { little32At, matchAnyAt, patterns } from './octets.js';
import { followOpcua } from './opcua-dialogue.js';

/** OPC UA's TCP transport (OPC 10000-6 §7.1.2, message header): `type(24) 'F' length(32, little)`. */
export const opcua: Protocol = fromSides({
  name: 'opcua',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [4840, 4843],
  follow: followOpcua,
  client: (opening) => judge(opening, hello),
  server: (opening) => judge(opening, answers),
});

const hello = patterns('HELF');
/** Acknowledge, error, and the reverse hello of a server that connects out. */
const answers = patterns('ACKF', 'ERRF', 'RHEF');
const longest = 0x2000;

function judge(opening: Opening, wanted: readonly Uint8Array[]): Evidence {
  const match = matchAnyAt(opening, 0, wanted);
  if (match !== evidence.yes) return match;
  if (opening.length < 8) return evidence.more;
  const length = little32At(opening, 4);
  return length >= 12 && length <= longest ? evidence.yes : evidence.no;
}
