import { describe, expect, it } from 'vitest';
import { collectGarbage, MemoryPressure } from '../../src/engine/memory-pressure.js';
import { ethernet, ipv4, tcp } from '../build/packets.js';
import { capture, told, written } from './captures.js';

/** A run whose memory is what the test says. */
function pressed(resident: () => number): { done: string[]; look: (now: number) => void } {
  const done: string[] = [];
  const pressure = new MemoryPressure(
    1000,
    { settling: 2000, share: 0.1 },
    {
      resident,
      collect: () => done.push('collect'),
      forget: () => done.push('forget'),
      endEarly: () => done.push('end early'),
    },
  );
  return { done, look: (now) => pressure.look(now) };
}

describe('memory that grows short', () => {
  it('is made room in, what costs least to lose first, until there is enough', () => {
    let resident = 950;
    const { done, look } = pressed(() => resident);
    // What was freed has two seconds to show.
    for (let second = 0; second < 8; second++) look(second * 1000);
    expect(done).toEqual(['collect', 'forget', 'collect', 'end early', 'collect', 'end early', 'collect']);
    resident = 800;
    look(10_000);
    expect(done).toHaveLength(7);
    // The next time begins with garbage again.
    resident = 950;
    look(11_000);
    expect(done.slice(7)).toEqual(['collect']);
  });

  it('is left alone below nine tenths of the bound', () => {
    const { done, look } = pressed(() => 899);
    look(0);
    expect(done).toEqual([]);
  });

  it('gets back what nobody holds', async () => {
    let held: Uint8Array[] | null = Array.from({ length: 200 }, () => new Uint8Array(1 << 18).fill(1));
    expect(held.length).toBe(200);
    const before = process.memoryUsage().arrayBuffers;
    held = null;
    collectGarbage();
    // What lies outside of the heap is freed a moment later.
    await expect.poll(() => before - process.memoryUsage().arrayBuffers, { timeout: 5000 }).toBeGreaterThan(30e6);
  });
});

describe('a run over captures whose memory grows short', () => {
  it('ends connections that are silent, and says so', { timeout: 60_000 }, async () => {
    const payload = new Uint8Array(1000);
    const silent = Array.from({ length: 26_000 }, (_, at) => ({
      bytes: ethernet(ipv4({}, tcp({ sourcePort: at + 1 }, payload))),
    }));
    const paths = await written({ 'silent.pcap': capture(silent) });
    // Reading takes as long as freed memory needs to show.
    const onProgress = (): void => {
      for (const begun = performance.now(); performance.now() - begun < 500; );
    };
    const whole = (await told(paths, { maxMemory: 2 ** 40 })).result.summary;
    const pressed = (await told(paths, { maxMemory: 1, onProgress })).result.summary;
    expect(whole.limits).toEqual({});
    expect(pressed.limits).toEqual({ evictedFlows: expect.any(Number) });
    expect(pressed.limits.evictedFlows).toBeGreaterThan(1000);
    expect(pressed.flows.total).toBe(whole.flows.total);
  });
});
