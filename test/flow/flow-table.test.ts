import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowTable, flowFields } from '../../src/flow/flow-table.js';
import { TimeoutQueue } from '../../src/flow/timeout-queue.js';
import { PacketView } from '../../src/model/packet.js';

interface Key {
  family: 4 | 6;
  udp: boolean;
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
}

const view = new PacketView();

function present(key: Key): PacketView {
  view.family = key.family;
  view.protocol = key.udp ? 17 : 6;
  // In IPv6 the small numbers go to different words, so that the fold alone would not tell addresses apart.
  view.source0 = key.family === 4 ? key.source : 0x20010db8;
  view.source1 = 0;
  view.source2 = key.family === 4 ? 0 : key.source & 1;
  view.source3 = key.family === 4 ? 0 : key.source >> 1;
  view.destination0 = key.family === 4 ? key.destination : 0x20010db8;
  view.destination1 = 0;
  view.destination2 = key.family === 4 ? 0 : key.destination & 1;
  view.destination3 = key.family === 4 ? 0 : key.destination >> 1;
  view.sourcePort = key.sourcePort;
  view.destinationPort = key.destinationPort;
  return view;
}

const reversed = (key: Key): Key => ({
  ...key,
  source: key.destination,
  destination: key.source,
  sourcePort: key.destinationPort,
  destinationPort: key.sourcePort,
});

const named = (key: Key): string => Object.values(key).join(' ');

/** What the table should say: the flow's number and the direction. */
function expected(model: Map<string, number>, key: Key): { flow: number; direction: number } {
  const forward = model.get(named(key));
  if (forward !== undefined) return { flow: forward, direction: 0 };
  return { flow: model.get(named(reversed(key))) ?? -1, direction: 1 };
}

const keys: fc.Arbitrary<Key> = fc.record({
  family: fc.constantFrom(4, 6),
  udp: fc.boolean(),
  source: fc.nat(3),
  destination: fc.nat(3),
  sourcePort: fc.nat(12),
  destinationPort: fc.nat(12),
});

describe('FlowTable', () => {
  it('does what a Map would, over tens of thousands of insertions and removals', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.tuple(keys, fc.boolean()), { minLength: 900, maxLength: 1100, size: 'max' }),
        (seed, operations) => {
          const table = new FlowTable(seed);
          const model = new Map<string, number>();
          for (const [key, remove] of operations) {
            const should = expected(model, key);
            const flow = table.find(present(key));
            expect(flow).toBe(should.flow);
            if (flow >= 0) expect(table.direction).toBe(should.direction);
            if (flow < 0) {
              const inserted = table.insert(view);
              expect([...model.values()]).not.toContain(inserted);
              model.set(named(key), inserted);
            } else if (remove) {
              table.remove(flow);
              model.delete(named(should.direction === 0 ? key : reversed(key)));
            }
          }
          expect(table.size).toBe(model.size);
          for (const [name, flow] of model) {
            const [family, udp, ...numbers] = name.split(' ');
            const [source, destination, sourcePort, destinationPort] = numbers.map(Number) as [
              number,
              number,
              number,
              number,
            ];
            const key: Key = {
              ...{ family: family === '4' ? 4 : 6, udp: udp === 'true' },
              ...{ source, destination, sourcePort, destinationPort },
            };
            expect(table.find(present(key))).toBe(flow);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps every flow while it grows, and fills holes as they are removed from crowded slots', () => {
    const table = new FlowTable(42);
    const count = 40_000;
    const key = (at: number): Key => ({
      ...{ family: 4, udp: false, source: at, destination: 7 },
      ...{ sourcePort: at & 0xffff, destinationPort: 443 },
    });
    const flows = Array.from({ length: count }, (_, at) => {
      expect(table.find(present(key(at)))).toBe(-1);
      return table.insert(view);
    });
    expect(new Set(flows).size).toBe(count);
    for (let at = 0; at < count; at += 3) table.remove(flows[at]!);
    for (let at = 0; at < count; at++) {
      const should = at % 3 === 0 ? -1 : flows[at]!;
      if (table.find(present(key(at))) !== should) expect.fail(`flow ${at} is not where it should be`);
      if (table.find(present(reversed(key(at)))) !== should) expect.fail(`flow ${at} is not found backwards`);
    }
    expect(table.size).toBe(count - Math.ceil(count / 3));
  });

  it('gives a removed number again, with a clean record', () => {
    const table = new FlowTable(1);
    const key: Key = { family: 4, udp: false, source: 1, destination: 2, sourcePort: 3, destinationPort: 4 };
    table.find(present(key));
    const flow = table.insert(view);
    table.chunk(flow)[table.wordsOf(flow) + flowFields.next] = 99;
    table.addBytes(flow, 1, 5_000_000_000);
    expect(table.bytes(flow, 1)).toBe(5_000_000_000);
    table.remove(flow);
    table.find(present(key));
    expect(table.insert(view)).toBe(flow);
    expect(table.chunk(flow)[table.wordsOf(flow) + flowFields.next]).toBe(0);
    expect(table.bytes(flow, 1)).toBe(0);
  });

  it('keeps its records while it empties at the end, and can be filled again', () => {
    const table = new FlowTable(9);
    const count = 20_000;
    const key = (at: number): Key => ({
      ...{ family: at % 2 === 0 ? 4 : 6, udp: false, source: at, destination: 7 },
      ...{ sourcePort: 1, destinationPort: 2 },
    });
    const fill = (): number[] =>
      Array.from({ length: count }, (_, at) => {
        expect(table.find(present(key(at)))).toBe(-1);
        const flow = table.insert(view);
        table.chunk(flow)[table.wordsOf(flow) + flowFields.id] = at;
        return flow;
      });
    for (let round = 0; round < 2; round++) {
      const flows = fill();
      table.remove(flows.shift()!);
      table.close();
      for (const [at, flow] of flows.entries()) {
        expect(table.chunk(flow)[table.wordsOf(flow) + flowFields.id]).toBe(at + 1);
        table.discard(flow);
      }
      expect(table.size).toBe(0);
    }
  });

  it('finds its flows whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer(), keys, (seed, key) => {
        const table = new FlowTable(seed);
        expect(table.find(present(key))).toBe(-1);
        const flow = table.insert(view);
        expect(table.find(present(key))).toBe(flow);
        expect(table.find(present(reversed(key)))).toBe(flow);
      }),
    );
  });
});

