import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ethernet, ipv4Fragments, udp } from '../build/packets.js';
import { capture, folder, httpPackets, told, written } from './captures.js';

describe('an analysis of one capture', () => {
  it('tells its flow, then the capture, then the hop, then the end', async () => {
    const packets = httpPackets();
    const [path] = await written({ 'one.pcap': capture(packets) });
    const { order, flows, captures, hops, summaries, warnings, result } = await told([path!]);
    expect(order).toEqual(['flow', 'capture', 'hop', 'end']);
    expect(flows[0]).toMatchObject({
      ...{ id: 1, capture: 0, kind: 'cleartext', protocol: 'http', closed: 'fin', sawSyn: true },
      ...{ firstFrame: 1, lastFrame: 8, packets: { client: 5, server: 3 }, gaps: [] },
      client: { ip: '10.0.0.1', port: 40_000 },
      server: { ip: '10.0.0.2', port: 80 },
    });
    expect(captures[0]).toMatchObject({
      ...{ path, format: 'pcap', compression: null, linkTypes: ['ETHERNET'], packets: 8, framesBefore: 0 },
      bytes: packets.reduce((sum, { bytes }) => sum + bytes.length, 0),
      firstTime: '1970-01-01T00:16:40.000000000Z',
      lastTime: '1970-01-01T00:16:47.000000000Z',
      health: { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0, endedEarly: null, damage: [] },
    });
    expect(hops[0]).toMatchObject({ id: '10.0.0.1->10.0.0.2:80', mtls: 'cleartext', flows: [1] });
    expect(summaries[0]).toMatchObject({ flows: { total: 1, cleartext: 1 }, hops: 1, limits: {} });
    expect(result.summary).toBe(summaries[0]);
    expect([warnings, result.unreadable]).toEqual([[], []]);
  });

  it('counts gaps, one-sided and mid-stream flows of the capture that holds their first frame', async () => {
    const whole = httpPackets();
    const [first, second] = await written({
      'holes.pcap': capture([whole[0]!, whole[1]!, whole[2]!, whole[4]!]),
      'half.pcap': capture([whole[3]!, whole[5]!]),
    });
    const { captures } = await told([first!, second!]);
    expect(captures.map(({ health }) => health)).toMatchObject([
      { gapFlows: 1, oneSidedFlows: 0, midstreamFlows: 0 },
      { gapFlows: 0, oneSidedFlows: 1, midstreamFlows: 1 },
    ]);
  });

  it('counts packets that are cut, captured twice, or not to be decoded', async () => {
    const packets = httpPackets();
    const [syn] = packets;
    const frame = syn!.bytes;
    const [path] = await written({
      'ill.pcap': capture([
        syn!,
        syn!,
        { seconds: 1001, bytes: frame.slice(0, 30), originalLength: frame.length },
        { seconds: 1002, bytes: Uint8Array.of(...frame.slice(0, 14), 0x45, 0, 0, 5) },
      ]),
    });
    const { captures, flows } = await told([path!]);
    expect(captures[0]).toMatchObject({ packets: 4, health: { truncatedPackets: 1, duplicatePackets: 1 } });
    expect(captures[0]!.health.malformedPackets + captures[0]!.health.truncatedPackets).toBeGreaterThanOrEqual(1);
    expect(flows[0]?.packets).toEqual({ client: 1, server: 0 });
  });

  it('counts datagrams of which some fragments never came', async () => {
    const fragment = (identification: number): Uint8Array =>
      ethernet(ipv4Fragments({ protocol: 17, identification }, udp({}, new Uint8Array(2000)), 1000)[0]!);
    const [path] = await written({
      'fragments.pcap': capture([
        { seconds: 1000, bytes: fragment(1) },
        { seconds: 1040, bytes: fragment(2) },
        ...httpPackets({ seconds: 1041 }),
      ]),
    });
    const { captures, result } = await told([path!]);
    expect(captures[0]!.health.incompleteDatagrams).toBe(1);
    expect(result.summary.limits).toEqual({});
  });
});

describe('captures that have nothing to do with each other', () => {
  it('are told one after the other: ids go on, frame numbers and connections do not', async () => {
    const [a, b] = await written({
      'a.pcap': capture(httpPackets().slice(0, 4)),
      'b.pcap': capture(httpPackets().slice(4)),
    });
    const { flows, captures } = await told([a!, b!]);
    expect(flows.map(({ id, capture: index, firstFrame, lastFrame }) => [id, index, firstFrame, lastFrame])).toEqual([
      [1, 0, 1, 4],
      [2, 1, 1, 4],
    ]);
    expect(captures.map(({ framesBefore }) => framesBefore)).toEqual([0, 0]);
  });
});

