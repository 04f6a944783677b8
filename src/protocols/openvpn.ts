import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides, type Judge } from './judge.js';
import { octetAt, u16At, zerosAt } from './octets.js';

/** Opcode 7 or 8 over key 0. */
const reset = { client: 0x38, server: 0x40 } as const;

/**
 * OpenVPN over UDP (its protocol description: `opcode(5) key(3) session(64) …`). Its control channel carries TLS inside
 * packets of its own.
 */
export const openvpnOverUdp: Protocol = fromSides({
  name: 'openvpn',
  kind: 'opaque',
  transport: 'udp',
  ports: [1194],
  client: (opening) => judgeReset(opening, 0, opening.length, reset.client),
  server: (opening) => judgeReset(opening, 0, opening.length, reset.server),
});

/** OpenVPN over TCP: each packet behind its length in two octets. */
export const openvpnOverTcp: Protocol = fromSides({
  name: 'openvpn',
  kind: 'opaque',
  transport: 'tcp',
  ports: [1194],
  client: judgeStream(reset.client),
  server: judgeStream(reset.server),
});

const bareLength = 14;
const longestReset = 128;

/** P_CONTROL_HARD_RESET of version 2 with key 0; the client's version 3 carries a wrapped key. */
function judgeReset(opening: Opening, start: number, length: number, opcode: number): Evidence {
  if (length < bareLength || opening.length < start + bareLength || octetAt(opening, start) !== opcode)
    return evidence.no;
  // Without tls-auth a client acknowledges nothing and numbers its packet 0: five zeros to the end.
  if (opcode === reset.client && length === bareLength)
    return zerosAt(opening, start + 9, 5) ? evidence.yes : evidence.no;
  return length <= longestReset ? evidence.likely : evidence.no;
}

function judgeStream(opcode: number): Judge {
  return (opening: Opening): Evidence => {
    if (opening.length < 3) return octetAt(opening, 0) === 0 ? evidence.more : evidence.no;
    const length = u16At(opening, 0);
    if (length < bareLength || length > longestReset || octetAt(opening, 2) !== opcode) return evidence.no;
    return opening.length < 2 + bareLength ? evidence.more : judgeReset(opening, 2, length, opcode);
  };
}
