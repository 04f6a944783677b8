// Addresses are kept as int32 words (one for IPv4, four for IPv6) and become text only where a record is made.

/** '192.0.2.1' from the address as one word. */
export function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

/**
 * '2001:db8::1' from the address as four words: lower case, the first longest run of two or more zero groups shortened,
 * an IPv4-mapped address in mixed notation (RFC 5952 §4 and §5).
 */
export function formatIpv6(word0: number, word1: number, word2: number, word3: number): string {
  if (word0 === 0 && word1 === 0 && word2 === 0xffff) return `::ffff:${formatIpv4(word3)}`;
  const groups = [
    word0 >>> 16,
    word0 & 0xffff,
    word1 >>> 16,
    word1 & 0xffff,
    word2 >>> 16,
    word2 & 0xffff,
    word3 >>> 16,
    word3 & 0xffff,
  ];
  let runStart = -1;
  let runLength = 1; // RFC 5952 §4.2.2: a single zero group is not shortened
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > runLength) {
      runStart = at;
      runLength = length;
    }
    at += length;
  }
  if (runStart < 0) return groupsText(groups);
  return `${groupsText(groups.slice(0, runStart))}::${groupsText(groups.slice(runStart + runLength))}`;
}

/** The text of an address of `family` 4 or 6; IPv4 uses the first word only. */
export function formatAddress(family: number, word0: number, word1: number, word2: number, word3: number): string {
  return family === 4 ? formatIpv4(word0) : formatIpv6(word0, word1, word2, word3);
}

function groupsText(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** '10.0.0.9:8443', '[2001:db8::1]:443': an address as text, and a port. */
export function formatEndpoint(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
