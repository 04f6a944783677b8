import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { octetAt, zerosAt } from './octets.js';

/** WireGuard ("WireGuard: Next Generation Kernel Network Tunnel" §5.4): `type(8) zeros(24) …` in messages of fixed length. */
export const wireguard: Protocol = fromSides({
  name: 'wireguard',
  kind: 'opaque',
  transport: 'udp',
  ports: [51820],
  client: (opening) => judge(opening, type.initiation, 148),
  server: (opening) => judge(opening, type.response, 92),
});

const type = { initiation: 1, response: 2, cookie: 3, data: 4 } as const;
const cookieLength = 64;

function judge(opening: Opening, handshake: number, handshakeLength: number): Evidence {
  if (!zerosAt(opening, 1, 3)) return evidence.no;
  const first = octetAt(opening, 0);
  if (first === handshake) return opening.length === handshakeLength ? evidence.yes : evidence.no;
  // Data is padded to 16 octets behind 16 of header and before 16 of tag; both sides send it.
  if (first === type.data) return opening.length >= 32 && opening.length % 16 === 0 ? evidence.likely : evidence.no;
  return first === type.cookie && opening.length === cookieLength ? evidence.likely : evidence.no;
}
