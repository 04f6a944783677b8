import { describe, expect, it } from 'vitest';
import { VantageMerge } from '../../../src/engine/vantage/merge.js';
import type { FlowFacts, SequenceNumbers } from '../../../src/flow/flow-facts.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import { connection, tlsSession } from '../../build/records.js';

const alone = (set: number) => ({ domain: set, offset: 0, uncertainty: 0 });

/** A run over so many sets, and what it tells. */
function merging(sets: number, most?: { records: number; sightings: number }) {
  const told: ConnectionRecord[] = [];
  const merge = new VantageMerge(sets, 77, (record) => told.push(record), most);
  /** The connection from that port, as a set shows it. */
  const add = (set: number, id: number, port: number, changes: Partial<ConnectionRecord> = {}): void => {
    const client = { ip: '10.0.0.5', port };
    const server = { ip: '10.0.0.9', port: 443 };
    const numbers = (start: number): SequenceNumbers => ({
      known: true,
      fromSyn: true,
      start,
      end: start + 500,
      ended: true,
    });
    const facts = {
      endpoints: [client, server],
      transport: 'tcp',
      start: 1000 + id,
      numbers: (direction: number) => numbers(0x51a7_3e01 + port * 7919 + direction * 0x1234567),
    } as unknown as FlowFacts;
    merge.add(connection({ id, capture: set, client, server, tls: null, ...changes }), facts, null, set);
  };
  return { merge, told, add };
}

