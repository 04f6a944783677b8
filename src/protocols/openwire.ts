import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { matchAt, octetAt, pattern, u32At } from './octets.js';

/** ActiveMQ's OpenWire (WireFormatInfo): `length(32) 1 "ActiveMQ" version(32)`. Both sides send it, and either first. */
export const openwire: Protocol = fromPeers({
  name: 'openwire',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [61616],
  judge,
  firstSpeaker: recognition.rolesUnknown,
});

const magic = pattern('\x01ActiveMQ');

function judge(opening: Opening): Evidence {
  if (octetAt(opening, 0) !== 0) return evidence.no;
  if (opening.length < 4) return evidence.more;
  const length = u32At(opening, 0);
  return length < 13 || length > 0xffff ? evidence.no : matchAt(opening, 4, magic);
}
