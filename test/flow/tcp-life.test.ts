import { describe, expect, it } from 'vitest';
import { briefIdleSeconds, lingerSeconds, openIdleSeconds, timeWaitSeconds } from '../../src/flow/limits.js';
import { brief, said, Wire } from './tracking.js';

/** Says something on a fresh connection and closes it from both sides, acknowledged. */
function exchange(wire: Wire): void {
  wire.open();
  wire.a('PA', 101, { ack: 501, data: 'ask' });
  wire.b('PA', 501, { ack: 104, data: 'tell' });
  wire.a('FA', 104, { ack: 505 });
  wire.b('FA', 505, { ack: 105 });
  wire.a('A', 105, { ack: 506 });
}

describe('the end by FIN', () => {
  it('is told for each direction after its octets; the connection when both are acknowledged', () => {
    const wire = new Wire();
    exchange(wire);
    expect(wire.endings).toHaveLength(1);
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:ask', 'b:tell', 'a fin', 'b fin']);
    expect(ended).toMatchObject({ closed: 'fin', packets: [5, 3], bytes: [3, 4], gaps: [], lastFrame: 8 });
  });

  it('may carry octets', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FPA', 101, { ack: 501, data: 'all' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a:all', 'a fin']);
  });

  it('waits for octets that come after it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FA', 107, { ack: 501 });
    wire.a('A', 104, { ack: 501, data: 'def' });
    wire.seconds = 1001;
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:def', 'a fin']);
    expect(ended.conversation?.heard[2]).toMatchObject({ frame: 4, seconds: 1000, offset: 6 });
  });

  it('comes behind the gap when the octets before it never come', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('FA', 107, { ack: 501 });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 3', 'a fin']);
    expect(ended.gaps).toEqual([{ direction: 0, offset: 3, length: 3 }]);
  });

  it('leaves the other direction open', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FPA', 101, { ack: 501, data: 'ask' });
    wire.b('A', 501, { ack: 105, data: 'a long ' });
    wire.a('A', 105, { ack: 508 });
    wire.b('FA', 508, { ack: 105, data: 'answer' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 1)).toBe('a long answer');
    expect(ended.closed).toBe('fin');
  });

  it('is told once however often it is sent', () => {
    const wire = new Wire();
    wire.open();
    for (let copy = 0; copy < 3; copy++) wire.a('FA', 101, { ack: 501, data: 'x' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a:x', 'a fin']);
  });

  it('lets nothing follow it in its direction, such as the octet of a keep-alive probe', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FA', 101, { ack: 501, data: 'bye' });
    wire.a('A', 104, { ack: 501, data: '\0' });
    wire.a('A', 105, { ack: 501, data: 'more' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a:bye', 'a fin']);
  });

  it('is not believed of a segment far from the stream', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('FA', 0x6000_0000, { ack: 501 });
    wire.a('A', 104, { ack: 501, data: 'def' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:def']);
    expect(ended.closed).toBe('open');
  });
});

describe('the end by RST', () => {
  it('is told at once and ends both directions', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('R', 501);
    expect(brief(wire.conversations[0]!)).toEqual(['a:abc', 'b rst']);
    expect(wire.finishOne()).toMatchObject({ closed: 'rst', gaps: [] });
  });

  it('is told once, whoever repeats it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('R', 501);
    wire.b('R', 501);
    wire.a('R', 104);
    expect(brief(wire.finishOne().conversation)).toEqual(['a:abc', 'b rst']);
  });

  it('is believed within the windows in use, and with the sequence number 0 of old stacks', () => {
    for (const sequence of [501, 501 + 60_000, 501 - 60_000, 0]) {
      const wire = new Wire();
      wire.open();
      wire.b('R', sequence);
      expect(wire.finishOne().closed).toBe('rst');
    }
  });

  it('is not believed far outside: it answers an older connection', () => {
    const wire = new Wire();
    wire.open();
    wire.b('R', 0x4000_0000);
    wire.a('A', 101, { ack: 501, data: 'goes on' });
    const ended = wire.finishOne();
    expect(ended.closed).toBe('open');
    expect(said(ended.conversation, 0)).toBe('goes on');
  });

  it('refuses a SYN', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.b('RA', 0, { ack: 101 });
    expect(wire.finishOne()).toMatchObject({ closed: 'rst', sawSyn: true, conversation: null, packets: [1, 1] });
  });

  it('keeps the text that it may carry out of the stream', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('R', 501, { data: 'No tcb' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'b rst']);
    expect(ended.bytes).toEqual([3, 0]);
  });

  it('still takes octets that were captured after it, while the connection lingers', () => {
    const wire = new Wire();
    wire.open();
    wire.b('R', 501);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(ended).toMatchObject({ closed: 'rst', bytes: [3, 0] });
    expect(said(ended.conversation, 0)).toBe('abc');
  });
});

