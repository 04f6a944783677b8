// One stretch of octets, searched for everything that material begins with.
import type { DerShape } from './der-shapes.js';
import { derLength, judgeDer, maxDerOctets, tellingDerOctets } from './der-shapes.js';
import { decodeBase64, decodeHex, isBase64, isHexDigit, readBase64Run, unfinishedText } from './encoded-der.js';
import { javaStoreOctets, judgeJavaStore } from './key-stores.js';
import { maxPemOctets, pemBegin, readPem, unfinishedPem } from './pem.js';

/** What was found in a stretch. */
export interface Found {
  /** Offset of its first octet in the stretch. */
  start: number;
  shape: DerShape;
  encoding: string;
  /** As decoded; lent. */
  bytes: Uint8Array;
  length: number;
}

/**
 * Octets that are decoded for places: so many, and so many times what came before the place, as each octet belongs to one thing.
 * Beginnings that each say that they go on through all the others would have every octet decoded five hundred times.
 */
const judgedTimes = 4;
const freelyJudged = 4_096;

/** Searched in between, so that nothing lent is kept. */
export const searchNothing: Uint8Array = new Uint8Array(0);
const noBuffer = Buffer.alloc(0);

/** What a candidate turned out to be. */
type Verdict = Found | 'nothing' | 'unfinished';

/** A constant that something begins with. */
interface Marker {
  octets: Uint8Array;
  judge: (search: Search, at: number) => Verdict;
}

const markers: readonly Marker[] = [
  { octets: Buffer.from(pemBegin), judge: judgePem },
  // base64 of '-----BEGIN ', as in the secrets of Kubernetes and in kubeconfig files.
  { octets: Buffer.from('LS0tLS1CRUdJTi'), judge: judgePemInBase64 },
  // base64 of `30 8x`, `30 77 02 01 01 04` (a small key of SEC1) and `30 2e 02 01 00 30` (a small one of PKCS#8).
  { octets: Buffer.from('MI'), judge: judgeBase64 },
  { octets: Buffer.from('MHcCAQEE'), judge: judgeBase64 },
  { octets: Buffer.from('MC4CAQAw'), judge: judgeBase64 },
  { octets: Buffer.of(0x30, 0x82), judge: judgeRaw },
  { octets: Buffer.of(0x30, 0x81), judge: judgeRaw },
  { octets: Buffer.of(0x30, 0x77, 0x02, 0x01, 0x01, 0x04), judge: judgeRaw },
  { octets: Buffer.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30), judge: judgeRaw },
  { octets: Buffer.from('3082'), judge: judgeHex },
  { octets: Buffer.from('308187020100'), judge: judgeHex },
  { octets: Buffer.from('30770201010420'), judge: judgeHex },
  { octets: Buffer.of(0xfe, 0xed, 0xfe, 0xed), judge: judgeStore },
  { octets: Buffer.of(0xce, 0xce, 0xce, 0xce), judge: judgeStore },
  // base64 of the same two, with the zeros of the version.
  { octets: Buffer.from('/u3+7QAAAA'), judge: judgeStoreBase64 },
  { octets: Buffer.from('zs7OzgAAAA'), judge: judgeStoreBase64 },
];

/** The markers that begin with an octet. */
const byFirstOctet: readonly (readonly Marker[])[] = Array.from({ length: 256 }, (_, octet) =>
  markers.filter(({ octets }) => octets[0] === octet),
);

/** What an octet is to markers: one begins with it, or goes on with it after its first. */
const opens = 1;
const goesOn = 2;

/**
 * That of each octet, by which the loop that passes over everything is told. Fifteen native searches were measured at six to
 * twenty times its cost: in text and in random octets their first octets stand everywhere.
 */
const parts = new Uint8Array(256);
for (const { octets } of markers) {
  parts[octets[0]!]! |= opens;
  parts[octets[1]!]! |= goesOn;
}

/** Offset of the first octet from `at` on that a marker may begin at; `end` where there is none. */
function nextOpening(bytes: Uint8Array, at: number, end: number): number {
  const last = end - 1;
  while (at < last) {
    const part = parts[bytes[at + 1]!]!;
    // Most octets are neither, so that no marker begins here nor there: two octets a step.
    if (part === 0) at += 2;
    else if ((part & goesOn) !== 0 && (parts[bytes[at]!]! & opens) !== 0) return at;
    else at++;
  }
  return at === last && (parts[bytes[at]!]! & opens) !== 0 ? at : end;
}

/**
 * Goes through a stretch: `begin`, then `next` until it gives null; then octets from `rest` on may be the beginning of
 * something, of which `needed` octets have to be there before it makes sense to search again.
 */
export class Search {
  /** The stretch; made when a place in it is looked at closely. */
  bytes: Buffer = noBuffer;
  final = true;
  rest = 0;
  needed = 0;
  /** Places that were looked at closely, each once however the octets come; none after `#budget` of them. */
  candidates = 0;
  /** Octets that were decoded or judged for places, of all stretches of the stream so far; counted when a place is settled. */
  judged = 0;
  #budget = 0;
  /** Octets of the stream before the stretch. */
  #before = 0;
  #lent: Uint8Array = searchNothing;
  #context = 0;
  #start = 0;
  #end = 0;
  #at = 0;

