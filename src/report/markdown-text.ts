import { harmless } from './harmless.js';

/** Text from the wire as a code span that also stands in a cell of a table: '`10.0.0.5`'. Nothing in it is interpreted. */
export function codeSpan(text: string, limit?: number): string {
  // GFM §4.10: a bar ends a cell, in a code span too. It could be escaped, but what a backslash before it means is read
  // differently, and a cell that ends inside a span sets free what follows.
  const safe = harmless(text, limit).replaceAll('|', '¦');
  if (safe.trim() === '') return '``` ```';
  // CommonMark §6.1: a fence of another length than any inside; a space keeps a backtick at an end from the fence.
  let fence = '`';
  while (safe.includes(fence)) fence += '`';
  const room = safe.startsWith('`') || safe.endsWith('`') || (safe.startsWith(' ') && safe.endsWith(' ')) ? ' ' : '';
  return `${fence}${room}${safe}${room}${fence}`;
}

/** Our own prose: what Markdown or HTML would interpret in it is escaped. Not for text from the wire. */
export function markdownProse(text: string): string {
  return harmless(text, 4000)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Lines of a document that may not grow beyond a number of characters. */
export class MarkdownText {
  readonly #limit: number;
  readonly #lines: string[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes lines whatever they cost: few and short ones. */
  always(...lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#length += line.length + 1;
    }
  }

  /** Takes a line if the document then has at most `limit` characters. */
  line(line: string, limit: number): boolean {
    if (this.#length + line.length + 1 > limit) return false;
    this.always(line);
    return true;
  }

  /** Takes all lines or none: half an element would swallow what follows. */
  block(lines: readonly string[]): boolean {
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (this.#length + length > this.#limit) return false;
    this.always(...lines);
    return true;
  }

  /** The document. */
  finish(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}
