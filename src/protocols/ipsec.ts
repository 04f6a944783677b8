import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { fillsDatagram, octetAt, u32At, zerosAt } from './octets.js';

/** IKE and, on its port, ESP in UDP (RFC 7296 §3.1 header, RFC 3948 §2.1 and §2.2). */
export const ipsec: Protocol = fromSides({
  name: 'ipsec',
  kind: 'opaque',
  transport: 'udp',
  ports: [500, 4500],
  client: (opening, onUsualPort) => judge(opening, onUsualPort, true),
  server: (opening, onUsualPort) => judge(opening, onUsualPort, false),
});

const headerLength = 28;
/** IKEv1's exchanges are 2 to 5, 32 and 33; IKEv2's 34 to 43. */
const version = { one: 0x10, two: 0x20 } as const;
const responseFlag = 0x20;

function judge(opening: Opening, onUsualPort: boolean, isClient: boolean): Evidence {
  // Four zeros tell IKE from ESP on port 4500.
  const start = zerosAt(opening, 0, 4) ? 4 : 0;
  const ike = judgeIke(opening, start, isClient);
  if (ike !== evidence.no || start === 4) return ike;
  const isEsp = onUsualPort && opening.length >= 28 && u32At(opening, 0) > 0xff && u32At(opening, 4) < 0x1000000;
  return isEsp ? evidence.likely : evidence.no;
}

/** `initiator(64) responder(64) next(8) version(8) exchange(8) flags(8) message(32) length(32)`. */
function judgeIke(opening: Opening, start: number, isClient: boolean): Evidence {
  if (opening.length < start + headerLength || zerosAt(opening, start, 8)) return evidence.no;
  const major = octetAt(opening, start + 17);
  const exchange = octetAt(opening, start + 18);
  const isExchange =
    major === version.two
      ? exchange >= 34 && exchange <= 43
      : (exchange >= 2 && exchange <= 5) || exchange === 32 || exchange === 33;
  if ((major !== version.one && major !== version.two) || !isExchange) return evidence.no;
  if (!fillsDatagram(opening, u32At(opening, start + 24) + start)) return evidence.no;
  const isAnswer =
    major === version.two
      ? (octetAt(opening, start + 19) & responseFlag) !== 0
      : !isClient && !zerosAt(opening, start + 8, 8);
  return isAnswer === isClient ? evidence.no : evidence.yes;
}