  /**
   * `final` = nothing follows the stretch; `context` is `contextAt` its beginning, 0 where nothing goes before it; at most `budget`
   * places are looked at closely. `before` octets of the stream lie before it, and `judged` were decoded for places in them.
   */
  begin(
    bytes: Uint8Array,
    start: number,
    end: number,
    final: boolean,
    context: number,
    budget: number,
    before: number,
    judged: number,
  ): void {
    this.#lent = bytes;
    this.#context = context;
    this.#start = start;
    this.#end = end;
    this.#at = start;
    this.bytes = noBuffer;
    this.final = final;
    this.rest = end;
    this.needed = 0;
    this.candidates = 0;
    this.judged = judged;
    this.#budget = budget;
    this.#before = before;
  }

  /** The next thing found, lent until the next call. */
  next(): Found | null {
    const bytes = this.#lent;
    const end = this.#end;
    for (let at = nextOpening(bytes, this.#at, end); at < end; at = nextOpening(bytes, at + 1, end)) {
      if (this.candidates >= this.#budget) return null;
      const before = this.candidates;
      const verdict = this.#judge(at);
      if (verdict === 'nothing') continue;
      if (verdict === 'unfinished') {
        // It is looked at again when more is there.
        this.candidates = before;
        this.rest = at;
        this.needed += end - at;
        return null;
      }
      this.#at = this.#start + verdict.start;
      verdict.start = at;
      return verdict;
    }
    return null;
  }

  /** The octet that stands `back` octets (up to three) before offset `at` of the stretch; 0 before the beginning of all. */
  before(at: number, back: number): number {
    return at >= back ? this.#lent[this.#start + at - back]! : (this.#context >> (8 * (back - at - 1))) & 0xff;
  }

  /** The three octets before `at` (an offset in what is lent), for the stretch that begins there. */
  contextAt(at: number): number {
    const offset = at - this.#start;
    return (this.before(offset, 3) << 16) | (this.before(offset, 2) << 8) | this.before(offset, 1);
  }

  /** A place is settled, and so many octets were decoded or judged for it. */
  charge(octets: number): void {
    this.judged += octets;
  }

  /** Whether the places before `at` left something to spend on it. It goes by offsets alone, however the octets come. */
  #affords(at: number): boolean {
    return this.judged <= freelyJudged + (this.#before + at - this.#start) * judgedTimes;
  }

  /** More octets are needed than there are: `octets` of them at least. */
  unfinished(octets: number): Verdict {
    this.needed = octets;
    return 'unfinished';
  }

  #judge(at: number): Verdict {
    let verdict: Verdict = 'nothing';
    for (const marker of byFirstOctet[this.#lent[at]!]!) {
      const matched = this.#match(marker.octets, at);
      if (matched === 0) continue;
      if (matched < marker.octets.length) {
        // The last octets may be the first of a marker.
        if (!this.final) verdict = this.unfinished(1);
        continue;
      }
      if (!this.#affords(at)) continue;
      this.candidates++;
      if (this.bytes === noBuffer) {
        const { buffer, byteOffset } = this.#lent;
        this.bytes = Buffer.from(buffer, byteOffset + this.#start, this.#end - this.#start);
      }
      const judged = marker.judge(this, at - this.#start);
      if (judged === 'nothing' || (judged === 'unfinished' && this.final)) continue;
      return judged;
    }
    return verdict;
  }

  /** Octets of a marker that stand at `at`, as far as the stretch goes; 0 where one differs. */
  #match(marker: Uint8Array, at: number): number {
    const bytes = this.#lent;
    const end = Math.min(marker.length, this.#end - at);
    for (let offset = 1; offset < end; offset++) if (bytes[at + offset] !== marker[offset]) return 0;
    return end;
  }
}

/** `start` of what the judges return is the offset after it: `next` puts it right. */
function found(end: number, shape: DerShape, encoding: string, bytes: Uint8Array): Found {
  return { start: end, shape, encoding, bytes, length: bytes.length };
}

function judgePem(search: Search, at: number): Verdict {
  const { bytes } = search;
  const pem = readPem(bytes, at, bytes.length);
  if (pem === null) return 'nothing';
  if (pem === unfinishedPem) {
    // Its end is searched for seldom, as it may come in pieces of an octet.
    return bytes.length - at > maxPemOctets ? 'nothing' : search.unfinished(1 + ((bytes.length - at) >> 3));
  }
  return found(pem.end, pem.shape, pem.encoding, pem.bytes);
}

/** Armours inside of base64; the gravest of them stands for all, as they come in one text. */
function judgePemInBase64(search: Search, at: number): Verdict {
  if (isBase64(search.before(at, 1)) && !isEscape(search, at)) return 'nothing';
  const { bytes } = search;
  const there = bytes.length - at;
  const run = readBase64Run(bytes, at, Math.min(bytes.length, at + maxPemOctets));
  if (run.open && !search.final) return there > maxPemOctets ? 'nothing' : search.unfinished(1 + (there >> 1));
  search.charge(run.end - at);
  const text = run.bytes;
  let best: Found | null = null;
  for (let begin = text.indexOf(pemBegin); begin >= 0; ) {
    const pem = readPem(text, begin, text.length);
    const isPem = pem !== null && pem !== unfinishedPem;
    if (isPem && (best === null || gravity(pem.shape) > gravity(best.shape))) {
      best = found(run.end, pem.shape, 'PEM in base64', pem.bytes);
    }
    begin = text.indexOf(pemBegin, isPem ? pem.end : begin + 1);
  }
  return best ?? 'nothing';
}

function gravity({ kind }: DerShape): number {
  return kind === 'private-key' ? 3 : kind === 'key-store' || kind === 'encrypted-private-key' ? 2 : 1;
}

function judgeRaw(search: Search, at: number): Verdict {
  const { bytes } = search;
  const length = derLength(bytes, at, bytes.length);
  if (length === 0) return 'nothing';
  if (length < 0) return search.unfinished(1);
  if (at + length > bytes.length) return search.unfinished(at + length - bytes.length);
  search.charge(length);
  const shape = judgeDer(bytes, at, at + length);
  return shape === null ? 'nothing' : found(at + length, shape, 'DER', bytes.subarray(at, at + length));
}

/** In the middle of a longer text of base64 the same letters mean something else. */
function judgeBase64(search: Search, at: number): Verdict {
  if (isBase64(search.before(at, 1)) && !isEscape(search, at)) return 'nothing';
  return judgeText(search, at, decodeBase64, 'base64 DER', 4 / 3);
}

function judgeHex(search: Search, at: number): Verdict {
  // In the middle of more digits it is none of a structure's beginning.
  if (isHexDigit(search.before(at, 1))) return 'nothing';
  return judgeText(search, at, decodeHex, 'hexadecimal DER', 2);
}

/** Octets of text in which the first of a structure must stand, and octets of text for one of it: between letters may be blanks. */
const longestHead = 4_096;
const longestLetter = 6;

function judgeText(
  search: Search,
  at: number,
  decode: typeof decodeBase64,
  encoding: string,
  expansion: number,
): Verdict {
  const { bytes } = search;
  const head = decode(bytes, at, Math.min(bytes.length, at + longestHead), tellingDerOctets);
  if (head === null) return 'nothing';
  if (head === unfinishedText) return bytes.length - at >= longestHead ? 'nothing' : search.unfinished(1);
  const length = derLength(head.bytes, 0, head.bytes.length);
  if (length <= 0 || length > maxDerOctets) return 'nothing';
  const missing = Math.ceil(length * expansion) - (bytes.length - at);
  if (missing > 0) return search.unfinished(missing);
  const longest = longestHead + length * longestLetter;
  const whole = decode(bytes, at, Math.min(bytes.length, at + longest), length);
  if (whole === unfinishedText && bytes.length - at < longest && !search.final) {
    // Line ends stand between: how many more will come nobody knows, and each look costs all that is there.
    return search.unfinished(1 + ((bytes.length - at) >> 4));
  }
  search.charge(length);
  if (whole === null || whole === unfinishedText) return 'nothing';
  const shape = judgeDer(whole.bytes, 0, length);
  if (shape === null) return 'nothing';
  return found(whole.end, shape, whole.isPercent ? `URL-encoded ${encoding}` : encoding, whole.bytes);
}

/** A line end before the text, as JSON or percent-encoding writes it: its last letter is none of the text. */
function isEscape(search: Search, at: number): boolean {
  return search.before(at, 2) === 0x5c || search.before(at, 3) === 0x25;
}

/** A store has no length: its first octets stand for all. */
const storeOctets = 512;

function judgeStore(search: Search, at: number): Verdict {
  const { bytes } = search;
  if (bytes.length - at < javaStoreOctets) return search.unfinished(1);
  const shape = judgeJavaStore(bytes, at, bytes.length);
  if (shape === null) return 'nothing';
  const end = Math.min(at + storeOctets, bytes.length);
  if (end < at + storeOctets && !search.final) return search.unfinished(at + storeOctets - end);
  return found(end, shape, 'binary', bytes.subarray(at, end));
}

function judgeStoreBase64(search: Search, at: number): Verdict {
  const { bytes } = search;
  const head = decodeBase64(bytes, at, bytes.length, javaStoreOctets);
  if (head === null) return 'nothing';
  if (head === unfinishedText) return search.unfinished(1);
  const shape = judgeJavaStore(head.bytes, 0, javaStoreOctets);
  return shape === null ? 'nothing' : found(head.end, shape, 'base64', head.bytes);
}
