import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, i32, latin1, ownBytes, sameBytes, u16, u24, u32, utf8 } from '../../src/base/bytes.js';

describe('big-endian reads', () => {
  it('agree with DataView at every offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 20 }), fc.nat(), (bytes, place) => {
        const offset = place % (bytes.length - 3);
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        expect(u16(bytes, offset)).toBe(view.getUint16(offset));
        expect(u24(bytes, offset)).toBe(view.getUint32(offset) >>> 8);
        expect(u32(bytes, offset)).toBe(view.getUint32(offset));
        expect(i32(bytes, offset)).toBe(view.getInt32(offset));
      }),
    );
  });
});

describe('text of bytes', () => {
  it('in hexadecimal is what Buffer makes of them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      }),
    );
    expect(hex(Uint8Array.of(0, 1, 0xab, 0xff), 1, 3)).toBe('01ab');
  });

  it('in ISO 8859-1 has one character an octet, of the range alone', () => {
    expect(latin1(Uint8Array.of(65, 0xe9, 0, 0xff, 66), 1, 4)).toBe('é\0ÿ');
  });

  it('in UTF-8 replaces what is not', () => {
    expect(utf8(Uint8Array.of(65, 0xc3, 0xa9, 0xff, 66), 0, 5)).toBe('Aé\ufffdB');
    expect(utf8(Uint8Array.of(65, 0xc3, 0xa9), 0, 2)).toBe('A\ufffd');
  });
});

describe('comparing and keeping', () => {
  it('compares ranges octet by octet, and nothing around them', () => {
    const a = Uint8Array.of(9, 1, 2, 3, 9);
    const b = Uint8Array.of(1, 2, 3, 8);
    expect(sameBytes(a, 1, b, 0, 3)).toBe(true);
    expect(sameBytes(a, 1, b, 0, 4)).toBe(false);
    expect(sameBytes(a, 0, b, 0, 0)).toBe(true);
  });

  it('owns a copy that a later writer does not reach', () => {
    const lent = Uint8Array.of(1, 2, 3, 4);
    const owned = ownBytes(lent, 1, 3);
    lent.fill(0xee);
    expect([...owned]).toEqual([2, 3]);
  });
});
