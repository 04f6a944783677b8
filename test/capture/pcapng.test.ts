import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { join, PcapngBuilder } from '../build/pcapng.js';
import { ascii, frameInPieces, packetsOf } from './recorder.js';

const resolution = (octet: number) => ({ code: 9, bytes: Uint8Array.of(octet) });
const address4 = Uint8Array.of(10, 0, 0, 1);
const address6 = new Uint8Array(16).fill(0x20);

/** One of everything that is read, in one byte order. */
function everything(little: boolean): Uint8Array {
  const ng = new PcapngBuilder(little);
  return join(
    ng.section(),
    ng.interface(1, 96, [resolution(6)]),
    ng.interface(113, 0, [resolution(9), ng.option64(14, -3600n)]),
    ng.packet(ascii('one'), 1_700_000_000_000_001n, 0, [], 1500),
    ng.packet(ascii('two'), 1_700_000_000_123_456_789n, 1, [ng.option64(4, 7n)]),
    ng.simplePacket(ascii('three')),
    ng.obsoletePacket(ascii('four'), 5_000_000n, 0, 2),
    ng.block(0xbad, ascii('custom')),
    ng.block(0x40000bad, ascii('custom')),
    ng.block(0x77777777, ascii('nobody knows this block')),
    ng.names([
      { type: 1, address: address4, names: ['a.example', 'b.example'] },
      { type: 9, address: address4, names: ['unknown record type'] },
      { type: 2, address: address6, names: ['six.example'] },
    ]),
    ng.secrets(0x544c534b, ascii('CLIENT_RANDOM 00 11')),
    ng.statistics(1, [ng.option64(4, 1000n), ng.option64(5, 30n), ng.option64(7, 12n)]),
  );
}

const told = [
  'interface 1 96',
  'interface 113 0',
  'packet 1 1700000000.000001000 link 1 if 0 of 1500: 6f6e65',
  'drops 1 7',
  'packet 2 1699996400.123456789 link 113 if 1 of 3: 74776f',
  'packet 3 1699996400.123456789 link 1 if 0 of 5: 7468726565',
  'drops 0 2',
  'packet 4 5.000000000 link 1 if 0 of 4: 666f7572',
  'name 0a000001 a.example',
  'name 0a000001 b.example',
  'name 20202020202020202020202020202020 six.example',
  'secrets 544c534b 434c49454e545f52414e444f4d203030203131',
  'drops 1 42',
];

describe('pcapng', () => {
  for (const little of [true, false]) {
    test(`reads every block in ${little ? 'little' : 'big'} endian, however the bytes are cut`, () => {
      const file = everything(little);
      const whole = frameInPieces(file);
      expect(whole.events).toEqual(told);
      // Custom blocks take a frame number, as in Wireshark.
      expect(whole).toMatchObject({ format: 'pcapng', frame: 6, snapLength: 96, linkTypes: [1, 113], damage: [] });
      for (let cut = 0; cut <= file.length; cut++) expect(frameInPieces(file, [cut])).toEqual(whole);
      expect(
        frameInPieces(
          file,
          Array.from({ length: file.length }, (_, at) => at),
        ),
      ).toEqual(whole);
    });
  }

  test('every prefix gives the beginning of what the whole file gives, and is whole or says where it was cut', () => {
    const file = everything(true);
    for (let length = 12; length < file.length; length++) {
      const part = frameInPieces(file.subarray(0, length));
      expect(part.events).toEqual(told.slice(0, part.events.length));
      expect(part.damage).toEqual([]);
      if (part.endedEarly !== null) expect(part.endedEarly).toMatch(/^byte \d+: cut in a block/);
    }
  });

  test('reads sections of different byte orders, each with its own interfaces', () => {
    const file = join(everything(true), everything(false));
    const second = told.map((event) =>
      event
        .replace(/^packet (\d)/, (_, frame: string) => `packet ${Number(frame) + 6}`)
        .replace(/if (\d)/, (_, id: string) => `if ${Number(id) + 2}`)
        .replace(/^drops (\d)/, (_, id: string) => `drops ${Number(id) + 2}`),
    );
    expect(frameInPieces(file).events).toEqual([...told, ...second]);
  });

  test('a section length that is given, right or stale, changes nothing', () => {
    const ng = new PcapngBuilder();
    const rest = join(ng.interface(), ng.packet(ascii('x')));
    for (const length of [-1, 0, rest.length, 8]) {
      expect(packetsOf(frameInPieces(join(ng.section(length), rest, ng.section(), rest)))).toHaveLength(2);
    }
  });

  test('cuts a simple packet to the snap length, without its padding', () => {
    const ng = new PcapngBuilder();
    const file = join(ng.section(), ng.interface(1, 3), ng.simplePacket(ascii('abc'), 60));
    expect(packetsOf(frameInPieces(file))).toEqual(['packet 1 0.000000000 link 1 if 0 of 60: 616263']);
  });

  test('takes a block whose length leaves out its padding', () => {
    const ng = new PcapngBuilder();
    const packet = ng.packet(ascii('abc'), 0n);
    const view = new DataView(packet.buffer);
    view.setUint32(4, packet.length - 1, true);
    view.setUint32(packet.length - 4, packet.length - 1, true);
    const file = join(ng.section(), ng.interface(), packet, ng.packet(ascii('after')));
    expect(packetsOf(frameInPieces(file))).toHaveLength(2);
  });
});

