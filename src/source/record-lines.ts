// Lines of a file of records: told apart, and known by what they hold, without being read. A file may hold a million of them and
// may have been made by anybody, so no more than one line is in memory, and none beyond a bound.

/**
 * Longest line that is read, in octets: the longest connection we write (all lists of its content full of the longest texts,
 * every character escaped) has about a third of it. A hop of a million flows has more, but hops are never read back.
 */
export const maxLineOctets = 4_194_304;

/** Longer lines are looked at for how deep they nest before they are parsed: shorter ones can't nest deep enough to matter. */
const nestedLineOctets = 65_536;

/** Deeper than any record. */
const maxDepth = 64;

/** Octets at the beginning of a line that tell its type. */
const typedOctets = 48;

/** What a line may hold: the types that `--format ndjson` and live sniffing print. */
export const recordTypes = [
  'flow',
  'capture',
  'certificate',
  'name',
  'hop',
  'finding',
  'policy',
  'profile',
  'event',
  'stats',
] as const;

/** Type of a line. */
export type RecordType = (typeof recordTypes)[number];

const typeAtStart = /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*"type"[ \t]*:[ \t]*"([a-z]{1,16})"/;

/** The type of the line in `bytes[start, end)`, as it stands at its beginning; null where none of ours does. */
export function recordTypeAt(bytes: Buffer, start: number, end: number): RecordType | null {
  const found = typeAt(bytes, start, end);
  return recordTypes.find((type) => type === found) ?? null;
}

/** The word that a line says it is, whichever; null where it says none. */
export function typeAt(bytes: Buffer, start: number, end: number): string | null {
  return typeAtStart.exec(bytes.toString('latin1', start, Math.min(end, start + typedOctets)))?.[1] ?? null;
}

/** Whether octets that begin an input begin a file of records. */
export function looksLikeRecords(head: Uint8Array): boolean {
  return recordTypeAt(Buffer.from(head.buffer, head.byteOffset, head.length), 0, head.length) !== null;
}

/** Whether octets begin a report of `--format json`: the same results, but without what they could be judged by again. */
export function looksLikeJsonReport(head: Uint8Array): boolean {
  return /^\s*\{\s*"format"\s*:\s*"barewire-report"/.test(new TextDecoder().decode(head));
}

/** How many octets `looksLikeRecords` wants. */
export const recordsHeadOctets: number = typedOctets;

/** One line, lent for the call. */
export interface RecordLine {
  bytes: Buffer;
  start: number;
  end: number;
  /** From 1. */
  number: number;
  /** Octets of the input up to behind the line's end. */
  offset: number;
  /** Longer than `maxLineOctets`: only its beginning is here. */
  isCut: boolean;
}

/** Takes octets in pieces of any length, hands on lines; empty ones are passed by. */
export class RecordLines {
  readonly #onLine: (line: RecordLine) => void;
  readonly #line: RecordLine = { bytes: Buffer.alloc(0), start: 0, end: 0, number: 0, offset: 0, isCut: false };
  /** The beginning of a line that goes on in the next piece. */
  #held: Buffer = Buffer.allocUnsafe(8_192);
  #heldOctets = 0;
  #isCut = false;
  #number = 1;
  /** Octets before the piece in hand. */
  #before = 0;

  constructor(onLine: (line: RecordLine) => void) {
    this.#onLine = onLine;
  }

  /** Takes `bytes[0, length)`, lent for the call. */
  push(bytes: Buffer, length: number): void {
    let start = 0;
    while (start < length) {
      const newline = bytes.subarray(start, length).indexOf(0x0a);
      if (newline < 0) {
        this.#hold(bytes, start, length);
        break;
      }
      const end = start + newline;
      this.#line.offset = this.#before + end + 1;
      if (this.#heldOctets === 0) this.#hand(bytes, start, end);
      else {
        this.#hold(bytes, start, end);
        this.#hand(this.#held, 0, this.#heldOctets);
      }
      start = end + 1;
    }
    this.#before += length;
  }

  /** The input is over: a last line without an end counts. */
  end(): void {
    this.#line.offset = this.#before;
    if (this.#heldOctets > 0) this.#hand(this.#held, 0, this.#heldOctets);
  }

  #hand(bytes: Buffer, start: number, end: number): void {
    const line = this.#line;
    line.number = this.#number++;
    line.isCut = this.#isCut;
    this.#heldOctets = 0;
    this.#isCut = false;
    if (end <= start || (end === start + 1 && bytes[start] === 0x0d)) return;
    line.bytes = bytes;
    line.start = start;
    line.end = end;
    this.#onLine(line);
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    const wanted = this.#heldOctets + end - start;
    const room = Math.min(wanted, maxLineOctets);
    if (wanted > maxLineOctets) this.#isCut = true;
    if (room > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.min(Math.max(room, this.#held.length * 2), maxLineOctets));
      this.#held.copy(grown, 0, 0, this.#heldOctets);
      this.#held = grown;
    }
    bytes.copy(this.#held, this.#heldOctets, start, start + room - this.#heldOctets);
    this.#heldOctets = room;
  }
}

/** What a line says, or in words why nothing can be made of it. */
export function parseLine({ bytes, start, end, isCut }: RecordLine): { value: unknown } | { because: string } {
  if (isCut || end - start > maxLineOctets) return { because: `longer than ${maxLineOctets} octets` };
  if (end - start > nestedLineOctets && isNestedTooDeep(bytes, start, end)) return { because: 'nested too deeply' };
  try {
    return { value: JSON.parse(bytes.toString('utf8', bytes[start] === 0xef ? start + 3 : start, end)) };
  } catch {
    return { because: 'not JSON' };
  }
}

/** Whether brackets outside of strings nest deeper than a record's. */
function isNestedTooDeep(bytes: Buffer, start: number, end: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    if (inString) {
      if (octet === 0x5c) at++;
      else if (octet === 0x22) inString = false;
    } else if (octet === 0x22) inString = true;
    else if (octet === 0x7b || octet === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (octet === 0x7d || octet === 0x5d) depth--;
  }
  return false;
}
