import type { Opening } from '../model/protocol.js';
import { findOctet, occursIn, octetAt, pattern } from './octets.js';

/** What a numbered greeting names itself; FTP, SMTP and LMTP all open with `220`. */
export const greeting = {
  /** No reply line of one of the codes. */
  no: 0,
  /** A first line that has not ended yet. */
  more: 1,
  /** Names neither, or more than one. */
  unnamed: 2,
  smtp: 3,
  lmtp: 4,
  ftp: 5,
} as const;

/** One of the values of `greeting`. */
export type Greeting = (typeof greeting)[keyof typeof greeting];

/**
 * Reads a greeting: `code SP text CRLF`, or lines of `code - text CRLF` before it (RFC 5321 §4.2, RFC 959 §4.2), where
 * `code` is 220 (ready), 120 (wait), 421, 521 or 554 (go away). The first line that names exactly one protocol decides.
 */
export function readGreeting(opening: Opening): Greeting {
  let seen: Greeting = greeting.more;
  let lineStart = 0;
  for (let line = 0; line < mostLines; line++) {
    const begins = readCode(opening, lineStart);
    if (begins !== greeting.unnamed) return line === 0 ? begins : seen;
    const lineFeed = findOctet(opening, lineStart, 0x0a);
    if (lineFeed < 0) return seen;
    const named = readName(opening, lineStart + 4, lineFeed);
    if (named !== greeting.unnamed) return named;
    seen = greeting.unnamed;
    lineStart = lineFeed + 1;
  }
  return seen;
}

const mostLines = 16;
const smtpWord = pattern('SMTP');
const lmtpWord = pattern('LMTP');
const ftpWord = pattern('FTP');

function readCode(opening: Opening, at: number): Greeting {
  if (at + 4 > opening.length) return at < opening.length && octetAt(opening, at) > 0x35 ? greeting.no : greeting.more;
  const code = (octetAt(opening, at) << 16) | (octetAt(opening, at + 1) << 8) | octetAt(opening, at + 2);
  const known = code === 0x323230 || code === 0x313230 || code === 0x343231 || code === 0x353231 || code === 0x353534;
  const after = octetAt(opening, at + 3);
  return known && (after === 0x20 || after === 0x2d) ? greeting.unnamed : greeting.no;
}

function readName(opening: Opening, from: number, to: number): Greeting {
  const smtp = occursIn(opening, from, to, smtpWord);
  const lmtp = occursIn(opening, from, to, lmtpWord);
  const ftp = occursIn(opening, from, to, ftpWord);
  if (Number(smtp) + Number(lmtp) + Number(ftp) !== 1) return greeting.unnamed;
  return smtp ? greeting.smtp : lmtp ? greeting.lmtp : greeting.ftp;
}