describe('the same ports used again', () => {
  const again = (wire: Wire): void => {
    wire.a('S', 90_000);
    wire.b('SA', 70_000, { ack: 90_001 });
    wire.a('PA', 90_001, { ack: 70_001, data: 'second' });
  };

  it.each([
    ['closed', exchange],
    ['open', (wire: Wire): void => wire.open()],
    ['silent', (wire: Wire): void => wire.a('S', 100)],
    [
      'reset',
      (wire: Wire): void => {
        wire.open();
        wire.b('R', 501);
      },
    ],
  ])('make a new connection of a SYN on a %s one', (_state, begin) => {
    const wire = new Wire();
    begin(wire);
    again(wire);
    const [first, second, ...others] = wire.finish();
    expect(others).toEqual([]);
    expect([first?.id, second?.id]).toEqual([1, 2]);
    expect(said(second!.conversation, 0)).toBe('second');
    expect(second).toMatchObject({ sawSyn: true, opener: 0, packets: [2, 1] });
    expect(first?.conversation === null ? '' : said(first!.conversation, 0)).not.toContain('second');
  });

  it('make a new connection of a SYN from the other side', () => {
    const wire = new Wire();
    exchange(wire);
    wire.b('S', 7000);
    const [, second] = wire.finish();
    expect(second).toMatchObject({ opener: 0, endpoints: [{ port: 443 }, { port: 40_000 }] });
  });

  it('stay one connection when the SYN is only sent again, before and after its answer', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.seconds += 1;
    wire.a('S', 100);
    wire.b('SA', 500, { ack: 101 });
    wire.b('SA', 500, { ack: 101 });
    wire.a('S', 100);
    wire.a('PA', 101, { ack: 501, data: 'one' });
    wire.a('S', 100);
    const ended = wire.finishOne();
    expect(ended).toMatchObject({ packets: [5, 2], bytes: [3, 0], anomalies: [] });
  });

  it('make a new connection of a SYN and ACK with other numbers, where only the server is seen', () => {
    const wire = new Wire();
    wire.b('SA', 500, { ack: 101 });
    wire.b('PA', 501, { ack: 104, data: 'first' });
    wire.b('SA', 900_500, { ack: 8_000_001 });
    wire.b('PA', 900_501, { ack: 8_000_004, data: 'second' });
    const ended = wire.finish();
    expect(ended.map((one) => said(one.conversation, 0))).toEqual(['first', 'second']);
  });

  it('make a new connection of a SYN and ACK with other numbers after the first has been told', () => {
    const wire = new Wire();
    exchange(wire);
    wire.b('SA', 900_500, { ack: 8_000_001 });
    wire.b('PA', 900_501, { ack: 8_000_004, data: 'second' });
    const [, second] = wire.finish();
    expect(second).toMatchObject({ opener: 1, sawSyn: false, bytes: [6, 0], packets: [2, 0] });
  });

  it('keep the connection when the server repeats its SYN and ACK', () => {
    const wire = new Wire();
    wire.open();
    wire.b('PA', 501, { ack: 101, data: 'greeting' });
    wire.b('SA', 500, { ack: 101 });
    expect(wire.finishOne()).toMatchObject({ bytes: [0, 8], packets: [2, 3] });
  });

  it('take the SYN and ACK for surer than a challenge ACK of an older connection before it', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.b('A', 0x7000_0000, { ack: 0x5000_1234 });
    wire.a('R', 0x5000_1234);
    wire.a('S', 100);
    wire.b('SA', 500, { ack: 101 });
    wire.a('A', 101, { ack: 501 });
    wire.b('PA', 501, { ack: 101, data: 'greeting' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 1)).toBe('greeting');
    expect(ended).toMatchObject({ closed: 'open', gaps: [], anomalies: [] });
  });
});

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
    exchange(wire);
    wire.b('FA', 505, { ack: 105 });
    wire.a('A', 105, { ack: 506 });
    wire.a('PA', 101, { ack: 501, data: 'ask' });
    wire.b('R', 506);
    expect(wire.finishOne().packets).toEqual([5, 3]);
    expect(wire.tracker.stragglers).toBe(4);
  });

  it('forgets its key after a while, and then what comes is new', () => {
    const wire = new Wire();
    exchange(wire);
    wire.seconds += timeWaitSeconds;
    wire.a('A', 105, { ack: 506 });
    expect(wire.finish()).toHaveLength(2);
    expect(wire.tracker.stragglers).toBe(0);
  });

  it('makes way for new octets in the middle of another stream', () => {
    const wire = new Wire();
    exchange(wire);
    wire.a('PA', 0x4000_0000, { ack: 0x5000_0000, data: 'another' });
    const [, second] = wire.finish();
    expect(second).toMatchObject({ sawSyn: false, bytes: [7, 0] });
  });
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

  it('drop the keys of told connections first, then the closed, the unanswered and the open', () => {
    const wire = new Wire(4);
    wire.open({ clientPort: 1 });
    wire.a('S', 100, { clientPort: 2 });
    wire.open({ clientPort: 3 });
    wire.b('R', 501, { clientPort: 3 });
    exchange(wire); // port 40000: told at once, only its key is left
    expect(wire.endings.map((ended) => ended.id)).toEqual([4]);
    for (const clientPort of [11, 12, 13, 14]) wire.open({ clientPort });
    // The key of 4 is no connection any more: dropping it costs nothing and isn't counted.
    expect(wire.endings.map((ended) => ended.id)).toEqual([4, 3, 2, 1]);
    expect(wire.tracker.limits.evictedFlows).toBe(3);
    expect(wire.endings.map((ended) => ended.anomalies.length)).toEqual([0, 1, 1, 1]);
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
