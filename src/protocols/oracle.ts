import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At, zerosAt } from './octets.js';
import { followOracle } from './oracle-dialogue.js';

/** Oracle's Transparent Network Substrate: `length(16) checksum(16) 0 type(8) flags(8) checksum(16) 0 …`, as its clients send it. */
export const oracle: Protocol = fromSides({
  name: 'oracle',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1521, 1522, 1526, 2483],
  follow: followOracle,
  client: judgeClient,
  server: judgeServer,
});

const headerLength = 8;
const packet = { connect: 1, accept: 2, refuse: 4, redirect: 5, resend: 11 } as const;
/** Versions 8.0 (300) to 23 (319 and on). */
const version = { first: 300, last: 340 } as const;

/** Connect: `version(16) compatible(16) options(16) unit(16) …`. */
function judgeClient(opening: Opening): Evidence {
  if (!startsAsPacket(opening)) return evidence.no;
  if (opening.length < headerLength + 4) return evidence.more;
  if (octetAt(opening, 4) !== packet.connect || u16At(opening, 0) < 34) return evidence.no;
  return isVersion(u16At(opening, headerLength)) && isVersion(u16At(opening, headerLength + 2))
    ? evidence.yes
    : evidence.no;
}

function judgeServer(opening: Opening): Evidence {
  if (!startsAsPacket(opening)) return evidence.no;
  if (opening.length < headerLength) return evidence.more;
  const type = octetAt(opening, 4);
  const length = u16At(opening, 0);
  if (type === packet.resend) return length === headerLength ? evidence.likely : evidence.no;
  if (type === packet.refuse || type === packet.redirect) return length > headerLength ? evidence.likely : evidence.no;
  if (type !== packet.accept || length < 24) return evidence.no;
  if (opening.length < headerLength + 2) return evidence.more;
  return isVersion(u16At(opening, headerLength)) ? evidence.yes : evidence.no;
}

/** Both checksums are zero everywhere since the 1990s. */
function startsAsPacket(opening: Opening): boolean {
  if (opening.length < headerLength) return opening.length < 4 || zerosAt(opening, 2, 2);
  return zerosAt(opening, 2, 2) && octetAt(opening, 5) < 0x80 && zerosAt(opening, 6, 2);
}

function isVersion(value: number): boolean {
  return value >= version.first && value <= version.last;
}
