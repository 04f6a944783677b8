import { describe, expect, it } from 'vitest';
import {
  briefIdleSeconds,
  lingerSeconds,
  maxTold,
  openIdleSeconds,
  restsAfterConversations,
  timeWaitSeconds,
} from '../../src/flow/limits.js';
import { brief, type Sent, said, Wire } from './tracking.js';

describe('a closed connection', () => {
  it('is told after it lingered: the acknowledgment of the last FIN and late octets still belong to it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FA', 104, { ack: 501 });
    wire.b('FA', 501, { ack: 101 });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    expect(wire.endings).toEqual([]);
    wire.seconds += lingerSeconds;
    wire.udp(0, 'time passes');
    expect(wire.endings).toHaveLength(1);
    expect(wire.endings[0]).toMatchObject({ closed: 'fin', bytes: [3, 0], gaps: [] });
  });

  it('makes no new connection of stragglers, and counts them', () => {
    const wire = new Wire();
    wire.exchange();
    wire.b('FA', 505, { ack: 105 });
    wire.a('A', 105, { ack: 506 });
    wire.a('PA', 101, { ack: 501, data: 'ask' });
    wire.b('R', 506);
    expect(wire.finishOne().packets).toEqual([5, 3]);
    expect(wire.tracker.stragglers).toBe(4);
  });

  it('forgets its key after a while, and then what comes is new', () => {
    const wire = new Wire();
    wire.exchange();
    wire.seconds += timeWaitSeconds;
    wire.a('A', 105, { ack: 506 });
    expect(wire.finish()).toHaveLength(2);
    expect(wire.tracker.stragglers).toBe(0);
  });

  it('keeps its key while fewer than so many others closed after it', () => {
    const wire = new Wire();
    const ports = (index: number): Sent => ({ client: index >> 15, clientPort: 1024 + (index & 0x7fff) });
    const close = (index: number): void => {
      wire.a('S', 100, ports(index));
      wire.b('R', 500, { ack: 101, ...ports(index) });
    };
    for (let index = 0; index <= maxTold; index++) close(index);
    wire.seconds += lingerSeconds;
    wire.udp(0, 'time passes');
    const late = (index: number): void => wire.a('A', 101, { ack: 501, ...ports(index) });
    late(1);
    late(maxTold);
    expect(wire.tracker.stragglers).toBe(2);
    late(0);
    expect(wire.tracker.stragglers).toBe(2);
    // All that closed, the datagram, and the one begun anew.
    expect(wire.finish()).toHaveLength(maxTold + 3);
  });

  it.each([[0x4000_0000], [-0x4000_0000]])(
    'makes way for new octets in the middle of another stream: %d',
    (sequence) => {
      const wire = new Wire();
      wire.exchange();
      wire.a('PA', sequence, { ack: 0x5000_0000, data: 'another' });
      const [, second] = wire.finish();
      expect(second).toMatchObject({ sawSyn: false, bytes: [7, 0] });
    },
  );
});

