import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5Hex, quickHash, sha256Hex } from '../../src/base/hash.js';

describe('digests', () => {
  it('give the test values of RFC 1321 (MD5)', () => {
    expect(md5Hex('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(md5Hex('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0');
  });

  it('give the test values of FIPS 180-4 (SHA-256), of text and of bytes alike', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256Hex('abc')).toBe(abc);
    expect(sha256Hex(Uint8Array.of(0x61, 0x62, 0x63))).toBe(abc);
  });
});

describe('quickHash', () => {
  it('depends on the octets of the range alone, wherever they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), fc.integer(), (before, bytes, after, seed) => {
        const all = Uint8Array.of(...before, ...bytes, ...after);
        expect(quickHash(all, before.length, before.length + bytes.length, seed)).toBe(
          quickHash(bytes, 0, bytes.length, seed),
        );
      }),
    );
  });

  it('is an int32 that any octet, the length and the seed change', () => {
    const bytes = Uint8Array.from({ length: 23 }, (_, at) => at);
    const hash = quickHash(bytes, 0, 23, 1);
    expect(hash).toBe(hash | 0);
    const others = [quickHash(bytes, 0, 23, 2), quickHash(bytes, 0, 22, 1), quickHash(new Uint8Array(23), 0, 23, 1)];
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 1;
      others.push(quickHash(changed, 0, 23, 1));
    }
    others.push(quickHash(new Uint8Array(3), 0, 3, 1), quickHash(new Uint8Array(2), 0, 2, 1));
    expect(others).not.toContain(hash);
    expect(new Set(others).size).toBe(others.length);
  });

  it('spreads numbers that count up evenly over a table, in its lower bits', () => {
    const slots = new Uint32Array(1024);
    const bytes = new Uint8Array(4);
    const view = new DataView(bytes.buffer);
    for (let number = 0; number < 65_536; number++) {
      view.setUint32(0, number);
      slots[quickHash(bytes, 0, 4, 7) & 1023]!++;
    }
    // 64 expected in each, with a standard deviation of 8.
    expect(Math.max(...slots)).toBeLessThan(64 + 8 * 6);
    expect(Math.min(...slots)).toBeGreaterThan(64 - 8 * 6);
  });
});
