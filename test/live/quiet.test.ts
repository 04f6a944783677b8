import { describe, expect, it } from 'vitest';
import { openIdleSeconds } from '../../src/flow/limits.js';
import { CertificateStore } from '../../src/pki/certificate-store.js';
import { buildCertificate } from '../build/x509.js';
import { said, Wire } from '../flow/tracking.js';

describe('a quiet segment', () => {
  it('still ends what is silent: time passes without packets', () => {
    const wire = new Wire();
    wire.open();
    for (let second = 0; second < openIdleSeconds; second += 60) wire.tracker.passTime(wire.seconds + second);
    expect(wire.endings).toEqual([]);
    wire.tracker.passTime(wire.seconds + openIdleSeconds);
    expect(wire.endings).toHaveLength(1);
    expect(wire.endings[0]).toMatchObject({ closed: 'open' });
  });

  it('does not believe a clock that leaps', () => {
    const wire = new Wire();
    wire.open();
    wire.tracker.passTime(wire.seconds + 1_000_000);
    expect(wire.endings).toEqual([]);
  });
});

describe('a connection that goes on', () => {
  const visited = (wire: Wire, younger: number, older: number, most = 10): number[] => {
    const ids: number[] = [];
    wire.tracker.visitOpen(younger, older, most, ({ id }) => ids.push(id));
    return ids;
  };

  it('is visited at its age, once in windows that join, and ends as if nobody had', () => {
    const wire = new Wire();
    wire.open();
    wire.a('PA', 101, { ack: 501, data: 'ask' });
    const times: number[] = [];
    for (let now = 1; now <= 10; now++) {
      wire.tracker.passTime(wire.seconds + now);
      if (visited(wire, 2, 3).length > 0) times.push(now);
    }
    expect(times).toEqual([2]);
    const ended = wire.finishOne();
    expect(ended.bytes).toEqual([3, 0]);
    expect(said(ended.conversation, 0)).toBe('ask');
  });

  it('is not visited past the most that were asked for, nor before it said anything', () => {
    const wire = new Wire();
    wire.open({ clientPort: 1 });
    wire.open();
    wire.a('PA', 101, { ack: 501, data: 'ask' });
    expect(visited(wire, 0, 100)).toHaveLength(1);
    expect(visited(wire, 0, 100, 0)).toEqual([]);
  });
});

describe('certificates of a run of months', () => {
  const numbered = (serial: number): Uint8Array => buildCertificate({ serial, signature: new Uint8Array(70) });

  it('are forgotten when they were not shown for a term, and make room', () => {
    const store = new CertificateStore(7, { certificates: 200, derOctets: 1e6, describedOctets: 1e6 });
    const keep = store.add(numbered(1), 0, numbered(1).length);
    for (let term = 0; term < 5; term++) {
      for (let serial = 0; serial < 90; serial++) {
        const der = numbered(1000 * (term + 1) + serial);
        store.used(store.add(der, 0, der.length), 'server', serial + 1);
      }
      store.used(keep, 'client', 1);
      expect(store.isCrowded).toBe(term > 0);
      store.forgetUnused();
      expect(store.size).toBe(91);
      expect(store.add(numbered(1), 0, numbered(1).length)).toBe(keep);
      expect(store.find(keep.record.sha256)).toBe(keep);
    }
    expect(store.unkept).toBe(0);
  });
});
