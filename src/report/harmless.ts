// Text from the wire may steer a terminal (escape sequences), turn the reading direction round, or hide characters. Every
// such string passes through here before it is printed for a person; the JSON writer escapes the same code points.

/** Longest text from the wire that is printed for a person, in characters; the rest becomes '…'. */
export const maxPrintedCharacters = 256;

/**
 * Whether a code point does something to a terminal or a reader instead of being seen: C0, DEL and C1 controls, line and
 * paragraph separators, direction marks, zero-width and invisible format characters, tags, and lone surrogates.
 */
export function isHarmful(codePoint: number): boolean {
  if (codePoint < 0x20) return true;
  if (codePoint < 0x7f) return false;
  if (codePoint <= 0x9f) return true;
  if (codePoint < 0x2000) return codePoint === 0xad || codePoint === 0x34f || isHarmfulLetter(codePoint);
  if (codePoint <= 0x206f) return isHarmfulPunctuation(codePoint);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return true;
  return (
    codePoint === 0x3164 || // Hangul filler: a letter that shows nothing
    codePoint === 0xfeff ||
    codePoint === 0xffa0 ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
    (codePoint >= 0xfff0 && codePoint <= 0xfffb) ||
    (codePoint >= 0x1d173 && codePoint <= 0x1d17a) ||
    (codePoint >= 0xe0000 && codePoint <= 0xe0fff)
  );
}

// The letter-like fillers and format characters between Latin-1 and general punctuation.
function isHarmfulLetter(codePoint: number): boolean {
  return (
    codePoint === 0x61c ||
    codePoint === 0x115f ||
    codePoint === 0x1160 ||
    codePoint === 0x17b4 ||
    codePoint === 0x17b5 ||
    (codePoint >= 0x180b && codePoint <= 0x180f)
  );
}

// U+200B..U+200F zero width and direction marks, U+2028..U+202E separators and embeddings, U+2060..U+206F invisible
// operators and isolates.
function isHarmfulPunctuation(codePoint: number): boolean {
  return (
    (codePoint >= 0x200b && codePoint <= 0x200f) || (codePoint >= 0x2028 && codePoint <= 0x202e) || codePoint >= 0x2060
  );
}

/**
 * `text` fit to print: harmful code points become visible escapes (`\x1b`, `\u202e`), and what is longer than `limit`
 * characters ends in '…'.
 */
export function harmless(text: string, limit: number = maxPrintedCharacters): string {
  // Nearly every text is plain: built anew letter by letter, it would be the most of a million lines' garbage.
  if (text.length <= limit && /^[\x20-\x7e]*$/.test(text)) return text;
  let safe = '';
  let printed = 0;
  for (let at = 0; at < text.length; ) {
    if (printed === limit) return `${safe}…`;
    const codePoint = text.codePointAt(at)!;
    const width = codePoint > 0xffff ? 2 : 1;
    safe += isHarmful(codePoint) ? visibleEscape(codePoint) : text.slice(at, at + width);
    at += width;
    printed++;
  }
  return safe;
}

function visibleEscape(codePoint: number): string {
  const digits = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return codePoint <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
