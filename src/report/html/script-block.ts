// Data inside a page: JSON in a script element that no browser runs. Two things could go wrong, and both are mended here for
// every string alike: text that ends the element (`</script>`, `<!--`), and text that harms who reads it.
import { harmless } from '../harmless.js';
import type { TextOut } from '../text-out.js';

/** Longest string that is kept in a page, in characters: as long as the longest text of a finding. */
const maxCharacters = 4_000;
/** Strings that are kept once in the table; a network has a few thousand names. What comes later is written out in place. */
const maxStrings = 200_000;
/** Characters of the table together: 32 MB at most, whatever a capture sends. */
const maxTableCharacters = 1 << 24;

/** `value` with every string made harmless: what a page holds may be shown anywhere. */
export function harmlessValue<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return harmless(value, maxCharacters);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) copy[harmless(key, maxCharacters)] = cleaned(member);
  return copy;
}

/** JSON that can stand in a script element: `<` never appears, so nothing can end the element or open a comment. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** Strings that recur, each kept once and made harmless. */
export class StringTable {
  readonly strings: string[] = [];
  readonly #places: Map<string, number> = new Map();
  #characters = 0;

  /** The place of `text`, or its harmless form where the table is full. */
  place(text: string): number | string {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const safe = harmless(text, maxCharacters);
    this.#characters += safe.length;
    if (this.strings.length >= maxStrings || this.#characters > maxTableCharacters) return safe;
    this.#places.set(text, this.strings.length);
    return this.strings.push(safe) - 1;
  }

  /** Likewise; null stays null. */
  placeOrNull(text: string | null): number | string | null {
    return text === null ? null : this.place(text);
  }
}

/** Writes arrays of values as script elements, an element of the array a line. */
export class BlockWriter {
  readonly #out: TextOut;
  #open: string | null = null;
  #empty = true;

  constructor(out: TextOut) {
    this.#out = out;
  }

  /** One more element of the array `block`; the array before it ends. */
  element(block: string, value: unknown): void {
    if (this.#open !== block) {
      this.close();
      this.#out.write(`<script type="application/json" data-block="${block}">[\n`);
      this.#open = block;
      this.#empty = true;
    }
    this.#out.write(this.#empty ? scriptJson(value) : `,\n${scriptJson(value)}`);
    this.#empty = false;
  }

  /** Ends the array in hand. */
  close(): void {
    if (this.#open === null) return;
    this.#out.write('\n]</script>\n');
    this.#open = null;
  }
}
