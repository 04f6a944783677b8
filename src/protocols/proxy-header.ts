import type { Opening } from '../model/protocol.js';
import { evidence } from './judge.js';
import { findOctet, matchAnyAt, matchAt, octetAt, pattern, patterns, u16At } from './octets.js';

/** What `measureProxyHeader` returns for an opening that may still become a header. */
export const proxyHeaderUnfinished = -1;

/**
 * Octets of the PROXY protocol header at the beginning of a client's opening, 0 where there is none, or
 * `proxyHeaderUnfinished` (HAProxy's "The PROXY protocol", §2.1 and §2.2). The protocol proper, TLS too, begins after it.
 * A header longer than the opening ends beyond it.
 */
export function measureProxyHeader(opening: Opening): number {
  if (opening.length === 0) return proxyHeaderUnfinished;
  const first = octetAt(opening, 0);
  const measured = first === 0x50 ? measureText(opening) : first === 0x0d ? measureBinary(opening) : 0;
  return measured === proxyHeaderUnfinished && opening.final ? 0 : measured;
}

const families = patterns('PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN');
const longestText = 107;
const signature = pattern('\r\n\r\n\0\r\nQUIT\n');
const binaryHeaderLength = 16;

function measureText(opening: Opening): number {
  const match = matchAnyAt(opening, 0, families);
  if (match !== evidence.yes) return match === evidence.more ? proxyHeaderUnfinished : 0;
  const lineFeed = findOctet(opening, 11, 0x0a);
  if (lineFeed < 0) return opening.length > longestText ? 0 : proxyHeaderUnfinished;
  return lineFeed < longestText && octetAt(opening, lineFeed - 1) === 0x0d ? lineFeed + 1 : 0;
}

function measureBinary(opening: Opening): number {
  const match = matchAt(opening, 0, signature);
  if (match !== evidence.yes) return match === evidence.more ? proxyHeaderUnfinished : 0;
  if (opening.length < binaryHeaderLength) return proxyHeaderUnfinished;
  const versionAndCommand = octetAt(opening, 12);
  return versionAndCommand === 0x20 || versionAndCommand === 0x21 ? binaryHeaderLength + u16At(opening, 14) : 0;
}
