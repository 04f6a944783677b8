import { formatAddress } from './address.js';

/** An address as the decoder holds it: four words, of which IPv4 uses the first. */
export interface Address {
  family: 4 | 6;
  words: Int32Array;
}

/** The address that a report's text names; null where it names none. */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const word = parseIpv4(text);
    return word === null ? null : { family: 4, words: Int32Array.of(word, 0, 0, 0) };
  }
  const mixed = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const last = mixed === null ? null : parseIpv4(mixed[2]!);
  const plain =
    last === null ? text : `${mixed![1]}${((last >>> 16) & 0xffff).toString(16)}:${(last & 0xffff).toString(16)}`;
  const [head = '', tail, more] = plain.split('::');
  if (more !== undefined) return null;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...new Array<string>(missing).fill('0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  const words = new Int32Array(4);
  for (let at = 0; at < 4; at++) {
    words[at] = (Number.parseInt(groups[at * 2]!, 16) << 16) | Number.parseInt(groups[at * 2 + 1]!, 16);
  }
  return { family: 6, words };
}

/** The text of an address, as the report writes it. */
export function addressText({ family, words }: Address): string {
  return formatAddress(family, words[0]!, words[1]!, words[2]!, words[3]!);
}

/** The 4 or 16 octets of an address. */
export function addressOctets({ family, words }: Address): Uint8Array {
  const octets = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(octets.buffer);
  for (let at = 0; at * 4 < octets.length; at++) view.setInt32(at * 4, words[at]!);
  return octets;
}

function parseIpv4(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (parts === null) return null;
  const octets = parts.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  return (octets[0]! << 24) | (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!;
}
