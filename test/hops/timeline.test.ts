import { describe, expect, it } from 'vitest';
import { TimelineFolder } from '../../src/hops/timeline.js';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import type { CaptureInfo } from '../../src/model/report.js';
import type { Timeline } from '../../src/model/timeline.js';
import { plainPalette } from '../../src/report/palette.js';
import { timelineFormats } from '../../src/report/timeline-formats.js';
import { capture, connection, hop, tlsSession } from '../build/records.js';

const notRequested: Partial<TlsSession> = {
  certificateRequest: null,
  clientCertificates: null,
  clientAuth: { status: 'not-requested', requested: false, outcome: 'unknown', certainty: 'observed', basis: '' },
  facts: {
    certificateRequest: { state: 'absent', frames: [6] },
    serverCertificate: { state: 'seen', frames: [6] },
    clientCertificate: { state: 'absent', frames: [8] },
    certificateVerify: { state: 'absent', frames: [8] },
  },
};

const resumed: Partial<TlsSession> = {
  resumed: true,
  clientCertificates: null,
  clientAuth: { status: 'resumed', requested: null, outcome: 'unknown', certainty: 'none', basis: '' },
};

/** A connection in the `second`th second; its id is that number. */
function at(second: number, client = '10.0.0.1', changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const time = `2026-11-21T10:00:${String(second).padStart(2, '0')}`;
  return connection({
    id: second,
    firstFrame: second * 100,
    client: { ip: client, port: 40_000 + second },
    startTime: `${time}.000000000Z`,
    endTime: `${time}.500000000Z`,
    ...changes,
  });
}

const oneWay = { tls: tlsSession(notRequested) };

function timelineOf(records: readonly ConnectionRecord[]): Timeline {
  const folder = new TimelineFolder();
  for (const record of records) folder.add(record);
  return folder.finish((sha256) => `CN=${sha256.slice(0, 2)}`);
}

/** States and numbers of connections of a hop. */
function statesOf({ hops }: Timeline, index = 0): string[] {
  return hops[index]!.intervals.map(({ state, connections }) => `${state} ${connections}`);
}

describe('TimelineFolder', () => {
  it('makes an interval of connections in one state', () => {
    const timeline = timelineOf([at(1), at(2), at(3, '10.0.0.1', oneWay), at(4)]);
    expect(statesOf(timeline)).toEqual(['presented 2', 'server-only 1', 'presented 1']);
    expect(timeline.hops[0]!.intervals[0]).toMatchObject({
      first: { flow: 1, time: '2026-11-21T10:00:01.000000000Z' },
      last: { flow: 2 },
      until: '2026-11-21T10:00:02.500000000Z',
      identities: ['CN=bb'],
    });
  });

  it('gives the same whatever the order of connections', () => {
    const records = [at(1), at(2, '10.0.0.2'), at(3, '10.0.0.1', oneWay), at(4, '10.0.0.2', oneWay), at(5)];
    const inOrder = timelineOf(records);
    expect(timelineOf([...records].reverse())).toEqual(inOrder);
    expect(timelineOf([records[3]!, records[0]!, records[4]!, records[1]!, records[2]!])).toEqual(inOrder);
  });

  it('says when mutual TLS stopped, and who was the last', () => {
    const { stops } = timelineOf([at(1), at(2, '10.0.0.2'), at(3, '10.0.0.1', oneWay), at(4, '10.0.0.2', oneWay)]);
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatchObject({
      stop: { flow: 3, client: '10.0.0.1', state: 'server-only', frame: 6 },
      last: { flow: 2, client: '10.0.0.2', identity: 'CN=bb' },
    });
  });

  it('knows a stop by clients that had no certificate before, where all others had', () => {
    const { stops } = timelineOf([at(1), at(2), at(3, '10.0.0.9', oneWay)]);
    expect(stops.map(({ stop }) => stop.client)).toEqual(['10.0.0.9']);
  });

  it('takes no client that never had a certificate for a stop, nor one that gets it back', () => {
    const others = [at(1, '10.0.0.7', oneWay), at(2), at(3, '10.0.0.7', oneWay)];
    expect(timelineOf(others).stops).toEqual([]);
    expect(timelineOf([at(1), at(2, '10.0.0.1', oneWay), at(3)]).stops).toEqual([]);
  });

  it('does not take what can not be told, or a refusal, for a stop', () => {
    const unknown = tlsSession({
      clientAuth: { status: 'unknown', requested: null, outcome: 'unknown', certainty: 'none', basis: '' },
    });
    expect(timelineOf([at(1), at(2, '10.0.0.1', { tls: unknown })]).stops).toEqual([]);
  });

  it('counts a resumed session as the handshake that it rests on', () => {
    const again = { tls: tlsSession({ ...resumed, resumedFrom: 1 }) };
    const from = { tls: tlsSession({ ...resumed, resumedFrom: 99 }) };
    expect(statesOf(timelineOf([at(1), at(2, '10.0.0.1', again), at(3, '10.0.0.1', from)]))).toEqual([
      'presented 2',
      'resumed 1',
    ]);
  });

  it('takes names, leaves out what says nothing, and counts what is too much', () => {
    const folder = new TimelineFolder(1);
    folder.add(at(1, '10.0.0.1', { kind: 'empty', tls: null }));
    const record = connection();
    folder.add(record);
    folder.add(connection({ id: 2 }));
    folder.name(hop({ client: { ip: record.client.ip, name: 'web-1' } }));
    const timeline = folder.finish(() => null);
    expect(timeline).toMatchObject({ connections: 1, leftOut: 1 });
    expect(timeline.hops[0]).toMatchObject({ client: { name: 'web-1' }, server: { name: 'api.example' } });
  });
});

describe('the timeline of several captures', () => {
  const clock = (offsetSeconds: number, uncertaintySeconds: number | null) =>
    capture({}, { clock: { against: 0, offsetSeconds, uncertaintySeconds, basis: '', connections: 3 } });
  const timelineBy = (...captures: CaptureInfo[]): Timeline => {
    const folder = new TimelineFolder();
    folder.add(at(5));
    // What the other capture's clock calls the 12th second is the 2nd of the first one's.
    folder.add(at(12, '10.0.0.1', { capture: 1, ...oneWay }));
    for (const info of captures) folder.capture(info);
    return folder.finish(() => null);
  };

  it('is in the order of one clock, with the times of each', () => {
    const timeline = timelineBy(capture(), clock(10, 0.001));
    expect(statesOf(timeline)).toEqual(['server-only 1', 'presented 1']);
    expect(timeline.stops).toEqual([]);
    expect(timeline.hops[0]!.intervals[0]!.first.time).toBe('2026-11-21T10:00:12.000000000Z');
    expect(timeline.clocks).toEqual([{ capture: 1, aheadSeconds: 10 }]);
    expect(timelineFormats.text(timeline, { palette: plainPalette, verbose: false }).replace(/\s+/g, ' ')).toContain(
      "one capture's clock is off (by 10.0 s): times are those of each capture.",
    );
  });

  it('takes clocks as they are where nothing tells how far they are off', () => {
    for (const timeline of [timelineBy(capture(), clock(10, null)), timelineBy(capture(), capture()), timelineBy()]) {
      expect(statesOf(timeline)).toEqual(['presented 1', 'server-only 1']);
      expect([timeline.stops.length, timeline.clocks]).toEqual([1, []]);
    }
  });
});