describe('silence', () => {
  const pass = (wire: Wire, seconds: number): void => {
    // A clock that leaps is not believed at once, so time passes in steps, with someone else's packets.
    for (const end = wire.seconds + seconds; wire.seconds < end; ) {
      wire.seconds = Math.min(end, wire.seconds + 100);
      wire.udp(0, 'tick', { clientPort: 1, serverPort: 2 });
    }
  };

  it('ends a connection that nobody answered', () => {
    const wire = new Wire();
    wire.a('S', 100);
    pass(wire, briefIdleSeconds - 1);
    expect(wire.endings).toEqual([]);
    pass(wire, 1);
    expect(wire.endings).toMatchObject([{ id: 1, packets: [1, 0] }]);
  });

  it('ends an open connection much later', () => {
    const wire = new Wire();
    wire.open();
    pass(wire, openIdleSeconds - 1);
    expect(wire.endings).toEqual([]);
    pass(wire, 1);
    expect(wire.endings).toMatchObject([{ id: 1, closed: 'open' }]);
  });

  it('does not end a connection that speaks now and then', () => {
    const wire = new Wire();
    wire.open();
    for (let round = 0; round < 4; round++) {
      pass(wire, openIdleSeconds - 10);
      wire.a('A', 100, { ack: 501 });
    }
    expect(wire.endings).toEqual([]);
    expect(wire.finish().map((ended) => ended.transport)).toEqual(['udp', 'tcp']);
  });

  it('ends an exchange over UDP, and what comes later is another', () => {
    const wire = new Wire();
    wire.udp(0, 'ask');
    wire.udp(1, 'answer');
    pass(wire, briefIdleSeconds);
    wire.udp(0, 'ask again');
    const mine = wire.finish().filter((ended) => ended.endpoints[1]?.port === 443);
    expect(mine.map((ended) => brief(ended.conversation))).toEqual([['a:ask', 'b:answer'], ['a:ask again']]);
  });

  it('does not end an exchange because the clock leapt just after it began', () => {
    const wire = new Wire();
    wire.udp(0, 'long ago', { clientPort: 1, serverPort: 2 });
    wire.seconds += 100_000;
    for (let at = 0; at < 200; at++) wire.udp(0, `datagram ${at}`);
    const mine = wire.finish().filter((ended) => ended.endpoints[1]?.port === 443);
    expect(mine.map((ended) => ended.packets)).toEqual([[200, 0]]);
  });

  it('is not made of one packet with a garbage timestamp', () => {
    const wire = new Wire();
    wire.open();
    wire.a('PA', 101, { ack: 501, data: 'before ' });
    for (const garbage of [4_000_000_000, 0, -5_000_000, 8_640_000_000_000]) {
      const now = wire.seconds;
      wire.seconds = garbage;
      wire.udp(0, 'garbage', { clientPort: 1, serverPort: 2 });
      wire.seconds = now;
    }
    wire.a('PA', 108, { ack: 501, data: 'after' });
    const mine = wire.finish().filter((ended) => ended.transport === 'tcp');
    expect(mine).toHaveLength(1);
    expect(said(mine[0]!.conversation, 0)).toBe('before after');
  });

  it('keeps the last times of a connection as they were written, garbage or not', () => {
    const wire = new Wire();
    wire.open();
    wire.seconds = 4_000_000_000;
    wire.a('A', 101, { ack: 501, data: 'x', nanoseconds: 123_456_789 });
    expect(wire.finishOne()).toMatchObject({
      startTime: '1970-01-01T00:16:40.000000000Z',
      endTime: '2096-10-02T07:06:40.123456789Z',
    });
  });
});

