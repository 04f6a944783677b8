// The endpoints of FTP's data connections, as commands and replies write them. Text from the wire: anything may stand there.
import { formatIpv4, formatIpv6 } from '../base/address.js';
import type { Endpoint } from '../model/side.js';

/** `h1,h2,h3,h4,p1,p2`, alone (PORT) or anywhere in a text (the reply to PASV); null where there is none (RFC 959 §4.1.2). */
export function readNumberedEndpoint(text: string): Endpoint | null {
  const found = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/.exec(text);
  if (found === null) return null;
  const octets = found.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  const [a, b, c, d, high, low] = octets as [number, number, number, number, number, number];
  return endpoint(formatIpv4((a << 24) | (b << 16) | (c << 8) | d), (high << 8) | low);
}

/** `<d>net-prt<d>net-addr<d>tcp-port<d>` (RFC 2428 §2, EPRT); null where it is none. */
export function readExtendedEndpoint(text: string): Endpoint | null {
  const parts = text.split(text[0] ?? '', 5);
  const [, family, address, port] = parts;
  if (parts.length < 5 || address === undefined || !isPort(port)) return null;
  const ip = family === '1' ? readIpv4(address) : family === '2' ? readIpv6(address) : null;
  return ip === null ? null : endpoint(ip, Number(port));
}

/** `(<d><d><d>tcp-port<d>)` (RFC 2428 §3, the reply to EPSV): the address is the control connection's, told as ''. */
export function readExtendedPort(text: string): Endpoint | null {
  const found = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(text);
  return found === null || !isPort(found[2]) ? null : endpoint('', Number(found[2]));
}

function endpoint(ip: string, port: number): Endpoint | null {
  return port === 0 ? null : { ip, port };
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 0xffff;
}

function readIpv4(text: string): string | null {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (found === null) return null;
  const octets = found.slice(1).map(Number);
  return octets.some((octet) => octet > 255) ? null : octets.join('.');
}

/** RFC 4291 §2.2, without a zone. Told as the report writes addresses, so that it can be compared. */
function readIpv6(text: string): string | null {
  const halves = text.toLowerCase().split('::');
  if (halves.length > 2 || text.length > 45) return null;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || head === null || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  const word = (at: number): number => (groups[at]! << 16) | groups[at + 1]! | 0;
  return formatIpv6(word(0), word(2), word(4), word(6));
}

function groupsOf(half: string): number[] | null {
  if (half === '') return [];
  const groups: number[] = [];
  const texts = half.split(':');
  for (const [at, text] of texts.entries()) {
    if (at === texts.length - 1 && text.includes('.')) {
      const dotted = readIpv4(text);
      if (dotted === null) return null;
      const [a, b, c, d] = dotted.split('.').map(Number) as [number, number, number, number];
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-f]{1,4}$/.test(text)) groups.push(Number.parseInt(text, 16));
    else return null;
  }
  return groups.length > 8 ? null : groups;
}
