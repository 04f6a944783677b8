// Community ID version 1, as its public specification says (corelight/community-id-spec): the same connection has the same
// name in every sensor's log, whichever side is called source.
//
//   seed (2 octets, 0) | one address | other address | protocol (1) | 0 (1) | one port (2) | other port (2)
//
// in network order, the lower pair of address and port first; SHA-1 of it, in base64, behind '1:'.
import { sha1Base64 } from '../base/hash.js';
import type { ConnectionRecord } from '../model/connection-record.js';

const seedLength = 2;
const tailLength = 6;
/** IANA protocol numbers. */
const protocols = { tcp: 6, udp: 17 } as const;

// One buffer serves every flow: nothing of it outlives the call.
const addresses = new Uint8Array(32);
const tuple4 = new Uint8Array(seedLength + 8 + tailLength);
const tuple6 = new Uint8Array(seedLength + 32 + tailLength);

/** The Community ID of a flow; null where an address can't be read or the two are of different families. */
export function communityId({ transport, client, server }: ConnectionRecord): string | null {
  const length = readAddress(client.ip, 0);
  if (length === 0 || readAddress(server.ip, length) !== length) return null;
  const tuple = length === 4 ? tuple4 : tuple6;
  const inOrder = clientIsFirst(length, client.port, server.port);
  for (let at = 0; at < length; at++) {
    tuple[seedLength + at] = addresses[inOrder ? at : length + at]!;
    tuple[seedLength + length + at] = addresses[inOrder ? length + at : at]!;
  }
  const tail = seedLength + 2 * length;
  const first = inOrder ? client.port : server.port;
  const second = inOrder ? server.port : client.port;
  tuple[tail] = protocols[transport];
  tuple[tail + 2] = first >> 8;
  tuple[tail + 3] = first;
  tuple[tail + 4] = second >> 8;
  tuple[tail + 5] = second;
  return `1:${sha1Base64(tuple)}`;
}

function clientIsFirst(length: number, clientPort: number, serverPort: number): boolean {
  for (let at = 0; at < length; at++) {
    const difference = addresses[at]! - addresses[length + at]!;
    if (difference !== 0) return difference < 0;
  }
  return clientPort < serverPort;
}

/** Puts the octets of an address to `addresses[to …]`; returns how many, 0 where the text is no address. */
function readAddress(text: string, to: number): number {
  return text.includes(':') ? readIpv6(text, to) : readIpv4(text, 0, to);
}

/** Dotted decimals in `text[from …]`: 4, or 0. */
function readIpv4(text: string, from: number, to: number): number {
  let value = 0;
  let digits = 0;
  let octets = 0;
  for (let at = from; at <= text.length; at++) {
    const character = at === text.length ? 0x2e : text.charCodeAt(at);
    if (character === 0x2e) {
      if (digits === 0 || value > 255 || octets === 4) return 0;
      addresses[to + octets++] = value;
      value = 0;
      digits = 0;
    } else if (character >= 0x30 && character <= 0x39 && digits < 3) {
      value = value * 10 + character - 0x30;
      digits++;
    } else return 0;
  }
  return octets === 4 ? 4 : 0;
}

/** RFC 4291 §2.2: groups, `::` once, dotted decimals at the end: 16, or 0. */
function readIpv6(text: string, to: number): number {
  let octets = 0;
  let shortened = -1;
  let at = 0;
  if (text.startsWith('::')) {
    shortened = 0;
    at = 2;
  }
  while (at < text.length) {
    const end = groupEnd(text, at);
    if (end === at || octets > 14) return 0;
    if (text.charCodeAt(end) === 0x2e) {
      if (octets > 12 || readIpv4(text, at, to + octets) === 0) return 0;
      octets += 4;
      break;
    }
    const value = Number.parseInt(text.slice(at, end), 16);
    addresses[to + octets++] = value >> 8;
    addresses[to + octets++] = value;
    at = end + 1;
    if (end < text.length && text.charCodeAt(end) !== 0x3a) return 0;
    if (text.charCodeAt(at) === 0x3a) {
      if (shortened >= 0) return 0;
      shortened = octets;
      at++;
    } else if (at === text.length) return 0;
  }
  return spread(to, octets, shortened);
}

/** End of the hexadecimal digits from `from` on, at most four. */
function groupEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && at < from + 4) {
    const character = text.charCodeAt(at) | 0x20;
    if (!((character >= 0x30 && character <= 0x39) || (character >= 0x61 && character <= 0x66))) break;
    at++;
  }
  return at;
}

/** Puts the zeros of `::` where they belong. */
function spread(to: number, octets: number, shortened: number): number {
  if (shortened < 0) return octets === 16 ? 16 : 0;
  if (octets > 14) return 0;
  addresses.copyWithin(to + shortened + 16 - octets, to + shortened, to + octets);
  addresses.fill(0, to + shortened, to + shortened + 16 - octets);
  return 16;
}
