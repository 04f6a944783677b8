import { describe, expect, it } from 'vitest';
import { brief, said, Wire } from './tracking.js';

describe('the end by FIN', () => {
  it('is told for each direction after its octets; the connection when both are acknowledged', () => {
    const wire = new Wire();
    wire.exchange();
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

  it('is believed far from the stream when it knows what the peer said: a capture without its middle', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 200, { ack: 501, data: 'held' });
    wire.a('FA', 0x6000_0000, { ack: 501 });
    wire.b('FA', 501, { ack: 0x6000_0001 });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 96', 'a:held', 'a fin', 'b fin']);
    expect(ended).toMatchObject({ closed: 'fin', bytes: [7, 0] });
  });

  it('is told once when two of them disagree, and nothing held behind the one that holds comes after it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FA', 120, { ack: 501 });
    wire.a('A', 110, { ack: 501, data: 'behind' });
    wire.a('FA', 101, { ack: 501, data: 'abc' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a:abc', 'a fin']);
  });

  it('ends the stream before octets that were held behind it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 110, { ack: 501, data: 'behind' });
    wire.a('FA', 104, { ack: 501 });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a fin']);
    expect(ended.gaps).toEqual([]);
  });

  it('is not believed where octets behind it were seen already', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abcdef' });
    wire.a('FA', 104, { ack: 501 });
    wire.a('A', 107, { ack: 501, data: 'ghi' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abcdef', 'a:ghi']);
    expect(ended.closed).toBe('open');
  });

  it('stays where it was first seen while it waits for octets', () => {
    const wire = new Wire();
    wire.open();
    wire.a('FA', 104, { ack: 501 });
    wire.a('FA', 109, { ack: 501 });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a fin']);
    expect(ended.conversation?.heard[1]?.frame).toBe(4);
  });

  it('is not believed of a segment far from the stream', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('FA', 0x6000_0000, { ack: 0x3000_0000 });
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

  it('is believed within the windows in use', () => {
    for (const sequence of [501, 501 + 60_000, 501 - 60_000]) {
      const wire = new Wire();
      wire.open();
      wire.b('R', sequence);
      expect(wire.finishOne().closed).toBe('rst');
    }
  });

  it('is believed with the sequence number 0 however far that is', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.b('SA', 0x5000_0000, { ack: 101 });
    wire.b('R', 0);
    expect(wire.finishOne().closed).toBe('rst');
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
    ['closed', (wire: Wire): void => wire.exchange()],
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

  it('make a new connection of a SYN on a told one even when it has the same number', () => {
    const wire = new Wire();
    wire.exchange();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'second' });
    const [, second] = wire.finish();
    expect(second).toMatchObject({ sawSyn: true, bytes: [6, 0] });
  });

  it('make a new connection of far octets on one that is closing', () => {
    const wire = new Wire();
    wire.open();
    wire.b('R', 501);
    wire.a('A', 0x4000_0000, { ack: 0x5000_0000, data: 'second' });
    const [, second] = wire.finish();
    expect(second).toMatchObject({ sawSyn: false, bytes: [6, 0] });
  });

  it('make a new connection of a SYN from the other side', () => {
    const wire = new Wire();
    wire.exchange();
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
    wire.exchange();
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
