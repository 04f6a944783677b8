import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { u32, utf8 } from '../../src/base/bytes.js';
import { CaptureFramer } from '../../src/capture/framer.js';
import { PcapngWriter } from '../../src/capture/pcapng-writer.js';
import type { CaptureSink, PacketView } from '../../src/model/packet.js';

interface Read {
  packets: { time: string; octets: Uint8Array; original: number; link: number; interfaceId: number }[];
  names: string[];
  framer: CaptureFramer;
}

/** What our own reader makes of what was written. */
function read(write: (writer: PcapngWriter) => void): Read & { file: Uint8Array } {
  const blocks: Uint8Array[] = [];
  write(new PcapngWriter((octets) => blocks.push(octets)));
  const file = Buffer.concat(blocks);
  const packets: Read['packets'] = [];
  const names: string[] = [];
  const sink: CaptureSink = {
    packet({ seconds, nanoseconds, bytes, start, end, originalLength, linkType, interfaceId }: PacketView) {
      packets.push({
        time: `${seconds}.${nanoseconds}`,
        octets: Uint8Array.from(bytes.subarray(start, end)),
        original: originalLength,
        link: linkType,
        interfaceId,
      });
    },
    interface() {},
    drops() {},
    secrets() {},
    name(bytes, at, length, name) {
      names.push(`${Buffer.from(bytes.slice(at, at + length)).toString('hex')} ${name}`);
    },
  };
  const framer = new CaptureFramer(sink);
  framer.end(file, framer.push(file, 0, file.length), file.length);
  return { packets, names, framer, file };
}

const packet = { interfaceId: 0, seconds: 1, nanoseconds: 2, originalLength: 3, comments: [] };

describe('PcapngWriter', () => {
  it('writes what our own reader reads, whatever the packets are', () => {
    const packets = fc.array(
      fc.record({
        seconds: fc.integer({ min: 0, max: 0xffffffff }),
        nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
        octets: fc.uint8Array({ maxLength: 100 }),
        cut: fc.nat({ max: 2000 }),
        comments: fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), { maxLength: 3 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(packets, fc.integer({ min: 0, max: 300 }), (given, link) => {
        const { packets: found, framer } = read((writer) => {
          writer.section('test', 'a comment');
          const interfaceId = writer.interface(link, 'one');
          for (const { cut, ...rest } of given) {
            writer.packet({ ...rest, interfaceId, originalLength: rest.octets.length + cut });
          }
        });
        expect(framer.refusal ?? framer.endedEarly).toBeNull();
        expect(framer.damage).toEqual([]);
        expect(found.map(({ time, octets, original }) => [time, octets, original])).toEqual(
          given.map(({ seconds, nanoseconds, octets, cut }) => [
            `${seconds}.${nanoseconds}`,
            octets,
            octets.length + cut,
          ]),
        );
      }),
    );
  });

  it('numbers interfaces in the order of their description', () => {
    const { packets } = read((writer) => {
      writer.section('test', '');
      expect([writer.interface(1, 'one'), writer.interface(113, 'two')]).toEqual([0, 1]);
      writer.packet({ ...packet, interfaceId: 1, octets: Uint8Array.of(1) });
    });
    expect(packets[0]).toMatchObject({ link: 113, interfaceId: 1 });
  });

  it('writes names of both families, and leaves out those that would end too early or are none', () => {
    const { names } = read((writer) => {
      writer.section('test', '');
      writer.names([
        { address: Uint8Array.of(10, 0, 0, 9), name: 'api.example' },
        { address: Uint8Array.of(10, 0, 0, 9), name: 'evil\0name' },
        { address: Uint8Array.of(10, 0, 0, 9), name: '' },
        { address: new Uint8Array(16).fill(0xfe), name: 'six.example' },
      ]);
    });
    expect(names).toEqual(['0a000009 api.example', `${'fe'.repeat(16)} six.example`]);
  });

  it('holds times that the format can not say', () => {
    const { packets } = read((writer) => {
      writer.section('test', '');
      writer.interface(1, 'one');
      for (const seconds of [-5, 1e13]) writer.packet({ ...packet, seconds, octets: Uint8Array.of(1) });
    });
    expect(packets.map(({ time }) => time)).toEqual(['0.0', '18446744073.709551615']);
  });

  it('never says that less was on the wire than was captured', () => {
    const { packets } = read((writer) => {
      writer.section('test', '');
      writer.interface(1, 'one');
      writer.packet({ ...packet, octets: new Uint8Array(9), originalLength: 0 });
    });
    expect(packets[0]!.original).toBe(9);
  });

  it('cuts a comment that no option can hold between characters', () => {
    const { file, packets } = read((writer) => {
      writer.section('test', '');
      writer.interface(1, 'one');
      writer.packet({ ...packet, octets: Uint8Array.of(1), comments: ['€'.repeat(30_000)] });
    });
    expect(packets).toHaveLength(1);
    // Three octets each, and 65,535 of them: all that fit, and none in part.
    const signs = utf8(file, 0, file.length).match(/€+/g)!;
    expect(signs.map((run) => run.length)).toEqual([21_845]);
    const behind = file.lastIndexOf(0xac) + 1;
    expect(file[behind]).toBe(0);
  });

  it('writes little-endian blocks whose two lengths agree', () => {
    const { file } = read((writer) => writer.section('test', 'c'));
    expect(u32(file, 0)).toBe(0x0a0d0d0a);
    expect(new DataView(file.buffer, file.byteOffset).getUint32(4, true)).toBe(file.length);
    expect(new DataView(file.buffer, file.byteOffset).getUint32(file.length - 4, true)).toBe(file.length);
  });
});
