import type { Line } from './lines.js';

/**
 * The replies that SMTP, FTP and NNTP share: `code SP text`, or `code - text`, more lines, and `code SP text` with the same
 * code at the end (RFC 959 §4.2, RFC 5321 §4.2.1). Lines come in one after the other.
 */
export class NumberedReply {
  /** Of the reply in hand; 0 before the first. */
  code = 0;
  /** Number of the line that was read last within its reply, from 0. */
  index = 0;
  /** Offset of the text within the line that was read last. */
  textStart = 0;
  /** The line that was read last ends its reply. */
  final = true;
  /** The reply in hand was seen from its first line on. */
  whole = true;

  /** Reads a line; false where it belongs to no reply. */
  read(line: Line): boolean {
    const code = codeAt(line);
    const after = line.octet(3);
    if (this.final) {
      if (code < 0 || (after !== space && after !== hyphen && after !== -1)) return false;
      this.code = code;
      this.index = 0;
      this.whole = true;
    } else this.index++;
    const isCoded = code === this.code && (after === space || after === hyphen || after === -1);
    this.textStart = isCoded ? Math.min(4, line.length) : 0;
    this.final = isCoded && after !== hyphen;
    return true;
  }

  /** Octets are missing: the reply in hand may have ended, and another begun. */
  lose(): void {
    this.final = true;
    this.whole = false;
  }

  /** 2 or 3 as the first digit: the command is carried out, or goes on. */
  get positive(): boolean {
    return this.code >= 200 && this.code < 400;
  }
}

const space = 0x20;
const hyphen = 0x2d;

function codeAt(line: Line): number {
  let code = 0;
  for (let at = 0; at < 3; at++) {
    const octet = line.octet(at);
    if (octet < 0x30 || octet > 0x39) return -1;
    code = code * 10 + octet - 0x30;
  }
  return code >= 100 && code < 700 ? code : -1;
}
