import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u32At } from './octets.js';

/** ONC RPC over TCP, each message behind a fragment header (RFC 5531 §9 and §11): NFS, mount, the portmapper. */
export const sunRpcOverTcp: Protocol = fromSides({
  name: 'sun-rpc',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [111, 2049, 20048],
  client: (opening) => judgeFragment(opening, judgeCall),
  server: (opening) => judgeFragment(opening, judgeReply),
});

/** ONC RPC over UDP (RFC 5531 §9). */
export const sunRpcOverUdp: Protocol = fromSides({
  name: 'sun-rpc',
  kind: 'cleartext',
  transport: 'udp',
  ports: [111, 2049],
  client: (opening) => judgeCall(opening, 0),
  server: (opening) => judgeReply(opening, 0),
});

const largestFragment = 0x200000;
const lastFlavor = 6;

function judgeFragment(opening: Opening, judge: (opening: Opening, start: number) => Evidence): Evidence {
  if (octetAt(opening, 0) !== 0x80) return evidence.no;
  if (opening.length < 4) return evidence.more;
  const length = u32At(opening, 0) - 0x80000000;
  return length < 24 || length > largestFragment ? evidence.no : judge(opening, 4);
}

/** `xid(32) 0 version(32) 2 program(32) version(32) procedure(32) flavor(32) length(32)`. */
function judgeCall(opening: Opening, start: number): Evidence {
  if (opening.length < start + 28)
    return opening.length >= start + 8 && u32At(opening, start + 4) !== 0 ? evidence.no : evidence.more;
  const isCall = u32At(opening, start + 4) === 0 && u32At(opening, start + 8) === 2;
  return isCall &&
    u32At(opening, start + 16) < 0x100 &&
    u32At(opening, start + 20) < 0x100 &&
    isFlavor(u32At(opening, start + 24))
    ? evidence.yes
    : evidence.no;
}

/** `xid(32) 1 accepted(32) 0 flavor(32) length(32) status(32)`. */
function judgeReply(opening: Opening, start: number): Evidence {
  if (opening.length < start + 24)
    return opening.length >= start + 8 && u32At(opening, start + 4) !== 1 ? evidence.no : evidence.more;
  const isReply = u32At(opening, start + 4) === 1 && u32At(opening, start + 8) === 0;
  const verifier = u32At(opening, start + 16);
  if (!isReply || !isFlavor(u32At(opening, start + 12)) || verifier > 400) return evidence.no;
  const statusAt = start + 20 + verifier;
  if (opening.length < statusAt + 4) return evidence.more;
  return u32At(opening, statusAt) <= 5 ? evidence.yes : evidence.no;
}

/** AUTH_NONE to AUTH_RPCSEC_GSS, and AUTH_TLS (7, RFC 9289). */
function isFlavor(value: number): boolean {
  return value <= lastFlavor + 1;
}
