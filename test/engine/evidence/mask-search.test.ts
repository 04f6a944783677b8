import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MaskSearch, maskRange } from '../../../src/engine/evidence/mask-search.js';

/** Masks `text` as far as `holds` stays true; `tries` bounds the attempts. */
function masked(text: string, holds: (text: string) => boolean, tries = 10_000): { text: string; attempts: number } {
  const plain = Buffer.from(text, 'latin1');
  let attempts = 0;
  const search: MaskSearch = {
    octets: Uint8Array.from(plain),
    floor: plain.map((octet) => (octet === 0x0a || octet === 0x20 ? octet : 0x78)),
    isEnough() {
      attempts++;
      return holds(Buffer.from(this.octets).toString('latin1'));
    },
    mayTry: () => attempts < tries,
  };
  maskRange(search, 0, plain.length);
  return { text: Buffer.from(search.octets).toString('latin1'), attempts };
}

describe('maskRange', () => {
  it('masks everything where nothing matters, in one attempt', () => {
    expect(masked('user alice\npass s3cret\n', () => true)).toEqual({ text: 'xxxx xxxxx\nxxxx xxxxxx\n', attempts: 1 });
  });

  it('keeps what changes the answer, and nothing beside it', () => {
    const { text } = masked('host: a\npassword: hunter2\nlength: 12\n', (told) => /^password:/m.test(told));
    expect(text).toBe('xxxxx x\npassword: xxxxxxx\nxxxxxxx xx\n');
  });

  it('puts base64 of something masked for base64', () => {
    const word = Buffer.from('\0alice\0hunter2').toString('base64');
    const { text } = masked(`AUTH ${word}\n`, (told) => {
      const plain = Buffer.from(/^AUTH (\S+)/.exec(told)?.[1] ?? '', 'base64').toString('latin1');
      return /^\0[^\0]+\0[^\0]+$/.test(plain);
    });
    expect(Buffer.from(text.slice(5), 'base64').toString('latin1')).toBe('\0xxxxx\0xxxxxxx');
  });

  it('puts letters and digits that say nothing where a placeholder would not do', () => {
    const { text } = masked('token a0AfH6SMBx\n', (told) => /^token (?!(.)\1*$)\S+$/m.test(told));
    expect(text).toMatch(/^token [xY3]{10}$/m);
  });

  it('masks unseen what it has no attempts left for', () => {
    const { text } = masked('keep secret\n', (told) => told.includes('keep'), 2);
    expect(text).not.toContain('secret');
  });

  it('ends with something that is enough, unless it ran out of attempts', () => {
    const line = fc.string({ unit: 'binary-ascii', maxLength: 60 });
    fc.assert(
      fc.property(line, fc.integer({ min: 0, max: 59 }), fc.integer({ min: 1, max: 8 }), (text, at, length) => {
        const needed = text.slice(at, at + length);
        const result = masked(text, (told) => told.slice(at, at + length) === needed);
        expect(result.text).toHaveLength(text.length);
        expect(result.text.slice(at, at + length)).toBe(needed);
      }),
    );
  });

  it('needs few attempts for a long text of which little matters', () => {
    const text = `${'filler words of a body\n'.repeat(2000)}X-Api-Key: 123\n${'more\n'.repeat(2000)}`;
    expect(masked(text, (told) => told.includes('X-Api-Key:')).attempts).toBeLessThan(200);
  });
});
