import { isHarmful } from '../harmless.js';

/**
 * JSON of `value`, indented: what `JSON.stringify` says, with everything escaped that would steer a terminal or turn the reading
 * direction round (`JSON.stringify` leaves C1 controls and direction marks as they are).
 */
export function escapedJson(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  // Controls in strings are escaped by now, so an end of a line is the indentation's.
  return json.replaceAll(/[^\n\x20-\x7e]/gu, (letter) =>
    isHarmful(letter.codePointAt(0)!) ? escapes(letter) : letter,
  );
}

/** As JSON writes it: each UTF-16 unit by itself (RFC 8259 §7). */
function escapes(letter: string): string {
  let text = '';
  for (let at = 0; at < letter.length; at++) text += `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return text;
}
