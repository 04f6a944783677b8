import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers, fromSides } from './judge.js';
import { octetAt, u16At } from './octets.js';

/** NetBIOS name service (RFC 1002 §4.2): DNS's header, then a name of 32 letters from A to P. */
export const netbiosName: Protocol = fromSides({
  name: 'netbios',
  kind: 'cleartext',
  transport: 'udp',
  ports: [137],
  client: (opening) => judgeName(opening, 0x0000),
  server: (opening) => judgeName(opening, 0x8000),
});

/** NetBIOS datagram service (RFC 1002 §4.4.1): browser announcements and the like, answered by nobody. */
export const netbiosDatagram: Protocol = fromPeers({
  name: 'netbios',
  kind: 'cleartext',
  transport: 'udp',
  ports: [138],
  judge: judgeDatagram,
  firstSpeaker: recognition.firstIsClient,
});

const nameHeaderLength = 12;
const nameType = { service: 0x20, status: 0x21 } as const;
const datagramHeaderLength = 14;
const datagramType = { unique: 0x10, broadcast: 0x12 } as const;

function judgeName(opening: Opening, direction: number): Evidence {
  if ((opening.length >= 4 && (u16At(opening, 2) & 0x8000) !== direction) || !isEncodedName(opening, nameHeaderLength))
    return evidence.no;
  const typeAt = nameHeaderLength + 34;
  if (opening.length < typeAt + 4 || u16At(opening, 4) + u16At(opening, 6) === 0) return evidence.no;
  const type = u16At(opening, typeAt);
  return type === nameType.service || type === nameType.status ? evidence.yes : evidence.no;
}

/** `type(8) flags(8) id(16) address(32) port(16) length(16) offset(16) source destination data`. */
function judgeDatagram(opening: Opening): Evidence {
  const type = octetAt(opening, 0);
  if (type < datagramType.unique || type > datagramType.broadcast) return evidence.no;
  return isEncodedName(opening, datagramHeaderLength) ? evidence.yes : evidence.no;
}

function isEncodedName(opening: Opening, at: number): boolean {
  if (opening.length < at + 34 || octetAt(opening, at) !== 32) return false;
  for (let letter = at + 1; letter <= at + 32; letter++) {
    const octet = octetAt(opening, letter);
    if (octet < 0x41 || octet > 0x50) return false;
  }
  return true;
}
