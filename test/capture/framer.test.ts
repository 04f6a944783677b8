import { describe, expect, test } from 'vitest';
import { join } from '../build/pcapng.js';
import { ascii, frameInPieces, packetsOf } from './recorder.js';

const text = (content: string) => join(ascii(content), new Uint8Array(0));
const latin1 = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0));

describe('what is no capture', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /empty/],
    ['HTML', text('<!DOCTYPE html><html><head><title>404</title></head><body></body></html>'), /HTML/],
    ['JSON', text('{"format": "barewire-report", "version": "1.0"}\n'), /JSON/],
    ['a key log', text('CLIENT_RANDOM 0011 2233\n'), /--keylog/],
    ['text', text('not a capture\n'), /text/],
    ['zeros', new Uint8Array(4096), /zeros/],
    ['gzip in gzip', latin1('\x1f\x8b\x08\x00\x00\x00\x00\x00'), /gzip data inside/],
    ['xz', latin1('\xfd7zXZ\0\0\0'), /xz/],
    ['a NetMon capture', latin1('GMBU\x00\x02\x01\x00'), /Microsoft Network Monitor 2/],
    ['a spoiled pcapng', latin1('\x0d\x0a\x0d\x0a\x0a\x1c\0\0\0'), /text mode/],
    ['a section header without magic', latin1('\x0a\x0d\x0d\x0a\x1c\0\0\0abcd'), /0x0a0d0d0a/],
    ['two octets', latin1('\xff\xfe'), /only 2 octets/],
    ['noise', latin1('\x81\x92\xa3\xb4\xc5'), /0x8192a3b4/],
  ];
  for (const [name, bytes, reason] of cases) {
    test(`${name}: refused in one line, however it is cut`, () => {
      const whole = frameInPieces(bytes);
      expect(whole.refusal).toMatch(reason);
      expect(whole.refusal).not.toContain('\n');
      expect(whole.events).toEqual([]);
      for (let cut = 0; cut < Math.min(bytes.length, 80); cut++) expect(frameInPieces(bytes, [cut])).toEqual(whole);
    });
  }
});

describe('snoop', () => {
  /** RFC 1761: original, included, record length, drops, seconds, microseconds. */
  function record(content: Uint8Array, drops: number, original: number, microseconds: number): Uint8Array {
    const padded = (content.length + 3) & ~3;
    const bytes = new Uint8Array(24 + padded);
    const view = new DataView(bytes.buffer);
    [original, content.length, bytes.length, drops, 900_000_000, microseconds].forEach((value, at) => {
      view.setUint32(4 * at, value);
    });
    bytes.set(content, 24);
    return bytes;
  }
  const head = latin1('snoop\0\0\0\0\0\0\x02\0\0\0\x04');

  test('reads records, padding and cumulative drops, however the bytes are cut', () => {
    const file = join(head, record(ascii('abc'), 0, 60, 1), record(ascii('defg'), 9, 4, 999_999));
    const whole = frameInPieces(file);
    expect(whole.events).toEqual([
      'interface 1 0',
      'packet 1 900000000.000001000 link 1 if 0 of 60: 616263',
      'drops 0 9',
      'packet 2 900000000.999999000 link 1 if 0 of 4: 64656667',
    ]);
    expect(whole).toMatchObject({ format: 'snoop', endedEarly: null, refusal: null });
    for (let cut = 0; cut <= file.length; cut++) expect(frameInPieces(file, [cut])).toEqual(whole);
  });

  test('says where a record is cut or impossible', () => {
    const file = join(head, record(ascii('abc'), 0, 60, 1), record(ascii('defg'), 0, 4, 1));
    const cut = frameInPieces(file.subarray(0, -2));
    expect(packetsOf(cut)).toHaveLength(1);
    expect(cut.endedEarly).toBe('byte 44: cut in a record: 26 of at least 28 octets');
    const impossible = file.slice();
    impossible[44 + 11] = 3;
    expect(frameInPieces(impossible).endedEarly).toMatch(/^byte 44: a record of 3 octets/);
  });

  test('does not take a foreign datalink type for a LINKTYPE_ of the same number', () => {
    const file = join(latin1('snoop\0\0\0\0\0\0\x02\0\0\0\x71'), record(ascii('abc'), 0, 3, 0));
    expect(frameInPieces(file).linkTypes).toEqual([0x10071]);
  });
});