describe('more connections than we follow', () => {
  it('end the least recently begun early, and say so', () => {
    const wire = new Wire(4);
    for (let port = 1; port <= 6; port++) wire.a('S', 100, { clientPort: port });
    expect(wire.endings.map((ended) => ended.id)).toEqual([1, 2]);
    expect(wire.endings[0]?.anomalies).toEqual(['evicted: too many connections at a time']);
    expect(wire.tracker.limits.evictedFlows).toBe(2);
    expect(wire.finish()).toHaveLength(6);
  });

  it('drop the keys of told connections first, then the long unanswered, the silent and the closed', () => {
    const wire = new Wire(4);
    wire.open({ clientPort: 1 });
    wire.a('S', 100, { clientPort: 2 });
    wire.seconds += 10;
    wire.open({ clientPort: 3 });
    wire.b('R', 501, { clientPort: 3 });
    wire.exchange(); // port 40000: told at once, only its key is left
    expect(wire.endings.map((ended) => ended.id)).toEqual([4]);
    for (const clientPort of [11, 12, 13, 14]) wire.open({ clientPort });
    // The key of 4 is no connection any more: dropping it costs nothing and isn't counted.
    expect(wire.endings.map((ended) => ended.id)).toEqual([4, 2, 1, 3]);
    expect(wire.tracker.limits.evictedFlows).toBe(3);
    expect(wire.endings.map((ended) => ended.anomalies.length)).toEqual([0, 1, 1, 1]);
  });

  it('end silent ones rather than what has just begun', () => {
    const wire = new Wire(8);
    for (let clientPort = 1; clientPort <= 8; clientPort++) wire.open({ clientPort });
    wire.seconds += 100;
    // The first spoke since: it is spared.
    wire.a('PA', 101, { ack: 501, data: 'on', clientPort: 1 });
    wire.a('S', 100, { clientPort: 11 });
    wire.a('S', 100, { clientPort: 12 });
    for (const clientPort of [11, 12]) wire.b('SA', 500, { ack: 101, clientPort });
    expect(wire.endings.map((ended) => ended.id)).toEqual([2, 3]);
  });

  it('are followed through a flood of openings that nobody answers', () => {
    const wire = new Wire(8);
    wire.open({ clientPort: 1 });
    wire.open({ clientPort: 2 });
    for (let clientPort = 100; clientPort < 200; clientPort++) wire.a('S', 100, { clientPort });
    const ended = wire.endings.map(({ id }) => id);
    expect(ended).not.toContain(1);
    expect(ended).not.toContain(2);
    expect(ended).toHaveLength(94);
  });

  it('are ended early where memory is short, silent ones first, and no more than there are', () => {
    const wire = new Wire();
    for (const clientPort of [1, 2, 3]) wire.open({ clientPort });
    wire.seconds += 100;
    wire.a('PA', 101, { ack: 501, data: 'on', clientPort: 1 });
    wire.tracker.endEarly(2);
    expect(wire.endings.map(({ id }) => id)).toEqual([2, 3]);
    expect(wire.endings[0]?.anomalies).toEqual(['evicted: memory is short']);
    wire.tracker.endEarly(5);
    expect(wire.endings.map(({ id }) => id)).toEqual([2, 3, 1]);
  });

  it('give out what an evicted connection held', () => {
    const wire = new Wire(1);
    wire.open();
    wire.a('A', 104, { ack: 501, data: 'held' });
    wire.a('S', 100, { clientPort: 2 });
    expect(brief(wire.endings[0]!.conversation)).toEqual(['a gap 3', 'a:held']);
  });
});

describe('what a tracker is told', () => {
  it('counts ids from the first it was given, and notes the capture of the first frame', () => {
    const wire = new Wire(undefined, 1, 41);
    wire.a('S', 100);
    wire.tracker.capture = 3;
    wire.a('S', 100, { clientPort: 2 });
    wire.b('SA', 100);
    expect(wire.finish().map(({ id, capture }) => [id, capture])).toEqual(
      expect.arrayContaining([
        [41, 0],
        [42, 3],
      ]),
    );
    expect(wire.tracker.nextId).toBe(43);
  });
});

describe('a conversation that waits', () => {
  /** Two flows that ask, and then as many others as make the first two rest. */
  function rested(): Wire {
    const wire = new Wire();
    wire.rests = () => true;
    for (const clientPort of [1, 2]) {
      wire.open({ clientPort });
      wire.a('PA', 101, { ack: 501, data: 'ask', clientPort });
    }
    for (let clientPort = 3; clientPort < restsAfterConversations + 3; clientPort++) {
      wire.a('PA', 101, { ack: 501, data: 'x', clientPort });
    }
    return wire;
  }

  it('is laid down when many more have begun, and heard again when something comes', () => {
    const wire = rested();
    expect(wire.rested).toEqual([wire.conversations[0], wire.conversations[1]]);
    wire.b('PA', 501, { ack: 104, data: 'answer', clientPort: 2 });
    expect(wire.rested).toEqual([wire.conversations[0], null]);
    expect(said(wire.conversations[1]!, 1)).toBe('answer');
    expect(wire.conversations).toHaveLength(restsAfterConversations + 2);
  });

  it('is shown to who looks, and goes on resting', () => {
    const wire = rested();
    const ids: number[] = [];
    wire.tracker.visitOpen(0, 100, 5_000, ({ id }, conversation) => {
      if (conversation === wire.conversations[0]) ids.push(id);
    });
    expect(ids).toEqual([1]);
    expect(wire.rested[0]).toBe(wire.conversations[0]);
  });

  it('is told at the end of the capture', () => {
    const wire = rested();
    wire.tracker.finish();
    expect(wire.endings.find(({ id }) => id === 1)?.conversation).toBe(wire.conversations[0]);
    expect(wire.rested).toEqual([null, null]);
  });
});
