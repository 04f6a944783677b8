import { describe, expect, it } from 'vitest';
import { CaptureFramer } from '../../src/capture/framer.js';
import { CaptureReader } from '../../src/engine/read-capture.js';
import type { CaptureSink, PacketView } from '../../src/model/packet.js';
import type { Source } from '../../src/source/source.js';
import { buildPcap } from '../build/pcap.js';

/** A source of `bytes` in pieces of `size`, some of them later. */
function sourceOf(bytes: Uint8Array, size: number): Source {
  let at = 0;
  return {
    ...{ path: 'memory', compression: null, size: bytes.length, endedEarly: null },
    get position() {
      return at;
    },
    read(into: Uint8Array, offset: number) {
      const take = Math.min(size, bytes.length - at, into.length - offset);
      into.set(bytes.subarray(at, at + take), offset);
      at += take;
      return at % 3 === 0 ? Promise.resolve(take) : take;
    },
    close: () => undefined,
  };
}

/** Sums up each frame, as nothing lent may be kept. */
class Sums implements CaptureSink {
  readonly sums: number[] = [];

  packet(packet: PacketView): void {
    let sum = packet.end - packet.start;
    for (let at = packet.start; at < packet.end; at++) sum += packet.bytes[at]! * (1 + at - packet.start);
    this.sums.push(sum);
  }

  interface(): void {}
  drops(): void {}
  secrets(): void {}
  name(): void {}
}

async function sumsOf(bytes: Uint8Array, size: number, reader = new CaptureReader()): Promise<number[]> {
  const sink = new Sums();
  expect(await reader.read(sourceOf(bytes, size), new CaptureFramer(sink), () => true)).toBe(true);
  return sink.sums;
}

const frames = Array.from({ length: 40 }, (_, at) => ({
  bytes: Uint8Array.from({ length: 20 + 7 * at }, (_unused, octet) => (octet * 31 + at) & 0xff),
}));
const file = buildPcap(frames);

/** LINKTYPE_DBUS: one of those whose packets may be larger than the buffer. */
const dbus = 231;

describe('CaptureReader', () => {
  it('gives the same frames however the source is cut into pieces', async () => {
    const whole = await sumsOf(file, file.length);
    expect(whole).toHaveLength(40);
    for (const size of [1, 2, 3, 7, 16, 100, 1000]) expect(await sumsOf(file, size)).toEqual(whole);
  });

  it('serves one capture after the other', async () => {
    const reader = new CaptureReader();
    const first = await sumsOf(file, 10, reader);
    expect(await sumsOf(file, 999, reader)).toEqual(first);
  });

  it('grows for a frame longer than its buffer', async () => {
    const long = buildPcap([{ bytes: new Uint8Array(3_000_000).fill(1) }, frames[0]!], { link: dbus });
    const sums = await sumsOf(long, 65_536);
    expect(sums).toHaveLength(2);
    expect(sums[0]).toBe(3_000_000 + (3_000_000 * 3_000_001) / 2);
  });

  it('does not grow for a length that nothing stands behind', async () => {
    const lying = buildPcap([{ bytes: new Uint8Array(10), capturedLength: 0x7fffffff }]);
    const before = process.memoryUsage().arrayBuffers;
    expect(await sumsOf(lying, 100)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  });

  it('says so when it was stopped before the end', async () => {
    const sink = new Sums();
    let turns = 0;
    const framer = new CaptureFramer(sink);
    const source = sourceOf(file, 64);
    expect(await new CaptureReader().read(source, framer, () => ++turns < 2)).toBe(false);
    expect(turns).toBe(2);
    expect(sink.sums.length).toBeGreaterThan(0);
    expect(sink.sums.length).toBeLessThan(40);
    expect(framer.endedEarly).toBeNull();
  });

  it('stops reading what is no capture', async () => {
    const source = sourceOf(new Uint8Array(1_000_000).fill(7), 1000);
    const framer = new CaptureFramer(new Sums());
    expect(await new CaptureReader().read(source, framer, () => true)).toBe(true);
    expect(framer.refusal).not.toBeNull();
    expect(source.position).toBe(1000);
  });
});
