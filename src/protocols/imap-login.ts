import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';
import type { Line } from './lines.js';
import { SecretBuffer } from './secret-buffer.js';

/** The arguments of one LOGIN command, user and password, each an atom, a quoted string or a literal (RFC 9051 §6.2.3). */
export class ImapLogin {
  readonly tag: string;
  readonly #sink: ContentSink;
  readonly #login: number;
  /** Arguments that were read. */
  #arguments = 0;
  /** A password that comes as a literal in pieces. */
  readonly #literal = new SecretBuffer(longestPassword);

  constructor(sink: ContentSink, arrival: Arrival, tag: string) {
    this.tag = tag;
    this.#sink = sink;
    this.#login = sink.login('client', arrival, 'password', 'LOGIN');
  }

  /** Reads what `line` has from `at` on; `literalNext` = it ends in a literal's length. Returns whether the password stood there. */
  read(line: Line, at: number, literalNext: boolean, arrival: Arrival): boolean {
    while (this.#arguments < 2) {
      at = line.skipBlanks(at);
      if (at >= line.length || (literalNext && isLiteralLength(line, at))) return false;
      const quoted = line.octet(at) === quote;
      const start = quoted ? at + 1 : at;
      const end = quoted ? quotedEnd(line, start) : line.wordEnd(at);
      this.#arguments++;
      if (this.#arguments === 2) {
        this.#tell(line.bytes, line.start + start, line.start + end, quoted, line.cut, arrival);
        return true;
      }
      at = quoted ? end + 1 : end;
    }
    return false;
  }

  /** Octets of a literal, lent; `last` = it ends with them. Returns whether it was the password. */
  literal(bytes: Uint8Array, start: number, end: number, last: boolean, arrival: Arrival): boolean {
    if (this.#arguments === 1) this.#literal.add(bytes, start, end);
    if (!last || this.#arguments >= 2) return false;
    this.#arguments++;
    if (this.#arguments < 2) return false;
    const { bytes: kept, end: length } = this.#literal.octets;
    this.#tell(kept, 0, length, false, this.#literal.cut, arrival);
    this.#literal.wipe();
    return true;
  }

  ended(arrival: Arrival, accepted: boolean): void {
    this.#sink.loginEnded(this.#login, arrival, accepted);
  }

  #tell(bytes: Uint8Array, start: number, end: number, quoted: boolean, cut: boolean, arrival: Arrival): void {
    if (cut) {
      this.#sink.credential('client', arrival, 'password', 'IMAP LOGIN', null, null);
      return;
    }
    if (!quoted || bytes.indexOf(backslash, start) < 0) {
      this.#sink.credential('client', arrival, 'password', 'IMAP LOGIN', null, { bytes, start, end });
      return;
    }
    const plain = new Uint8Array(end - start);
    let length = 0;
    for (let at = start; at < end; at++) {
      if (bytes[at] === backslash && at + 1 < end) at++;
      plain[length++] = bytes[at]!;
    }
    this.#sink.credential('client', arrival, 'password', 'IMAP LOGIN', null, { bytes: plain, start: 0, end: length });
    plain.fill(0);
  }
}

/** Longer secrets are told without their digest. */
const longestPassword = 1_024;
const quote = 0x22;
const backslash = 0x5c;

function isLiteralLength(line: Line, at: number): boolean {
  return line.octet(at) === 0x7b && line.find(0x20, at) < 0;
}

/** Offset of the quote that ends a quoted string begun before `at`, or the line's end. */
function quotedEnd(line: Line, at: number): number {
  for (; at < line.length; at++) {
    const octet = line.octet(at);
    if (octet === quote) return at;
    if (octet === backslash) at++;
  }
  return line.length;
}
