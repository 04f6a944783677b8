import type { Opening } from '../model/protocol.js';
import { type Evidence, evidence } from './judge.js';
import { isDigit, isUpper, matchAt, octetAt } from './octets.js';

/**
 * Judges `method SP target SP version CRLF`, the request line that RTSP, SIP and ICAP took from HTTP (RFC 9112 §3): only
 * the version at its end tells them apart. `version` is the part before the digits: 'HTTP/'. Any method is taken, and
 * spaces or octets over 0x7f within the target, as real clients send them.
 */
export function judgeRequestLine(opening: Opening, version: Uint8Array): Evidence {
  const length = opening.length;
  let at = skipEmptyLines(opening);
  if (at === length) return evidence.more;
  const methodStart = at;
  if (!isUpper(octetAt(opening, at))) return evidence.no;
  while (at < length && isMethodOctet(octetAt(opening, at))) if (++at - methodStart > longestMethod) return evidence.no;
  if (at === length) return evidence.more;
  if (octetAt(opening, at) !== 0x20) return evidence.no;
  const targetStart = at + 1;
  for (at = targetStart; at < length; at++) {
    const octet = octetAt(opening, at);
    if (octet === 0x0a) return judgeVersion(opening, targetStart, at, version);
    if (octet < 0x20 && octet !== 0x0d && octet !== 0x09) return evidence.no;
  }
  return evidence.more;
}

/** Judges `version SP 3DIGIT`, the status line of the same family. */
export function judgeStatusLine(opening: Opening, version: Uint8Array): Evidence {
  const match = matchAt(opening, 0, version);
  if (match !== evidence.yes) return match;
  for (let at = 0; at < 7; at++) {
    if (version.length + at >= opening.length) return evidence.more;
    const octet = octetAt(opening, version.length + at);
    if (at === 1 ? octet !== 0x2e : at === 3 ? octet !== 0x20 : !isDigit(octet)) return evidence.no;
  }
  return evidence.yes;
}

/** Offset of the first octet after the empty lines that a server ignores before a request (RFC 9112 §2.2). */
export function skipEmptyLines(opening: Opening): number {
  let at = 0;
  while (at < opening.length && at < 8 && (octetAt(opening, at) === 0x0d || octetAt(opening, at) === 0x0a)) at++;
  return at;
}

/** The longest registered method has 17 letters (UPDATEREDIRECTREF). */
const longestMethod = 24;

function isMethodOctet(octet: number): boolean {
  return isUpper(octet) || (octet >= 0x61 && octet <= 0x7a) || isDigit(octet) || octet === 0x2d || octet === 0x5f;
}

function judgeVersion(opening: Opening, targetStart: number, lineFeed: number, version: Uint8Array): Evidence {
  let end = lineFeed;
  while (end > targetStart && (octetAt(opening, end - 1) === 0x0d || octetAt(opening, end - 1) === 0x20)) end--;
  const start = end - version.length - 3;
  if (start <= targetStart || octetAt(opening, start - 1) !== 0x20) return evidence.no;
  if (matchAt(opening, start, version) !== evidence.yes) return evidence.no;
  const digits = start + version.length;
  return isDigit(octetAt(opening, digits)) &&
    octetAt(opening, digits + 1) === 0x2e &&
    isDigit(octetAt(opening, digits + 2))
    ? evidence.yes
    : evidence.no;
}