describe('the files of one rotated capture', () => {
  const parts = (...lists: ReturnType<typeof httpPackets>[]): Record<string, Uint8Array> =>
    Object.fromEntries(lists.map((packets, at) => [`trace_0000${at + 1}.pcap`, capture(packets)]));

  it('are one capture: connections go on over them, and frame numbers count on', async () => {
    const packets = httpPackets();
    const paths = await written(parts(packets.slice(0, 3), packets.slice(3, 6), packets.slice(6)));
    const { flows, captures } = await told([...paths].reverse());
    expect(flows).toMatchObject([
      { id: 1, capture: 0, firstFrame: 1, lastFrame: 8, packets: { client: 5, server: 3 }, closed: 'fin', gaps: [] },
    ]);
    expect(captures.map(({ path, framesBefore, packets: count }) => [path, framesBefore, count])).toEqual([
      [paths[0], 0, 3],
      [paths[1], 3, 3],
      [paths[2], 6, 2],
    ]);
  });

  it('have each flow counted in the file of its first frame', async () => {
    const first = httpPackets({ seconds: 1000 });
    const second = httpPackets({ seconds: 1004, clientPort: 40_001 });
    const paths = await written(parts(first.slice(0, 4), [...second.slice(3, 4), ...first.slice(4)]));
    const { flows, captures } = await told(paths);
    expect(flows.map(({ id, capture: index }) => [id, index])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(captures.map(({ health }) => health.midstreamFlows)).toEqual([0, 1]);
  });

  it('are read on when one of them breaks off: what it had counts', async () => {
    const packets = httpPackets();
    const files = parts(packets.slice(0, 4), packets.slice(4));
    files['trace_00001.pcap'] = files['trace_00001.pcap']!.slice(0, -10);
    const paths = await written(files);
    const { flows, captures, warnings } = await told(paths);
    expect(captures[0]?.health.endedEarly).toMatch(/byte \d+/);
    expect(captures[1]).toMatchObject({ framesBefore: captures[0]?.packets, health: { endedEarly: null } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(paths[0]);
    expect(flows).toHaveLength(1);
    expect(flows[0]?.gaps).toMatchObject([{ from: 'client', offset: 0 }]);
  });

  // The heads of the files follow each other as far as one looks; only the whole first file shows where it ends: at 1049.
  const filler = Array.from({ length: 4000 }, (_, at) => ({
    seconds: 1010 + Math.floor(at / 100),
    bytes: ethernet(ipv4Fragments({ protocol: 17, identification: at }, udp({}, new Uint8Array(60)), 80)[0]!),
  }));

  it('are two captures where the second begins before the first ends', async () => {
    const long = [...httpPackets({ seconds: 1000 }), ...filler];
    const paths = await written(parts(long, httpPackets({ seconds: 1035, clientPort: 40_001 })));
    const { flows, captures } = await told(paths);
    expect(captures.map(({ framesBefore }) => framesBefore)).toEqual([0, 0]);
    const second = flows.find(({ capture: index }) => index === 1);
    expect(second).toMatchObject({ firstFrame: 1, client: { port: 40_001 }, protocol: 'http' });
    expect(flows.map(({ id }) => id)).toEqual(flows.map((_, at) => at + 1));
  });

  it('are one capture where packets are only a moment out of order over the seam', async () => {
    const packets = httpPackets();
    const rest = packets.slice(4).map((packet, at) => ({ ...packet, seconds: 1048 + at }));
    const paths = await written(parts([...packets.slice(0, 4), ...filler], rest));
    const { flows, captures } = await told(paths);
    expect(captures[1]?.framesBefore).toBe(4 + filler.length);
    const http = flows.filter(({ protocol }) => protocol === 'http');
    expect(http).toMatchObject([{ gaps: [], firstFrame: 1, lastFrame: 8 + filler.length, closed: 'fin' }]);
  });
});

describe('inputs that cannot be read', () => {
  it('are told in the result and do not stop the others', async () => {
    const path = await folder();
    const good = join(path, 'good.pcap');
    const garbage = join(path, 'garbage.bin');
    const empty = join(path, 'empty.pcap');
    await writeFile(good, capture(httpPackets()));
    await writeFile(garbage, 'this is no capture, whatever else it may be');
    await writeFile(empty, '');
    const { result, flows, captures } = await told([join(path, 'missing.pcap'), garbage, good, empty]);
    expect(result.unreadable.map(({ path: what, code }) => [what, code])).toEqual([
      [join(path, 'missing.pcap'), 'not-found'],
      [garbage, 'not-a-capture'],
      [empty, 'is-empty'],
    ]);
    for (const { message } of result.unreadable) expect(message).not.toContain('\n');
    expect(flows).toMatchObject([{ id: 1, capture: 0 }]);
    expect(captures).toHaveLength(1);
  });

  it('still end the report when there is nothing else', async () => {
    const { order, summaries, result } = await told([join(await folder(), 'missing.pcap')]);
    expect(order).toEqual(['end']);
    expect(summaries[0]).toMatchObject({ flows: { total: 0 }, hops: 0 });
    expect(result.unreadable).toHaveLength(1);
  });
});

describe('captures that break off', () => {
  it('are reported up to there, wherever that is', async () => {
    const whole = capture(httpPackets());
    for (const length of [24, 40, 60, 130, 301, whole.length - 1]) {
      const [path] = await written({ 'cut.pcap': whole.slice(0, length) });
      const { captures, result, order } = await told([path!]);
      expect(result.unreadable).toEqual([]);
      expect(order.at(-1)).toBe('end');
      if (length === 24) expect(captures[0]?.health.endedEarly).toBeNull();
      else expect(captures[0]?.health.endedEarly).toMatch(/byte \d+/);
      expect(captures[0]!.packets).toBeLessThan(8);
    }
  });

  it('are reported up to there when it is their packing that breaks off', async () => {
    const packed = gzipSync(capture(httpPackets()), { level: 0 });
    const [path] = await written({ 'cut.pcap.gz': packed.subarray(0, packed.length - 200) });
    const { captures, warnings } = await told([path!]);
    expect(captures[0]).toMatchObject({ compression: 'gzip' });
    expect(captures[0]?.health.endedEarly).toMatch(/gzip/);
    expect(captures[0]?.packets).toBeGreaterThan(0);
    expect(warnings.length).toBeGreaterThan(0);
  });
});

describe('an analysis that is called off', () => {
  it('reads nothing when it is called off before it began, and ends the report', async () => {
    const [path] = await written({ 'one.pcap': capture(httpPackets()) });
    const { order, result } = await told([path!], { signal: AbortSignal.abort() });
    expect(order).toEqual(['end']);
    expect(result.unreadable).toEqual([]);
  });

  it('tells what it learnt until then, and that the reading was stopped', async () => {
    const filler = { seconds: 2000, bytes: ethernet(new Uint8Array(1400)) };
    const packets = [...httpPackets(), ...Array.from({ length: 20_000 }, () => filler)];
    const [path, other] = await written({ 'long.pcap': capture(packets), 'other.pcap': capture(httpPackets()) });
    const controller = new AbortController();
    const seen: number[] = [];
    const { flows, captures, order, warnings } = await told([path!, other!], {
      signal: controller.signal,
      onProgress: ({ bytesRead }) => {
        // Each of several files is told of before it is read, too.
        if (bytesRead === 0) return;
        seen.push(bytesRead);
        controller.abort();
      },
    });
    expect(seen).toHaveLength(1);
    expect(flows).toMatchObject([{ protocol: 'http', closed: 'fin' }]);
    expect(captures).toHaveLength(1);
    expect(captures[0]!.packets).toBeGreaterThan(8);
    expect(captures[0]!.packets).toBeLessThan(packets.length);
    expect(captures[0]?.health.endedEarly).toBe(`reading was stopped at byte ${seen[0]}`);
    expect(warnings).toEqual([]);
    expect(order.at(-1)).toBe('end');
  });
});

describe('progress', () => {
  it('rises to the size of the file and counts its packets', async () => {
    const filler = { seconds: 2000, bytes: ethernet(new Uint8Array(1400)) };
    const file = capture(Array.from({ length: 20_000 }, () => filler));
    const [path] = await written({ 'long.pcap': file });
    const seen: { bytesRead: number; packets: number; bytesTotal: number | null }[] = [];
    await told([path!], { onProgress: (progress) => seen.push({ ...progress }) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every(({ bytesTotal }) => bytesTotal === file.length)).toBe(true);
    for (const [at, { bytesRead, packets }] of seen.entries()) {
      expect(bytesRead).toBeLessThanOrEqual(file.length);
      expect(bytesRead).toBeGreaterThan(seen[at - 1]?.bytesRead ?? 0);
      expect(packets).toBeGreaterThan(seen[at - 1]?.packets ?? 0);
    }
  });
});
