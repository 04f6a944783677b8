import { describe, expect, it } from 'vitest';
import { Judging } from '../../src/engine/judging/judging.js';
import { LiveChanges } from '../../src/engine/live/changes.js';
import { type FoldLimits, LiveMemory } from '../../src/engine/live/memory.js';
import type { Finding, Hop, HopState, LiveEvent } from '../../src/index.js';
import { SessionContext } from '../../src/session/shared/session-context.js';
import { cleartext, connection, hop } from '../build/records.js';

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    ...{
      kind: 'cleartext-http',
      severity: 'medium',
      certainty: 'observed',
      hop: 'a->b:80',
      client: 'a',
      server: 'b:80',
    },
    ...{ certificate: null, capture: 0, flows: [1], frames: [4], count: 1, title: 'HTTP', detail: 'GET' },
    ...{ remediation: '', references: { cwe: [], standards: [] }, wiresharkFilter: '', suppressed: null },
    ...changes,
  };
}

function compared(repeatAfter: number | null = null): { changes: LiveChanges; told: string[] } {
  const told: string[] = [];
  const tell = (event: LiveEvent): void => {
    if (event.event === 'finding') told.push(`${event.why} ${event.finding.kind} ${event.finding.severity}`);
    if (event.event === 'hop') told.push(`${event.before} -> ${event.hop.mtls}`);
  };
  return { changes: new LiveChanges(repeatAfter, tell), told };
}

const time = '2026-11-22T01:00:00.000000000Z';

describe('what is new in a report', () => {
  it('is a finding once, and again when its severity rises', () => {
    const { changes, told } = compared();
    changes.finding(finding(), false, time, 0);
    changes.finding(finding({ count: 2 }), false, time, 1000);
    changes.finding(finding({ severity: 'high' }), false, time, 2000);
    changes.finding(finding({ severity: 'medium' }), false, time, 3000);
    changes.finding(finding({ hop: 'c->b:80' }), false, time, 3000);
    expect(told).toEqual(['new cleartext-http medium', 'raised cleartext-http high', 'new cleartext-http medium']);
  });

  it('is a finding that goes on, after the time that was asked for', () => {
    const { changes, told } = compared(10_000);
    changes.finding(finding(), false, time, 0);
    changes.finding(finding({ count: 2 }), false, time, 5000);
    changes.finding(finding({ count: 3 }), false, time, 10_000);
    changes.finding(finding({ count: 3 }), false, time, 30_000);
    expect(told).toEqual(['new cleartext-http medium', 'repeated cleartext-http medium']);
  });

  it('is no finding that is suppressed', () => {
    const { changes, told } = compared();
    changes.finding(finding({ suppressed: { reason: 'known', expires: null } }), false, time, 0);
    expect(told).toEqual([]);
  });

  it('is a hop that changes, and what its open connections say stays in force', () => {
    const { changes, told } = compared();
    const saw = (mtls: HopState, open = false): void => changes.hop(hop({ mtls }), open, time);
    saw('presented');
    saw('server-only', true);
    saw('presented');
    saw('server-only');
    expect(told).toEqual(['null -> presented', 'presented -> server-only']);
  });

  it('is not what an open connection can not tell yet', () => {
    const { changes, told } = compared();
    changes.hop(hop({ mtls: 'enforced' }), false, time);
    changes.hop(hop({ mtls: 'unknown' }), true, time);
    changes.hop(hop({ mtls: 'enforced' }), false, time);
    expect(told).toEqual(['null -> enforced']);
  });

  it('is only what grew better when older connections are forgotten', () => {
    const { changes, told } = compared();
    changes.hop(hop({ id: 'a', mtls: 'server-only' }), false, time);
    changes.hop(hop({ id: 'b', mtls: 'enforced' }), false, time);
    changes.hopAfterForgetting(hop({ id: 'a', mtls: 'presented' }), time);
    changes.hopAfterForgetting(hop({ id: 'b', mtls: 'presented' }), time);
    expect(told.slice(2)).toEqual(['server-only -> presented']);
  });
});

describe('the memory of a run without end', () => {
  function memory(limits: FoldLimits): LiveMemory {
    const context = new SessionContext(1);
    return new LiveMemory((bounds) => new Judging({}, context, 1, bounds), limits, 0);
  }

  it('forgets the older half when a term is over, and always covers half a term', () => {
    const held = memory({ seconds: 100, hops: 1000, listed: 1024 });
    held.add(connection());
    expect(held.isFull(49_000)).toBe(false);
    expect(held.isFull(50_000)).toBe(false);
    held.add(cleartext({ id: 2 }));
    expect(held.judging.connections).toBe(2);
    expect(held.isFull(100_000)).toBe(true);
    held.renew(100_000);
    expect(held.judging.connections).toBe(1);
    expect(held.forgotten).toBe(1);
  });

  it('holds no more hops than its bound, however many come', () => {
    const held = memory({ seconds: 1e9, hops: 100, listed: 1024 });
    for (let id = 1; id <= 5000; id++) {
      held.add(cleartext({ id, client: { ip: `10.1.${id >> 8}.${id & 0xff}`, port: 40_000 } }));
      if (held.isFull(0)) held.renew(0);
      expect(held.judging.hops).toBeLessThanOrEqual(100);
    }
    expect(held.forgotten + held.judging.connections).toBe(5000);
  });

  it('counts all connections of a hop, and lists the last of them', () => {
    const held = memory({ seconds: 1e9, hops: 10, listed: 1024 });
    for (let id = 1; id <= 5000; id++) held.add(cleartext({ id }));
    const told: Hop[] = [];
    const { limits } = held.judging.report({ hop: (hop) => told.push(hop), end: () => {} }, [], {});
    const [only] = told;
    expect(told).toHaveLength(1);
    expect(only!.flowCount).toBe(5000);
    expect([only!.flows.length, only!.flows[0], only!.flows.at(-1)]).toEqual([1024, 3977, 5000]);
    expect(only!.why).toContain('5000 of 5000 connections in cleartext');
    expect(limits).toMatchObject({ listedConnections: 3976 });
  });

  it('reports the same again, as often as it is asked', () => {
    const judging = new Judging({}, new SessionContext(1), 1);
    for (const record of [connection(), cleartext({ id: 2 })]) judging.add(record);
    const report = (): unknown[] => {
      const told: unknown[] = [];
      judging.report({ hop: (h) => told.push(h), finding: (f) => told.push(f), end: (s) => told.push(s) }, [], {});
      return told;
    };
    const first = structuredClone(report());
    expect(report()).toEqual(first);
    expect(first.length).toBeGreaterThan(3);
  });
});