describe('damaged pcapng', () => {
  const ng = new PcapngBuilder();
  const head = join(ng.section(), ng.interface());
  const before = ng.packet(ascii('before'));
  const after = ng.packet(ascii('after'));

  /** Packets' contents as text, and what was said of the damage; must be the same for every cut. */
  function read(...blocks: Uint8Array[]): { packets: string[]; damage: readonly string[]; endedEarly: string | null } {
    const file = join(head, ...blocks);
    const whole = frameInPieces(file);
    for (let cut = 0; cut <= file.length; cut++) expect(frameInPieces(file, [cut])).toEqual(whole);
    const packets = packetsOf(whole).map((event) => Buffer.from(event.replace(/.*: /, ''), 'hex').toString());
    return { packets, damage: whole.damage, endedEarly: whole.endedEarly };
  }

  function overwritten(block: Uint8Array, at: number, ...octets: number[]): Uint8Array {
    const changed = block.slice();
    changed.set(octets, at);
    return changed;
  }

  const at = head.length + before.length;

  test('goes on behind a block whose second length differs', () => {
    const broken = overwritten(ng.packet(ascii('lost')), 32, 0xff);
    expect(read(before, broken, after)).toEqual({
      packets: ['before', 'after'],
      damage: [`byte ${at}: a block whose two lengths differ (36, 255); went on at byte ${at + 36}`],
      endedEarly: null,
    });
  });

  test('goes on behind a first length that is impossible, too long or off by four', () => {
    for (const length of [0, 11, 0x7fffffff, 0xffffffff, 32, 40]) {
      const octets = [length & 255, (length >> 8) & 255, (length >> 16) & 255, length >>> 24];
      const result = read(before, overwritten(ng.packet(ascii('lost')), 4, ...octets), after);
      expect(result.packets).toEqual(['before', 'after']);
      expect(result.damage).toHaveLength(1);
      expect(result.damage[0]).toMatch(new RegExp(`^byte ${at}: .*; went on at byte ${at + 36}$`));
    }
  });

  test('leaves out a whole block that contradicts itself', () => {
    const tooMuch = overwritten(ng.packet(ascii('lost')), 20, 0xff);
    const noInterface = ng.packet(ascii('lost'), 0n, 5);
    const tiny = ng.block(6, new Uint8Array(8));
    expect(read(before, tooMuch, noInterface, tiny, after)).toEqual({
      packets: ['before', 'after'],
      damage: [
        `byte ${at}: a block of 36 octets with a packet of 255; left out`,
        `byte ${at + 36}: a packet of an interface that was not described; left out`,
        `byte ${at + 72}: a packet block of 20 octets can't be; left out`,
      ],
      endedEarly: null,
    });
  });

  test('finds the next block when octets are missing, and a section in the other byte order', () => {
    const big = new PcapngBuilder(false);
    const lost = ng.packet(ascii('lost in part')).slice(0, -5);
    expect(read(lost, after).packets).toEqual(['after']);
    expect(read(lost, big.section(), big.interface(), big.packet(ascii('big'))).packets).toEqual(['big']);
  });

  test('says where reading ended when no block follows the damage', () => {
    const result = read(before, overwritten(after, 4, 1));
    expect(result.packets).toEqual(['before']);
    expect(result.endedEarly).toBe(`byte ${at}: a block of 1 octets can't be; no whole block follows`);
  });

  test('does not take a search for a block that never ends for the end', () => {
    // Behind the damage stands what could be the beginning of a long block, then a real one.
    const lure = join(ng.numbers([4, 5], [4, 800_000]), new Uint8Array(8));
    expect(read(overwritten(before, 4, 1), lure, after).packets).toEqual(['after']);
  });

  test('names records, secrets and options that run past their block', () => {
    const names = ng.block(4, join(ng.numbers([2, 1], [2, 500]), address4));
    const secrets = ng.block(10, join(ng.numbers([4, 1], [4, 500]), ascii('kept')));
    const option = ng.block(1, ng.numbers([2, 1], [2, 0], [4, 0], [2, 9], [2, 200]));
    const result = read(names, secrets, option, after);
    expect(result.packets).toEqual(['after']);
    expect(result.damage).toHaveLength(3);
    expect(frameInPieces(join(head, secrets)).events).toContain('secrets 1 6b657074');
  });

  test('stops at a section of an unknown version', () => {
    const strange = overwritten(ng.section(), 12, 9);
    expect(read(before, strange, after).endedEarly).toBe(`byte ${at}: pcapng version 9; only 1 is known`);
  });

  test('keeps a bounded list of notes', () => {
    const bad = ng.packet(ascii(''), 0n, 5);
    const whole = frameInPieces(join(head, ...Array.from({ length: 300 }, () => bad), after));
    expect(whole.damage).toHaveLength(101);
    expect(whole.damage[100]).toBe('and 200 more');
    expect(packetsOf(whole)).toHaveLength(1);
  });

  test('arbitrary damage gives the same for every cut, never throws', () => {
    const file = everything(true);
    const change = fc.tuple(fc.nat(file.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 6, 10, 255)));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 8 }),
        fc.array(fc.nat(file.length), { maxLength: 5 }),
        (changes, cuts) => {
          const damaged = file.slice();
          for (const [offset, value] of changes) damaged[offset] = value;
          expect(
            frameInPieces(
              damaged,
              cuts.sort((a, b) => a - b),
            ),
          ).toEqual(frameInPieces(damaged));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('reads megabytes of lures in linear time', () => {
    // Every 8 octets look like the beginning of a long block.
    const lures = new Uint8Array(4 * 1024 * 1024);
    const view = new DataView(lures.buffer);
    for (let offset = 0; offset < lures.length; offset += 8) {
      view.setUint32(offset, 6, true);
      view.setUint32(offset + 4, 1_000_004, true);
    }
    const file = join(head, overwritten(before, 4, 1), lures, after);
    const cuts = Array.from({ length: Math.floor(file.length / 262_144) }, (_, piece) => (piece + 1) * 262_144);
    const start = performance.now();
    const result = frameInPieces(file, cuts);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(packetsOf(result)).toHaveLength(1);
  });
});