describe('what is held of several captures', () => {
  it('is bounded: later connections are told at once, and still told once', () => {
    const { merge, told, add } = merging(2, { records: 2, sightings: 1000 });
    for (let at = 0; at < 10; at++) add(0, at + 1, 40_000 + at);
    expect(told.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    for (let at = 0; at < 10; at++) add(1, at + 11, 40_000 + at);
    const summary = merge.finish(alone);
    expect(told.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 1, 2]);
    expect(told.at(-1)!.alsoSeen).toMatchObject([{ id: 12 }]);
    expect(summary).toMatchObject({ captures: 2, connections: 10, repeated: 10 });
    expect(merge.unkept).toBe(0);
  });

  it('is counted where there is no room to know connections again', () => {
    const { merge, told, add } = merging(2, { records: 100, sightings: 6 });
    for (let at = 0; at < 10; at++) add(0, at + 1, 40_000 + at);
    for (let at = 0; at < 10; at++) add(1, at + 11, 40_000 + at);
    merge.finish(alone);
    expect(merge.unkept).toBeGreaterThan(0);
    expect(told.length).toBeGreaterThan(10);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });

  it('does not grow with the ports that are used again and again', () => {
    const { told, add } = merging(2, { records: 10, sightings: 200_000 });
    const began = performance.now();
    for (let at = 0; at < 20_000; at++) add(0, at + 1, 40_000, { client: { ip: '10.0.0.5', port: 40_000 } });
    expect(told.length).toBe(20_000 - 10);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('what records say of one another', () => {
  it('names the one that is told: full handshakes, and randoms that another leg showed', () => {
    const { merge, told, add } = merging(2);
    // The first capture misses much of connection 1, which the second shows whole as 11.
    add(0, 1, 40_001, { sawSyn: false, gaps: [{ from: 'client', offset: 0, length: 9 }], tls: tlsSession() });
    add(0, 2, 40_002, { tls: tlsSession({ resumed: true, resumedFrom: 1 }) });
    add(1, 11, 40_001, {
      tls: tlsSession({ sameClientRandom: { flow: 1, identical: true }, sameServerRandom: { flow: 1 } }),
    });
    add(1, 12, 40_003, { tls: tlsSession({ sameClientRandom: { flow: 1, identical: true } }) });
    merge.finish(alone);
    const byId = new Map(told.map((record) => [record.id, record.tls!]));
    expect([...byId.keys()]).toEqual([2, 11, 12]);
    expect(byId.get(2)!.resumedFrom).toBe(11);
    expect(byId.get(11)!.sameServerRandom).toBeNull();
    expect(byId.get(11)!.sameClientRandom).toBeNull();
    expect(byId.get(12)!.sameClientRandom).toEqual({ flow: 11, identical: true });
  });

  it('keeps apart what two places show differently: somebody changes it between them', () => {
    const changes: Partial<ConnectionRecord>[] = [
      { tls: tlsSession({ serverCertificates: ['cc'.repeat(32)] }) },
      { tls: tlsSession({ clientHello: { ...tlsSession().clientHello!, ja4: 'other' } }) },
      { tls: tlsSession({ serverHello: { ...tlsSession().serverHello!, version: 'TLSv1.1' } }) },
    ];
    for (const change of changes) {
      const { merge, told, add } = merging(2);
      add(0, 1, 40_001, { tls: tlsSession() });
      add(1, 2, 40_001, change);
      merge.finish(alone);
      expect(told.map(({ id, alsoSeen }) => [id, alsoSeen])).toEqual([
        [1, undefined],
        [2, undefined],
      ]);
    }
  });

  it('is one where one of them only shows less', () => {
    const { merge, told, add } = merging(2);
    add(0, 1, 40_001, { tls: tlsSession({ serverCertificates: null, clientCertificates: null, serverHello: null }) });
    add(1, 2, 40_001, { tls: tlsSession() });
    merge.finish(alone);
    expect(told.map(({ id }) => id)).toEqual([2]);
  });
});

describe('a ClientHello that several captures show on two legs', () => {
  /** A leg's sighting: when its question and its answer passed, by the clock of the set. */
  const legs = (
    ...seen: { set: number; id: number; port: number; asked: number; answered: number; first: number | null }[]
  ): Map<number, unknown> => {
    const told: ConnectionRecord[] = [];
    const merge = new VantageMerge(3, 77, (record) => told.push(record));
    for (const { set, id, port, asked, answered, first } of seen) {
      const opening = (time: number) => ({
        heard: 300,
        time,
        digests: [1, 2, 3] as [number, number, number],
        digest: 4,
      });
      const side = (start: number, time: number) => ({
        ...{ known: true, fromSyn: true, start, end: start + 9, ended: true },
        opening: opening(time),
      });
      const tls = tlsSession({ sameClientRandom: first === null ? null : { flow: first, identical: true } });
      merge.take(connection({ id, capture: set, client: { ip: '10.0.0.5', port }, tls }), {
        ...{ id, set, capture: set, firstFrame: 1, datagrams: false, ends: [port, 1] as const, client: 0 as const },
        sides: [side(0x51a73e01 + port, asked), side(0x71a73e01 + port, answered)],
        ...{ hasHellos: true, start: asked - 1, sawSyn: true },
      });
    }
    merge.finish(alone);
    return new Map(told.map((record) => [record.id, record.tls!.sameClientRandom]));
  };

  it('is first on the leg nearer to the client, whichever is read first', () => {
    const inner = { set: 0, id: 1, port: 50_000, asked: 1000.01, answered: 1000.05, first: null };
    // By a clock that is far ahead; its span is the longer one.
    const outer = { set: 1, id: 2, port: 40_000, asked: 5000, answered: 5000.06, first: 1 };
    const told = legs(inner, outer);
    expect(told.get(2)).toBeNull();
    expect(told.get(1)).toEqual({ flow: 2, identical: true });
  });

  it('is first where one capture shows both, by its own clock', () => {
    const inner = { set: 0, id: 1, port: 50_000, asked: 1000, answered: 1000.05, first: null };
    const both = [
      { set: 1, id: 2, port: 50_000, asked: 2000.5, answered: 2000.55, first: 1 },
      { set: 1, id: 3, port: 40_000, asked: 2000.4, answered: 2000.45, first: 1 },
    ];
    const told = legs(inner, ...both);
    expect(told.get(3)).toBeNull();
    expect(told.get(1)).toEqual({ flow: 3, identical: true });
  });

  it('has no order where nothing tells it', () => {
    const one = { set: 0, id: 1, port: 50_000, asked: 1000, answered: Number.NaN, first: null };
    const other = { set: 1, id: 2, port: 40_000, asked: 1000, answered: 1000.05, first: 1 };
    expect(legs(one, other).get(2)).toEqual({ flow: 1, identical: true, orderUnknown: true });
  });
});
