import type { Opening, Protocol } from '../model/protocol.js';
import { followS7 } from './control-dialogue.js';
import { type Evidence, evidence, fromSides, type Judge } from './judge.js';
import { matchAt, octetAt, pattern, u16At } from './octets.js';
import { followRdp } from './rdp-dialogue.js';

// TPKT (RFC 1006 §6) carries several protocols: `03 00 length(16)`, then an X.224 header `length(8) type(8) …`. What
// follows tells which.

/** RDP before its TLS ([MS-RDPBCGR] §2.2.1.1 X.224 Connection Request with a cookie or a negotiation request, MCS in T.125). */
export const rdp: Protocol = fromSides({
  name: 'rdp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [3389],
  follow: followRdp,
  client: judgePacket(judgeRdpClient),
  server: judgePacket(judgeRdpServer),
});

/** Siemens S7 (protocol id 0x32 in ISO transport data). */
export const s7comm: Protocol = fromSides({
  name: 's7comm',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [102],
  follow: followS7,
  client: judgePacket((opening) => judgeS7(opening, true)),
  server: judgePacket((opening) => judgeS7(opening, false)),
});

/** ISO transport over TCP whose user is not told yet: MMS, S7, X.400 and others connect with TSAP parameters. */
export const isoTsap: Protocol = fromSides({
  name: 'iso-tsap',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [102],
  follow: followS7,
  client: judgePacket((opening) => judgeConnect(opening, x224.connectRequest)),
  server: judgePacket((opening) => judgeConnect(opening, x224.connectConfirm)),
});

/** H.323 call signalling (H.225.0 in Q.931, protocol discriminator 8). */
export const h323: Protocol = fromSides({
  name: 'h323',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [1720],
  client: judgePacket((opening) => judgeCall(opening, false)),
  server: judgePacket((opening) => judgeCall(opening, true)),
});

const x224 = { connectRequest: 0xe0, connectConfirm: 0xd0, data: 0xf0 } as const;
const typeAt = 5;
const variableAt = 11;
const cookie = pattern('Cookie: ');
const s7 = pattern('\x02\xf0\x80\x32');
const mcsInitial = pattern('\x02\xf0\x80\x7f\x65');
const mcsResponse = pattern('\x02\xf0\x80\x7f\x66');

function judgePacket(judge: Judge): Judge {
  return (opening: Opening, onUsualPort: boolean): Evidence => {
    if (octetAt(opening, 0) !== 3 || (opening.length > 1 && octetAt(opening, 1) !== 0)) return evidence.no;
    if (opening.length < 7) return evidence.more;
    return u16At(opening, 2) < 7 ? evidence.no : judge(opening, onUsualPort);
  };
}

function judgeRdpClient(opening: Opening): Evidence {
  if (octetAt(opening, typeAt) !== x224.connectRequest) return matchAt(opening, 4, mcsInitial);
  const connect = judgeHeader(opening);
  if (connect !== evidence.likely) return connect;
  // Without cookie and negotiation the request is eleven octets: thin, unless on the port.
  if (u16At(opening, 2) === variableAt) return evidence.likely;
  const named = matchAt(opening, variableAt, cookie);
  return named === evidence.no ? judgeNegotiation(opening, 1) : named;
}

function judgeRdpServer(opening: Opening): Evidence {
  if (octetAt(opening, typeAt) !== x224.connectConfirm) return matchAt(opening, 4, mcsResponse);
  const confirm = judgeHeader(opening);
  if (confirm !== evidence.likely) return confirm;
  if (u16At(opening, 2) === variableAt) return evidence.likely;
  const accepted = judgeNegotiation(opening, 2);
  return accepted === evidence.no ? judgeNegotiation(opening, 3) : accepted;
}

/** `type(8) flags(8) length(16, little) 8 …`: request 1, response 2, failure 3. */
function judgeNegotiation(opening: Opening, type: number): Evidence {
  if (opening.length < variableAt + 4) return evidence.more;
  if (octetAt(opening, variableAt) !== type || octetAt(opening, variableAt + 2) !== 8) return evidence.no;
  return octetAt(opening, variableAt + 3) === 0 ? evidence.yes : evidence.no;
}

/** TSAP and size parameters: calling 0xc1, called 0xc2, size 0xc0. */
function judgeConnect(opening: Opening, type: number): Evidence {
  if (octetAt(opening, typeAt) !== type) return evidence.no;
  const header = judgeHeader(opening);
  if (header !== evidence.likely) return header;
  if (opening.length < variableAt + 2) return evidence.more;
  const parameter = octetAt(opening, variableAt);
  return parameter >= 0xc0 && parameter <= 0xc2 && octetAt(opening, variableAt + 1) <= 16 ? evidence.yes : evidence.no;
}

function judgeHeader(opening: Opening): Evidence {
  // The X.224 header fills the packet: its length octet counts what follows it.
  return octetAt(opening, 4) === u16At(opening, 2) - 5
    ? opening.length < variableAt
      ? evidence.more
      : evidence.likely
    : evidence.no;
}

/** `32 type(8) …`: jobs (1) are the client's, acknowledgments (2, 3) the server's, user data (7) anyone's. */
function judgeS7(opening: Opening, isClient: boolean): Evidence {
  const match = matchAt(opening, 4, s7);
  if (match !== evidence.yes) return match;
  if (opening.length < 9) return evidence.more;
  const type = octetAt(opening, 8);
  if (type === 1 || type === 7) return isClient ? evidence.yes : evidence.no;
  return (type === 2 || type === 3) && !isClient ? evidence.yes : evidence.no;
}

/** `08 length(8) 2 reference(16) type(8)`: the reference's top bit is set by the called side. */
function judgeCall(opening: Opening, isCalled: boolean): Evidence {
  if (octetAt(opening, 4) !== 8 || octetAt(opening, 5) !== 2) return evidence.no;
  if (opening.length < 11) return evidence.more;
  const type = octetAt(opening, 8);
  const isMessage =
    type === 0x01 || type === 0x02 || type === 0x03 || type === 0x05 || type === 0x07 || type === 0x5a || type === 0x62;
  // The user-user element (0x7e) or bearer capability (0x04) comes first in what H.225.0 sends.
  const isElement = octetAt(opening, 9) === 0x04 || octetAt(opening, 9) === 0x7e || octetAt(opening, 9) === 0x28;
  return octetAt(opening, 6) >= 0x80 === isCalled && isMessage && isElement ? evidence.yes : evidence.no;
}
