// Walks through the octets of a JSON report without parsing it: it knows strings, nesting and the keys of the outermost object,
// and copies out what is asked for. What it passes by is only checked for its nesting to add up.

/** What is handed on: elements of two arrays, and three members whole. */
const sections = ['format', 'version', 'summary', 'hops', 'findings'] as const;

/** Where a piece comes from. */
export type ReportSection = (typeof sections)[number];

/** Longest piece in octets: a finding lists at most 20 frames, and of a hop the flows are left out. */
const maxPiece = 1 << 20;
/** Longest key that is looked at, in octets. */
const maxKey = 64;
/** Deeper than any report; nothing is kept for a level, but a document that only nests is none. */
const maxDepth = 200;

const quote = 0x22;
const backslash = 0x5c;

const stringStops = tableOf('"\\');
const structuralStops = tableOf('"{}[],:');

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const decoder = new TextDecoder('utf-8');

const notAReport = 'not a JSON object, as --format json writes it';

/** Why a document is no report that can be used, in words for who gave it. */
export class ReportScanError extends Error {
  override readonly name = 'ReportScanError';
}

/** Takes a report in pieces of any length. */
export class ReportScanner {
  readonly #onPiece: (section: ReportSection, text: string) => void;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Set where the next string of the outermost object, or of an element of `hops`, is a key. */
  #expectsKey = false;
  #key: Uint8Array = new Uint8Array(maxKey);
  #keyLength = -1;
  #name = '';
  #section: ReportSection | null = null;
  #piece: Uint8Array = new Uint8Array(4_096);
  #pieceLength = 0;
  /** Depth at which the piece began; -1 = none is being copied. */
  #pieceDepth = -1;
  /** Set while a member of a piece is passed by. */
  #skipping = false;
  #ended = false;

  constructor(onPiece: (section: ReportSection, text: string) => void) {
    this.#onPiece = onPiece;
  }

  /** Takes `bytes[0, length)`, lent for the call. Throws a `ReportScanError`. */
  push(bytes: Uint8Array, length: number): void {
    for (let at = 0; at < length; at++) {
      at = this.#passBy(bytes, at, length);
      if (at === length) return;
      const octet = bytes[at]!;
      if (this.#inString) this.#stringOctet(octet);
      else this.#octet(octet);
    }
  }

  /** The document is over. Throws where it was not. */
  end(): void {
    if (!this.#ended) throw new ReportScanError('it ends in the middle');
  }

  // Nearly all of a report are flows, of which only strings' ends and nesting matter.
  #passBy(bytes: Uint8Array, from: number, length: number): number {
    if (this.#pieceDepth >= 0 || this.#depth === 0 || this.#keyLength >= 0 || this.#escaped) return from;
    const stops = this.#inString ? stringStops : structuralStops;
    let at = from;
    while (at < length && stops[bytes[at]!] === 0) at++;
    return at;
  }

  #stringOctet(octet: number): void {
    this.#copy(octet);
    if (this.#escaped) this.#escaped = false;
    else if (octet === backslash) this.#escaped = true;
    else if (octet === quote) {
      this.#inString = false;
      if (this.#keyLength >= 0) {
        this.#name = decoder.decode(this.#key.subarray(0, this.#keyLength));
        this.#keyLength = -1;
      }
      return;
    }
    if (this.#keyLength >= 0 && this.#keyLength < maxKey) this.#key[this.#keyLength++] = octet;
  }

  #octet(octet: number): void {
    switch (octet) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        return;
      case 0x7b: // {
      case 0x5b: // [
        this.#open(octet);
        return;
      case 0x7d: // }
      case 0x5d: // ]
        this.#close(octet);
        return;
      case 0x2c: // ,
        this.#comma();
        return;
      case 0x3a: // :
        this.#colon();
        return;
      default:
        this.#plain(octet);
    }
  }

  #open(octet: number): void {
    if (this.#ended || (this.#depth === 0 && octet !== 0x7b)) throw new ReportScanError(notAReport);
    if (this.#isElement()) this.#begin();
    this.#copy(octet);
    if (++this.#depth > maxDepth) throw new ReportScanError('it is nested too deeply');
    this.#expectsKey = octet === 0x7b && (this.#depth === 1 || this.#depth === this.#pieceDepth + 1);
  }

  #close(octet: number): void {
    if (this.#depth === 0) throw new ReportScanError(notAReport);
    if (this.#depth === 1) this.#finish();
    this.#depth--;
    if (this.#skipping && this.#depth === this.#pieceDepth) this.#skipping = false;
    this.#copy(octet);
    this.#expectsKey = false;
    if (this.#depth === this.#pieceDepth && this.#isArray()) this.#finish();
    if (this.#depth === 0) this.#ended = true;
  }

  #comma(): void {
    if (this.#depth === 1) {
      this.#finish();
      this.#section = null;
      this.#expectsKey = true;
      return;
    }
    if (this.#depth === this.#pieceDepth + 1 && this.#pieceDepth >= 0) {
      this.#skipping = false;
      // Only elements have keys that matter; in `summary` nothing is passed by.
      this.#expectsKey = this.#isArray();
    }
    this.#copy(0x2c);
  }

  #colon(): void {
    if (this.#depth === 1) {
      this.#section = sections.find((name) => name === this.#name) ?? null;
      this.#name = '';
      if (this.#section !== null && !this.#isArray()) this.#begin();
      return;
    }
    this.#copy(0x3a);
    if (this.#name !== '' && this.#depth === this.#pieceDepth + 1) {
      // A hop of a million flows lists them all.
      if (this.#name === 'flows') {
        for (const letter of [0x6e, 0x75, 0x6c, 0x6c]) this.#copy(letter);
        this.#skipping = true;
      }
      this.#name = '';
    }
  }

  #plain(octet: number): void {
    if (this.#depth === 0) {
      // A byte order mark may stand in front.
      if (!this.#ended && (octet === 0xef || octet === 0xbb || octet === 0xbf)) return;
      throw new ReportScanError(notAReport);
    }
    this.#copy(octet);
    if (octet !== quote) return;
    this.#inString = true;
    if (this.#expectsKey) {
      this.#expectsKey = false;
      this.#keyLength = 0;
    }
  }

  /** Whether what opens now is an element of an array that is asked for. */
  #isElement(): boolean {
    return this.#pieceDepth < 0 && this.#depth === 2 && this.#isArray();
  }

  #isArray(): boolean {
    return this.#section === 'hops' || this.#section === 'findings';
  }

  #begin(): void {
    this.#pieceDepth = this.#depth;
    this.#pieceLength = 0;
    this.#skipping = false;
  }

  /** Hands on the piece that is being copied, if there is one. */
  #finish(): void {
    if (this.#pieceDepth < 0 || this.#section === null) return;
    this.#pieceDepth = -1;
    this.#onPiece(this.#section, decoder.decode(this.#piece.subarray(0, this.#pieceLength)));
  }

  #copy(octet: number): void {
    if (this.#pieceDepth < 0 || this.#skipping) return;
    if (this.#pieceLength === this.#piece.length) {
      if (this.#pieceLength >= maxPiece) throw new ReportScanError('a hop or a finding in it is too long');
      const grown = new Uint8Array(this.#piece.length * 2);
      grown.set(this.#piece);
      this.#piece = grown;
    }
    this.#piece[this.#pieceLength++] = octet;
  }
}
