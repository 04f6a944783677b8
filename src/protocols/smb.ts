import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, octetAt, patterns, u24At } from './octets.js';
import { followSmb } from './smb-dialogue.js';

/** SMB 1–3 over TCP or NetBIOS sessions ([MS-SMB2] §2.1 transport, RFC 1002 §4.3.1 session packets). */
export const smb: Protocol = fromSides({
  name: 'smb',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [445, 139],
  follow: followSmb,
  client: (opening) => judge(opening, false),
  server: (opening) => judge(opening, true),
});

/** SMB 1, SMB 2 and 3, SMB 3 encrypted, SMB 3 compressed. */
const signatures = patterns('\xffSMB', '\xfeSMB', '\xfdSMB', '\xfcSMB');
const headerLength = 4;
const packet = { message: 0x00, request: 0x81, positive: 0x82, negative: 0x83 } as const;
/** SMB 1: the reply bit of `flags`; SMB 2: the lowest bit of its flags. */
const flagsAt = { smb1: headerLength + 9, smb2: headerLength + 16 } as const;

/** `type(8) length(24)`, then the message. */
function judge(opening: Opening, isServer: boolean): Evidence {
  if (opening.length < headerLength) return evidence.more;
  const type = octetAt(opening, 0);
  const length = u24At(opening, 1);
  if (type === packet.request) return isServer ? evidence.no : judgeSessionRequest(opening, length);
  if (type === packet.positive) return isServer && length === 0 ? judgeAfterSession(opening) : evidence.no;
  if (type === packet.negative) return isServer && length === 1 ? evidence.likely : evidence.no;
  if (type !== packet.message || length < 32) return evidence.no;
  const match = matchAnyAt(opening, headerLength, signatures);
  return match === evidence.yes ? judgeReplyBit(opening, isServer) : match;
}

function judgeReplyBit(opening: Opening, isServer: boolean): Evidence {
  const signature = octetAt(opening, headerLength);
  if (signature === 0xfd || signature === 0xfc) return evidence.likely;
  const at = signature === 0xff ? flagsAt.smb1 : flagsAt.smb2;
  if (at >= opening.length) return evidence.more;
  const isReply = (octetAt(opening, at) & (signature === 0xff ? 0x80 : 0x01)) !== 0;
  return isReply === isServer ? evidence.yes : evidence.no;
}

/** Two encoded names of 32 letters from A to P, each behind its length and before a scope. */
function judgeSessionRequest(opening: Opening, length: number): Evidence {
  if (length < 68 || length > 0x1ff) return evidence.no;
  for (let at = 0; at <= 32; at++) {
    if (headerLength + at >= opening.length) return evidence.more;
    const octet = octetAt(opening, headerLength + at);
    if (at === 0 ? octet !== 32 : octet < 0x41 || octet > 0x50) return evidence.no;
  }
  return evidence.yes;
}

function judgeAfterSession(opening: Opening): Evidence {
  if (opening.length < 2 * headerLength) return evidence.likely;
  if (octetAt(opening, headerLength) !== packet.message) return evidence.likely;
  const match = matchAnyAt(opening, 2 * headerLength, signatures);
  return match === evidence.yes ? match : evidence.likely;
}
