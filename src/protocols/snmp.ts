import type { Opening, Protocol } from '../model/protocol.js';
import { enterBer, skipBer } from './ber.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt } from './octets.js';
import { followSnmp } from './snmp-dialogue.js';

/** SNMP 1, 2c and 3 (RFC 1157 §4, RFC 3416 §3, RFC 3412 §6): `SEQUENCE { version INTEGER, community OCTET STRING, PDU }`. */
export const snmp: Protocol = fromSides({
  name: 'snmp',
  kind: 'cleartext',
  transport: 'udp',
  ports: [161, 162],
  follow: followSnmp,
  client: (opening) => judge(opening, false),
  server: (opening) => judge(opening, true),
});

const tag = { sequence: 0x30, integer: 0x02, octets: 0x04, response: 0xa2 } as const;
/** get, get-next, response, set, trap, get-bulk, inform, trap 2, report. */
const pdu = { first: 0xa0, last: 0xa8 } as const;
const reportable = 0x04;

function judge(opening: Opening, isServer: boolean): Evidence {
  const version = enterBer(opening, 0, tag.sequence);
  const value = version < 0 ? version : enterBer(opening, version, tag.integer);
  if (value < 0 || value >= opening.length || octetAt(opening, value - 1) !== 1) return evidence.no;
  const number = octetAt(opening, value);
  if (number === 3) return judgeVersion3(opening, value + 1, isServer);
  const community = number <= 1 ? enterBer(opening, value + 1, tag.octets) : -1;
  const data = community < 0 ? community : skipBer(opening, value + 1);
  if (data < 0 || data >= opening.length) return evidence.no;
  const type = octetAt(opening, data);
  return type >= pdu.first && type <= pdu.last && (type === tag.response) === isServer ? evidence.yes : evidence.no;
}

/** `SEQUENCE { id INTEGER, size INTEGER, flags OCTET STRING (1), model INTEGER (3) }`; answers are not reportable. */
function judgeVersion3(opening: Opening, at: number, isServer: boolean): Evidence {
  const header = enterBer(opening, at, tag.sequence);
  const id = header < 0 ? header : enterBer(opening, header, tag.integer);
  const size = id < 0 ? id : enterBer(opening, skipBer(opening, header), tag.integer);
  if (size < 0) return evidence.no;
  const flagsAt = skipBer(opening, skipBer(opening, header));
  const flags = flagsAt < 0 ? flagsAt : enterBer(opening, flagsAt, tag.octets);
  if (flags < 0 || flags >= opening.length || octetAt(opening, flags - 1) !== 1) return evidence.no;
  return ((octetAt(opening, flags) & reportable) === 0) === isServer ? evidence.yes : evidence.no;
}
