import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/protocols/lines.js';

/** The lines of a text that comes in pieces of these sizes, each overwritten after it was lent; `null` = octets are missing. */
function linesOf(pieces: readonly (string | null)[], longest?: number): string[] {
  const reader = new LineReader(longest);
  const lines: string[] = [];
  for (const piece of pieces) {
    if (piece === null) {
      reader.lose();
      continue;
    }
    const lent = Uint8Array.from(Buffer.from(`\n${piece}\n`, 'latin1'));
    const end = lent.length - 1;
    for (let at = 1; at < end; ) {
      at = reader.read(lent, at, end);
      if (reader.complete) lines.push(`${reader.line.text()}${reader.line.cut ? '…' : ''}`);
    }
    lent.fill(0xee);
  }
  return lines;
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, next = 0; at < text.length; next++) {
    pieces.push(text.slice(at, at + sizes[next % sizes.length]!));
    at += sizes[next % sizes.length]!;
  }
  return pieces;
}

describe('LineReader', () => {
  it('ends lines at line feeds and takes one carriage return before them off', () => {
    expect(linesOf(['a\r\nb\n\r\n\rc\r\r\nrest'])).toEqual(['a', 'b', '', '\rc\r']);
  });

  it('gives the same lines for any pieces, also of those that are too long', () => {
    const text = fc
      .array(fc.constantFrom('a', 'bc', 'defghij', '\r', '\n', '\r\n', 'k'.repeat(9)))
      .map((parts) => parts.join(''));
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
    fc.assert(
      fc.property(text, sizes, fc.constantFrom(4, 8, 100), (whole, by, longest) => {
        expect(linesOf(cut(whole, by), longest)).toEqual(linesOf([whole], longest));
      }),
    );
  });

  it('cuts what is longer than it keeps', () => {
    expect(linesOf(['abcdef\r\nxy\r\n'], 4)).toEqual(['abcd…', 'xy']);
  });

  it('drops the line that a gap is in, on both sides of it', () => {
    expect(linesOf(['a\r\nb', null, 'c\r\nd\r\n'])).toEqual(['a', 'd']);
    expect(linesOf(['a\r\n', null, 'b\r\nc\r\n'])).toEqual(['a', 'c']);
  });

  it('reads up to another delimiter, keeping all before it', () => {
    const reader = new LineReader();
    const bytes = Uint8Array.from(Buffer.from('ab\r\n<c>', 'latin1'));
    expect(reader.read(bytes, 0, bytes.length, 0x3c)).toBe(5);
    expect(reader.line.text()).toBe('ab\r\n');
    expect(reader.read(bytes, 5, bytes.length, 0x3e)).toBe(7);
    expect(reader.line.text()).toBe('c');
  });

  it('finds words, octets and keywords in a line', () => {
    const reader = new LineReader();
    reader.read(Uint8Array.from(Buffer.from('Auth  plain\tx=\n')), 0, 15);
    const { line } = reader;
    expect([line.word(0), line.word(line.nextWord(0)), line.nextWord(6), line.find(0x3d)]).toEqual([
      'AUTH',
      'PLAIN',
      12,
      13,
    ]);
    expect([line.has(0, 'AUTH'), line.has(11, 'TOO LONG'), line.contains('PLAIN'), line.octet(99)]).toEqual([
      true,
      false,
      true,
      -1,
    ]);
  });
});
