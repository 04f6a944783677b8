import type { Opening, Protocol } from '../model/protocol.js';
import { followDiameter } from './diameter-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, u24At, u32At } from './octets.js';

/** Diameter (RFC 6733 §3): `1 length(24) flags(8) command(24) application(32) hop(32) end(32)`, then AVPs. */
export const diameter: Protocol = fromSides({
  name: 'diameter',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [3868, 3869],
  follow: followDiameter,
  client: (opening) => judge(opening, 0x80),
  server: (opening) => judge(opening, 0x00),
});

const headerLength = 20;
/** User-Name, Result-Code, Session-Id, Origin-Host: what messages begin with. */
const firstAttributes = [1, 263, 264, 268] as const;

/** The flags' top bit says request. */
function judge(opening: Opening, direction: number): Evidence {
  if (octetAt(opening, 0) !== 1) return evidence.no;
  if (opening.length < headerLength + 4) return evidence.more;
  const length = u24At(opening, 1);
  const flags = octetAt(opening, 4);
  const command = u24At(opening, 5);
  if (length < headerLength + 8 || length % 4 !== 0 || (flags & 0x0f) !== 0 || (flags & 0x80) !== direction)
    return evidence.no;
  if (!isCommand(command)) return evidence.no;
  const attribute = u32At(opening, headerLength);
  for (let at = 0; at < firstAttributes.length; at++) if (firstAttributes[at] === attribute) return evidence.yes;
  return evidence.no;
}

/** The base protocol's and applications' commands, and 3GPP's. */
function isCommand(command: number): boolean {
  return (command >= 257 && command <= 330) || (command >= 8388608 && command <= 8388800);
}
