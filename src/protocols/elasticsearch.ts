import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAt, octetAt, pattern, u32At } from './octets.js';

/**
 * Elasticsearch's and OpenSearch's transport between nodes (TcpHeader): `'E' 'S' length(32) request(64) status(8)
 * version(32)`. Its REST interface is HTTP.
 */
export const elasticsearch: Protocol = fromSides({
  name: 'elasticsearch',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [9300, 9301],
  client: (opening) => judge(opening, 0x00),
  server: (opening) => judge(opening, 0x01),
});

const marker = pattern('ES');
const headerLength = 19;
const largest = 0x10000000;
const knownStatus = 0x0f;

/** The status's lowest bit says response; the others are error, compressed and handshake. */
function judge(opening: Opening, direction: number): Evidence {
  const match = matchAt(opening, 0, marker);
  if (match !== evidence.yes) return match;
  if (opening.length < headerLength) return evidence.more;
  const length = u32At(opening, 2);
  const status = octetAt(opening, 14);
  const isKnown = (status & ~knownStatus) === 0 && (status & 1) === direction;
  return isKnown && length >= 13 && length < largest && u32At(opening, 15) < 0x1000000 ? evidence.yes : evidence.no;
}
