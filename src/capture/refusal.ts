import { latin1, u32 } from '../base/bytes.js';

/** Octets of a file's head that are enough to say what it is. */
export const headLength = 64;

/** What begins with these characters (ISO 8859-1) is known, and is no capture file that is read here. */
const openings: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'gzip data inside what was already unpacked'],
  ['\x28\xb5\x2f\xfd', 'zstd data inside what was already unpacked'],
  ['\x04\x22\x4d\x18', 'lz4 data inside what was already unpacked'],
  ['BZh', 'bzip2 data: unpack it first'],
  ['\xfd7zXZ\0', 'xz data: unpack it first'],
  ['PK\x03\x04', 'a ZIP archive: unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive: unpack it first'],
  ['RTSS', 'a Microsoft Network Monitor 1 capture: convert it with editcap'],
  ['GMBU', 'a Microsoft Network Monitor 2 capture: convert it with editcap'],
  ['TRSNIFF data', 'a Sniffer capture: convert it with editcap'],
  ['XCP\0', 'a NetXray capture: convert it with editcap'],
  ['iptrace ', 'an AIX iptrace capture: convert it with editcap'],
  ['btsnoop\0', 'a Bluetooth capture (btsnoop)'],
  ['\x0b\xad\xc0\xde', 'a Bluetooth capture (PacketLogger)'],
  ['\x00\x00\x02\x00\x12\x05\x10\x00', 'a Lanalyzer capture: convert it with editcap'],
  ['\xac\x01\x00\x1c', 'an IXIA lcap capture: convert it with editcap'],
  ['\xab\x01\x00\x1c', 'an IXIA lcap capture: convert it with editcap'],
  ['\x0d\x0a\x0d\x0a', 'a pcapng file spoiled by a transfer in text mode'],
  ['\x0a\x0d\x0a', 'a pcapng file spoiled by a transfer in text mode'],
  ['\x7fELF', 'a program (ELF)'],
  ['MZ', 'a program (Windows)'],
  ['SQLite format 3', 'an SQLite database'],
  ['%PDF', 'a PDF document'],
  ['-----BEGIN', 'PEM text (certificates or keys)'],
  ['\x30\x82', 'DER data (perhaps a certificate)'],
];

/** Lines that a TLS key log may begin with. */
const keyLog = /^(# ?SSL\/TLS secrets|CLIENT_RANDOM |CLIENT_|SERVER_|EXPORTER_|EARLY_|RSA )/;

/** One line on what `bytes[start, end)`, the head of something that is no capture file, looks like. */
export function describeForeign(bytes: Uint8Array, start: number, end: number): string {
  if (end === start) return 'it is empty';
  const head = latin1(bytes, start, Math.min(end, start + headLength));
  for (const [opening, what] of openings) if (head.startsWith(opening)) return `it looks like ${what}`;
  if (/^[\0]+$/.test(head)) return 'it begins with zeros: a file that was never written';
  if (/^\s*<(!doctype|html|head|\?xml|pdml|psml)/i.test(head))
    return 'it looks like HTML or XML: perhaps an error page';
  if (/^\s*[[{]/.test(head) && isText(head)) return 'it looks like JSON';
  if (keyLog.test(head) && isText(head)) return 'it looks like a TLS key log: give it with --keylog';
  if (isText(head))
    return head.startsWith('#') ? 'it looks like text: TLS keys are given with --keylog' : 'it looks like text';
  return `it begins with ${firstOctets(bytes, start, end)}, which no known capture format does`;
}

/** No control characters, and mostly ASCII: text in other scripts still has its spaces and line ends. */
function isText(head: string): boolean {
  let ascii = 0;
  for (let at = 0; at < head.length; at++) {
    const code = head.charCodeAt(at);
    if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f) return false;
    if (code < 0x80) ascii++;
  }
  return ascii * 2 > head.length;
}

function firstOctets(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < 4) return `only ${end - start} octets`;
  return `0x${u32(bytes, start).toString(16).padStart(8, '0')}`;
}
