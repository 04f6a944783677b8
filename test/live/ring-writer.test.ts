import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureFramer } from '../../src/capture/framer.js';
import { PacketView } from '../../src/model/packet.js';
import { PcapngWriter } from '../../src/source/live/pcapng-writer.js';
import { RingWriter } from '../../src/source/live/ring-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'barewire-ring-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Plain {
  bytes: number[];
  originalLength: number;
  seconds: number;
  nanoseconds: number;
  linkType: number;
  capture: number;
}

function viewOf({ bytes, originalLength, seconds, nanoseconds, linkType }: Plain): PacketView {
  const view = new PacketView();
  // The view is lent from a larger buffer, as it always is.
  view.bytes = Uint8Array.from([9, 9, ...bytes, 9]);
  view.start = 2;
  view.end = 2 + bytes.length;
  return Object.assign(view, { originalLength, seconds, nanoseconds, linkType });
}

function readBack(octets: Uint8Array): { packets: Omit<Plain, 'capture'>[]; endedEarly: string | null } {
  const packets: Omit<Plain, 'capture'>[] = [];
  const framer = new CaptureFramer({
    packet: ({ bytes, start, end, originalLength, seconds, nanoseconds, linkType }) =>
      packets.push({ bytes: [...bytes.subarray(start, end)], originalLength, seconds, nanoseconds, linkType }),
    interface: () => {},
    drops: () => {},
    secrets: () => {},
    name: () => {},
  });
  const consumed = framer.push(octets, 0, octets.length);
  framer.end(octets, consumed, octets.length);
  return { packets, endedEarly: framer.endedEarly ?? framer.refusal };
}

const packets = fc.array(
  fc.record({
    bytes: fc.array(fc.nat(255), { maxLength: 40 }),
    originalLength: fc.nat(70_000),
    seconds: fc.oneof(fc.nat(0x7fffffff), fc.integer({ min: 0x80000000, max: 0xffffffff })),
    nanoseconds: fc.nat(999_999_999),
    linkType: fc.constantFrom(1, 101, 113, 276),
    capture: fc.nat(3),
  }),
  { maxLength: 20 },
);

describe('the pcapng that is kept', () => {
  it('reads back as it was, to the nanosecond', () => {
    fc.assert(
      fc.property(packets, (given) => {
        const writer = new PcapngWriter(64);
        writer.begin();
        for (const packet of given) writer.packet(viewOf(packet), packet.capture);
        const expected = given.map(({ capture: _, ...packet }) => packet);
        expect(readBack(writer.take())).toEqual({ packets: expected, endedEarly: null });
      }),
    );
  });
});

describe('the ring of files', () => {
  const packet = (length: number): PacketView =>
    viewOf({
      bytes: new Array(length).fill(7),
      originalLength: length,
      seconds: 1,
      nanoseconds: 2,
      linkType: 1,
      capture: 0,
    });

  it('keeps so many files, the latest, each whole', () => {
    const ring = new RingWriter(
      { path: join(folder, 'r.pcapng'), fileOctets: 5000, files: 3 },
      () => {},
      () => 0,
    );
    for (let count = 0; count < 40; count++) {
      ring.packet(packet(1000), 0);
      ring.flush();
    }
    ring.close();
    const files = readdirSync(folder)
      .filter((name) => name.startsWith('r_'))
      .sort();
    expect(files).toHaveLength(3);
    expect(files[0]).toMatch(/^r_000(?!01)\d\d\.pcapng$/);
    for (const name of files) expect(readBack(readFileSync(join(folder, name))).endedEarly).toBeNull();
    expect(ring.counts).toMatchObject({ packets: 40, lost: 0 });
  });

  it('goes on in a new file when its one file was moved away, and leaves it alone when not', () => {
    const path = join(folder, 'one.pcapng');
    const options = { path, fileOctets: Number.POSITIVE_INFINITY, files: 1 };
    const ring = new RingWriter(
      options,
      () => {},
      () => 0,
    );
    ring.packet(packet(10), 0);
    ring.reopen();
    ring.packet(packet(10), 0);
    ring.flush();
    renameSync(path, `${path}.1`);
    ring.reopen();
    ring.packet(packet(10), 0);
    ring.close();
    expect(readBack(readFileSync(`${path}.1`)).packets).toHaveLength(2);
    expect(readBack(readFileSync(path)).packets).toHaveLength(1);
  });

  it('says once that it can not write, counts what is lost, and tries again', () => {
    const told: string[] = [];
    let now = 0;
    const ring = new RingWriter(
      { path: '/dev/full', fileOctets: 1e9, files: 1 },
      (text) => told.push(text),
      () => now,
    );
    ring.packet(packet(10), 0);
    ring.flush();
    ring.packet(packet(10), 0);
    now = 31_000;
    ring.packet(packet(10), 0);
    ring.close();
    expect(told).toEqual([
      expect.stringMatching(/^cannot write to \/dev\/full: the disk is full; packets are analysed but not kept/),
    ]);
    expect(ring.counts).toMatchObject({ packets: 0, lost: 3 });
  });
});