describe('TimeoutQueue', () => {
  /** A table with `count` flows and two queues over it. */
  function queues(count: number): { flows: number[]; short: TimeoutQueue; long: TimeoutQueue } {
    const table = new FlowTable(3);
    const flows = Array.from({ length: count }, (_, at) => {
      const key: Key = { family: 4, udp: true, source: at, destination: 1, sourcePort: 1, destinationPort: 2 };
      table.find(present(key));
      return table.insert(view);
    });
    return { flows, short: new TimeoutQueue(table, 5), long: new TimeoutQueue(table, 50) };
  }

  it('is first in, first out, wherever members leave', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(19), fc.constantFrom('short', 'long', 'none')), { maxLength: 300, size: 'max' }),
        (moves) => {
          const { flows, ...both } = queues(20);
          const model: Record<string, number[]> = { short: [], long: [] };
          for (const [index, to] of moves) {
            const flow = flows[index]!;
            for (const name of ['short', 'long'] as const) {
              const place = model[name]!.indexOf(flow);
              if (place < 0) continue;
              model[name]!.splice(place, 1);
              both[name].leave(flow);
            }
            if (to !== 'none') {
              model[to]!.push(flow);
              both[to as 'short' | 'long'].join(flow, 0);
            }
            for (const name of ['short', 'long'] as const) expect(both[name].head).toBe(model[name]![0] ?? -1);
          }
          for (const name of ['short', 'long'] as const) {
            for (const flow of model[name]!) {
              expect(both[name].head).toBe(flow);
              both[name].leave(flow);
            }
            expect(both[name].head).toBe(-1);
          }
        },
      ),
    );
  });

  it('is due when its head has waited its time', () => {
    const { flows, short } = queues(2);
    expect(short.isDue(1000)).toBe(false);
    short.join(flows[0]!, 10);
    short.join(flows[1]!, 12);
    expect([short.isDue(14), short.isDue(15)]).toEqual([false, true]);
    short.leave(flows[0]!);
    expect([short.isDue(16), short.isDue(17)]).toEqual([false, true]);
  });
});
