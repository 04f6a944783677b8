import type { Opening, Protocol } from '../model/protocol.js';
import { followModbus } from './control-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u16At } from './octets.js';

/** Modbus/TCP (Modbus Messaging on TCP/IP §3.1.3): `transaction(16) protocol(16) 0 length(16) unit(8) function(8)`. */
export const modbus: Protocol = fromSides({
  name: 'modbus',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [502],
  follow: followModbus,
  client: judgeRequest,
  server: judgeResponse,
});

const headerLength = 8;
const longest = 254;

function judgeRequest(opening: Opening, onUsualPort: boolean): Evidence {
  const header = judgeHeader(opening);
  if (header !== evidence.likely) return header;
  const length = u16At(opening, 4);
  const code = octetAt(opening, 7);
  if (opening.length < 12) return length === 2 ? evidence.likely : evidence.more;
  const value = u16At(opening, 10);
  const fits =
    (code >= 1 && code <= 4 && length === 6 && value >= 1 && value <= 2000) ||
    (code === 5 && length === 6 && (value === 0 || value === 0xff00)) ||
    (code === 6 && length === 6) ||
    ((code === 15 || code === 16) && length >= 8 && value >= 1 && value <= 1968);
  if (!fits) return isFunction(code) ? evidence.likely : evidence.no;
  return onUsualPort || isExact(opening, length) ? evidence.yes : evidence.likely;
}

function judgeResponse(opening: Opening): Evidence {
  const header = judgeHeader(opening);
  if (header !== evidence.likely) return header;
  const length = u16At(opening, 4);
  const code = octetAt(opening, 7);
  if (opening.length < 9) return evidence.more;
  const count = octetAt(opening, 8);
  if (code > 0x80)
    return length === 3 && count >= 1 && count <= 11 && isFunction(code & 0x7f) ? evidence.likely : evidence.no;
  if (code >= 1 && code <= 4) return length === 3 + count ? evidence.likely : evidence.no;
  return isFunction(code) ? evidence.likely : evidence.no;
}

function judgeHeader(opening: Opening): Evidence {
  const length = opening.length;
  if (length > 2 && octetAt(opening, 2) !== 0) return evidence.no;
  if (length > 3 && octetAt(opening, 3) !== 0) return evidence.no;
  if (length < headerLength) return evidence.more;
  const declared = u16At(opening, 4);
  return declared >= 2 && declared <= longest ? evidence.likely : evidence.no;
}

/** Public function codes of the Modbus Application Protocol §6. */
function isFunction(code: number): boolean {
  return (
    (code >= 1 && code <= 8) ||
    code === 11 ||
    code === 12 ||
    (code >= 15 && code <= 17) ||
    (code >= 20 && code <= 24) ||
    code === 43
  );
}

/** Another message with the same protocol follows at the declared end. */
function isExact(opening: Opening, declared: number): boolean {
  const next = 6 + declared;
  return (
    next + 6 <= opening.length &&
    u16At(opening, next + 2) === 0 &&
    u16At(opening, next + 4) <= longest &&
    u16At(opening, next + 4) >= 2
  );
}
