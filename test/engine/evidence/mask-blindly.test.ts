import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskBlindly } from '../../../src/engine/evidence/mask-blindly.js';

function masked(octets: Uint8Array): Buffer {
  const bytes = Buffer.from(octets);
  maskBlindly(bytes, 0, bytes.length);
  return bytes;
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('maskBlindly', () => {
  it('masks lines of text as text', () => {
    expect(masked(Buffer.from('PASS hunter2\r\n\u0000\u0001\u0000')).toString('latin1')).toBe(
      'PASS xxxxxxx\r\n\u0000\u0001\u0000',
    );
  });

  it('keeps numbers among zeros, lengths of texts and markers, and masks the texts', () => {
    const message = Buffer.from([0x70, 0, 0, 0, 0x0d, ...Buffer.from('hunter2!!'), 0, 7, ...Buffer.from('hunter2'), 0]);
    expect(masked(message).toString('latin1')).toBe('p\0\0\0\x0dxxxxxxxxx\0\x07xxxxxxx\0');
    const marker = Buffer.concat([Buffer.alloc(16, 0xff), Buffer.from([1])]);
    expect(masked(marker).subarray(0, 16)).toEqual(Buffer.alloc(16, 0xff));
    // The options of a TDS prelogin end so, and what follows them is a version.
    expect([...masked(Buffer.from([0, 4, 0xff, 8, 0xfe, 0xfd]))]).toEqual([0, 4, 0xff, 0, 0, 0]);
  });

  it('masks text in UTF-16, of either byte order', () => {
    const little = Buffer.concat([Buffer.from([1, 0, 0xfe]), utf16('hunter2'), Buffer.from([0xfe])]);
    expect(masked(little).toString('latin1')).toContain(utf16('xxxxxxx').toString('latin1'));
    const big = Buffer.concat([Buffer.from([1, 0, 0xfe]), utf16('hunter2').swap16(), Buffer.from([0xfe])]);
    expect(masked(big).toString('latin1')).toContain(utf16('xxxxxxx').swap16().toString('latin1'));
  });

  it('leaves next to nothing of a key', () => {
    let kept = 0;
    for (let round = 0; round < 200; round++) {
      const key = randomBytes(32);
      const after = masked(Buffer.concat([Buffer.from([0xfe]), key, Buffer.from([0xfe])])).subarray(1, 33);
      for (const [at, octet] of after.entries()) if (octet === key[at] && octet !== 0 && octet !== 0x78) kept++;
    }
    // Of 6,400 octets those that stand beside a zero, are an end of a line, or say by chance how long what follows is.
    expect(kept).toBeLessThan(6_400 * 0.06);
  });

  it('keeps the length', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => masked(octets).length === octets.length));
  });
});
