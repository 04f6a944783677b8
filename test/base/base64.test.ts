import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../src/base/base64.js';

function decoded(text: string, room = 1_024): Uint8Array | null {
  const bytes = Uint8Array.from(Buffer.from(`!!${text}!!`, 'latin1'));
  const target = new Uint8Array(room);
  const length = decodeBase64(bytes, 2, bytes.length - 2, target);
  return length < 0 ? null : target.subarray(0, length);
}

describe('decodeBase64', () => {
  it('undoes both alphabets, with padding or without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        const buffer = Buffer.from(octets);
        for (const text of [buffer.toString('base64'), buffer.toString('base64url')])
          expect(decoded(text)).toEqual(octets);
      }),
    );
  });

  it('reads the examples of RFC 4648 §10', () => {
    for (const [text, plain] of [
      ['', ''],
      ['Zg==', 'f'],
      ['Zm8=', 'fo'],
      ['Zm9v', 'foo'],
      ['Zm9vYmFy', 'foobar'],
    ] as const)
      expect(Buffer.from(decoded(text)!).toString('latin1')).toBe(plain);
  });

  it('steps over white space and stops where the target is full', () => {
    expect(Buffer.from(decoded('Zm9v\r\n Ym\tFy')!).toString('latin1')).toBe('foobar');
    expect(Buffer.from(decoded('Zm9vYmFy', 4)!).toString('latin1')).toBe('foob');
  });

  it('refuses anything else, and digits behind padding', () => {
    for (const text of ['Zm9v!', 'Zg==Zg==', 'Zm9v\0', 'é']) expect(decoded(text)).toBeNull();
  });
});
