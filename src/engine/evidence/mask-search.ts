// Which octets of a dialogue have to stay so that a reader finds the same in it: those that change what it finds, and no others.
// A secret's octets change nothing but its digest, so they go; marks, lengths and words of protocols stay, whatever the protocol.

/** One search: the octets, what masks them, and how far it may go. */
export interface MaskSearch {
  /** Masked in place; whole at the beginning. */
  readonly octets: Uint8Array;
  /** What every octet becomes where nothing depends on it. */
  readonly floor: Uint8Array;
  /** Whether a reader still finds the same in `octets`. */
  isEnough(): boolean;
  /** Whether there may be another attempt; without, the rest is masked unseen. */
  mayTry(): boolean;
}

const varied: Uint8Array = Buffer.from('xY3');

/** Longest word that other masks than the floor are tried for. */
const maxWord = 4096;

/** Ranges up to this length are taken apart word by word. */
const shortRange = 512;

/** Between the name of a field and its value. */
const fieldSign = 0x3d;

/** Letters, digits, and what else tokens are made of: base64, percent-encoding, names. */
const wordOctets: ReadonlySet<number> = new Set(
  Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.%~'),
);

/** Where to cut, best first: ends of lines, then of words and fields. */
const cuts: readonly ReadonlySet<number>[] = [
  new Set([0x0a]),
  new Set(Buffer.from(' ;&,\0\x01')),
  new Set(Buffer.from('=:."\'/')),
];

/** Masks `octets[start, end)` as far as nothing depends on them. */
export function maskRange(search: MaskSearch, start: number, end: number): void {
  // Depth grows with the logarithm of the length but for cuts at unequal places; a stack of our own has no bound to mind.
  const pending: [number, number][] = [[start, end]];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const [from, to] = range;
    if (from >= to || isFloor(search, from, to)) continue;
    if (!search.mayTry()) {
      search.octets.set(search.floor.subarray(from, to), from);
      continue;
    }
    const before = Uint8Array.from(search.octets.subarray(from, to));
    if (tryMasks(search, before, from, to)) continue;
    if (to - from === 1) continue;
    const at = cutOf(search.octets, from, to);
    // The later half is looked at first: what stands in front is the more likely to be needed by what follows.
    pending.push([from, at], [at, to]);
  }
}

function isFloor({ octets, floor }: MaskSearch, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (octets[at] !== floor[at]) return false;
  return true;
}

/** Tries the masks that fit a range; leaves the first that is enough, or the range as it was. */
function tryMasks(search: MaskSearch, before: Uint8Array, start: number, end: number): boolean {
  for (const mask of masksOf(search, before, start, end)) {
    if (!search.mayTry()) break;
    search.octets.set(mask, start);
    if (search.isEnough()) return true;
  }
  search.octets.set(before, start);
  return false;
}

function* masksOf(search: MaskSearch, before: Uint8Array, start: number, end: number): Generator<Uint8Array> {
  // Looked for before the first mask is in its place.
  const word = before.length === 1 ? null : wordIn(search.octets, start, end);
  yield search.floor.subarray(start, end);
  if (before.length === 1) {
    yield* otherOctets(before[0]!);
    return;
  }
  if (word === null) return;
  for (const other of otherWords(before.subarray(word[0] - start, word[1] - start))) {
    const mask = Uint8Array.from(search.floor.subarray(start, end));
    mask.set(other, word[0] - start);
    yield mask;
  }
}

/** Other words for a word, the least telling first. */
function* otherWords(word: Uint8Array): Generator<Uint8Array> {
  const decoded = asBase64(word);
  if (decoded !== null) yield decoded;
  // What looks like a placeholder is no secret to who looks for some: letters and digits that say nothing of the word's own.
  yield word.map((_, at) => varied[at % varied.length]!);
  yield ofSameClass(word);
}

/** A letter or a digit may be any other; of octets beyond ASCII those that end a Huffman code (RFC 7541 §5.2) are tried. */
function* otherOctets(octet: number): Generator<Uint8Array> {
  if (octet >= 0x80) for (const other of [0xff, 0x1f, 0x0f, 0x07, 0x03]) yield Uint8Array.of(other);
  else if (octet >= 0x30 && octet <= 0x39) yield Uint8Array.of(0x30);
  else if ((octet >= 0x41 && octet <= 0x5a) || (octet >= 0x61 && octet <= 0x7a)) {
    // The same letter in another case would say as much.
    for (const other of [0x51, 0x71, 0x30]) if ((other | 0x20) !== (octet | 0x20)) yield Uint8Array.of(other);
  }
}

/** The only word in a range, whole as far as the octets around it tell; null where there is none, or more than one. */
function wordIn(octets: Uint8Array, start: number, end: number): [number, number] | null {
  let from = start;
  let to = end;
  while (from < to && !wordOctets.has(octets[from]!)) from++;
  while (to > from && !wordOctets.has(octets[to - 1]!)) to--;
  if (to - from < 2 || to - from > maxWord) return null;
  for (let at = from; at < to; at++) if (!wordOctets.has(octets[at]!)) return null;
  const before = octets[from - 1] ?? 0;
  return wordOctets.has(octets[to] ?? 0) || (wordOctets.has(before) && before !== fieldSign) ? null : [from, to];
}

/** Letters and digits become one letter and one digit. */
function ofSameClass(word: Uint8Array): Uint8Array {
  return word.map((octet) => {
    if (octet >= 0x30 && octet <= 0x39) return 0x30;
    if (octet >= 0x41 && octet <= 0x5a) return 0x58;
    return octet >= 0x61 && octet <= 0x7a ? 0x78 : octet;
  });
}

/** Base64 of something masked: what separates its parts (RFC 4616's NUL, RFC 7617's colon, XOAUTH2's 0x01) stays. */
function asBase64(word: Uint8Array): Uint8Array | null {
  const text = Buffer.from(word).toString('latin1');
  const [, letters, padding] = /^([A-Za-z0-9+/]{4,})(={0,2})$/.exec(text) ?? [];
  if (letters === undefined || (letters.length + padding!.length) % 4 !== 0) return null;
  const plain = Buffer.from(letters, 'base64');
  let isBehind = false;
  for (const [at, octet] of plain.entries()) {
    if (octet === 0 || octet === 1 || (octet === 0x3a && !isBehind)) isBehind ||= octet === 0x3a;
    else plain[at] = octet < 0x20 || octet > 0x7e ? 0 : 0x78;
  }
  return Buffer.from(plain.toString('base64'), 'latin1');
}

/** The best place to cut a range in two, near its middle. */
function cutOf(octets: Uint8Array, start: number, end: number): number {
  const middle = (start + end) >>> 1;
  // A short range is cut between words wherever they end: then each is looked at whole.
  const reach = end - start <= shortRange ? end - start : Math.max(1, (end - start) >>> 2);
  for (const cut of cuts) {
    for (let step = 0; step < reach; step++) {
      if (middle - step > start && cut.has(octets[middle - step - 1]!)) return middle - step;
      if (middle + step < end && cut.has(octets[middle + step - 1]!)) return middle + step;
    }
  }
  return middle;
}
