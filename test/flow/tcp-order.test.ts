import { describe, expect, it } from 'vitest';
import { brief, said, Wire } from './tracking.js';

describe('TCP in order', () => {
  it('lends each direction its octets once and in order, with frame, time and offset', () => {
    const wire = new Wire();
    wire.open();
    wire.seconds = 1001;
    wire.a('PA', 101, { ack: 501, data: 'hello' });
    wire.b('PA', 501, { ack: 106, data: 'world!' });
    wire.a('PA', 106, { ack: 507, data: 'again' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:hello', 'b:world!', 'a:again']);
    expect(ended.conversation?.heard[1]).toMatchObject({ frame: 5, seconds: 1001, offset: 0, acknowledged: 5 });
    expect(ended.conversation?.heard[2]).toMatchObject({ frame: 6, offset: 5, acknowledged: 6 });
    expect(ended).toMatchObject({ opener: 0, sawSyn: true, closed: 'open', packets: [4, 2], bytes: [10, 6], gaps: [] });
    expect(wire.begun).toEqual([{ transport: 'tcp', senderPort: 40_000, peerPort: 443, flowId: 1 }]);
  });

  it('begins no conversation where nothing is said', () => {
    const wire = new Wire();
    wire.open();
    const ended = wire.finishOne();
    expect(wire.begun).toEqual([]);
    expect(ended).toMatchObject({ conversation: null, packets: [2, 1], bytes: [0, 0] });
  });

  it('tells neither acknowledgment nor order that it cannot know', () => {
    const wire = new Wire();
    wire.a('PA', 7000, { ack: 9000, data: 'from the middle' });
    const ended = wire.finishOne();
    expect(ended.conversation?.heard[0]).toMatchObject({ text: 'from the middle', offset: 0, acknowledged: -1 });
    expect(ended).toMatchObject({ opener: null, sawSyn: false });
  });

  it('takes the sender of a SYN and ACK for the server where the SYN was missed', () => {
    const wire = new Wire();
    wire.b('SA', 500, { ack: 101 });
    wire.a('A', 101, { ack: 501 });
    // The first packet seen came from the server, which therefore is direction 0.
    expect(wire.finishOne()).toMatchObject({ opener: 1, sawSyn: false, endpoints: [{ port: 443 }, { port: 40_000 }] });
  });

  it('follows one direction alone, and its gaps', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.a('A', 101, { ack: 501 });
    wire.a('PA', 101, { ack: 501, data: 'one' });
    wire.a('PA', 106, { ack: 900, data: 'two' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:one', 'a gap 2', 'a:two']);
    expect(ended).toMatchObject({ packets: [4, 0], bytes: [6, 0], gaps: [{ direction: 0, offset: 3, length: 2 }] });
  });
});

describe('TCP out of order', () => {
  it('holds early segments until their turn and tells the frame that carried them', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 107, { ack: 501, data: 'ghi' });
    wire.a('A', 104, { ack: 501, data: 'def' });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:def', 'a:ghi']);
    expect(ended.conversation?.heard.map(({ frame, offset }) => [frame, offset])).toEqual([
      [6, 0],
      [5, 3],
      [4, 6],
    ]);
    expect(ended.gaps).toEqual([]);
  });

  it('puts data in order that came before the handshake in the file', () => {
    const wire = new Wire();
    wire.a('S', 100);
    wire.a('PA', 101, { ack: 501, data: 'request' });
    wire.b('PA', 501, { ack: 108, data: 'answer' });
    wire.b('SA', 500, { ack: 101 });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('request');
    expect(said(ended.conversation, 1)).toBe('answer');
    expect(ended.opener).toBe(0);
  });

  it('waits for a segment whose acknowledgment was captured before it', () => {
    const wire = new Wire();
    wire.open();
    wire.b('A', 501, { ack: 107 });
    wire.a('A', 104, { ack: 501, data: 'def' });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdef');
    expect(ended.gaps).toEqual([]);
  });

  it('keeps the highest acknowledgment when pure acknowledgments change places', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('A', 501, { ack: 110 });
    wire.b('A', 501, { ack: 104 });
    expect(wire.finishOne().gaps).toEqual([{ direction: 0, offset: 3, length: 6 }]);
  });
});

describe('TCP retransmission and overlap', () => {
  it('lends a retransmitted segment once and counts its octets once', () => {
    const wire = new Wire();
    wire.open();
    for (let copy = 0; copy < 3; copy++) wire.a('PA', 101, { ack: 501, data: 'abc' });
    wire.a('PA', 104, { ack: 501, data: 'def' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:def']);
    expect(ended).toMatchObject({ bytes: [6, 0], packets: [6, 1] });
  });

  it('lends only what is new of a segment that overlaps what was lent: the first copy wins', () => {
    const wire = new Wire();
    wire.open();
    wire.a('PA', 101, { ack: 501, data: 'abcd' });
    wire.a('PA', 103, { ack: 501, data: 'XXef' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abcd', 'a:ef']);
    expect(ended.conversation?.heard[1]).toMatchObject({ offset: 4, frame: 5 });
    expect(ended.bytes[0]).toBe(6);
  });

  it('keeps the first copy of held octets and notes the conflict', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 105, { ack: 501, data: 'EFGH' });
    wire.a('A', 103, { ack: 501, data: 'cdxxghij' });
    wire.a('A', 101, { ack: 501, data: 'ab' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdEFGHij');
    expect(ended.anomalies).toEqual(['conflicting overlap of segments']);
  });

  it('finds nothing wrong in held octets that come twice with the same content', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 105, { ack: 501, data: 'efgh' });
    wire.a('A', 103, { ack: 501, data: 'cdefghij' });
    wire.a('A', 107, { ack: 501, data: 'ghijkl' });
    wire.a('A', 101, { ack: 501, data: 'ab' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdefghijkl');
    expect(ended.anomalies).toEqual([]);
  });

  it('fills the holes between several held segments from one that spans them', () => {
    const wire = new Wire();
    wire.open();
    for (const at of [103, 106, 109]) wire.a('A', at, { ack: 501, data: String(at).slice(-1) });
    wire.a('A', 102, { ack: 501, data: 'bcdefghij' });
    wire.a('A', 101, { ack: 501, data: 'a' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('ab3de6gh9j');
    expect(ended.anomalies).toEqual(['conflicting overlap of segments']);
  });

  it('drops held octets that came in order meanwhile', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 103, { ack: 501, data: 'cd' });
    wire.a('A', 101, { ack: 501, data: 'abXXe' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abXXe');
    expect(ended.bytes[0]).toBe(5);
  });

  it('is not moved by keep-alive probes, with and without their octet of rubbish', () => {
    const wire = new Wire();
    wire.open();
    wire.a('PA', 101, { ack: 501, data: 'abc' });
    wire.a('A', 103, { ack: 501 });
    wire.a('A', 103, { ack: 501, data: '\0' });
    wire.b('A', 501, { ack: 104 });
    wire.a('PA', 104, { ack: 501, data: 'def' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdef');
    expect(ended).toMatchObject({ anomalies: [], gaps: [], bytes: [6, 0] });
  });

  it('goes on over the wrap of the sequence numbers, in order and out of it', () => {
    const wire = new Wire();
    wire.a('S', 0xffff_fffa);
    wire.b('SA', 0xffff_ffff, { ack: 0xffff_fffb });
    wire.a('A', 0xffff_fffb, { ack: 0, data: 'abcd' });
    wire.a('A', 3, { ack: 0, data: 'ijk' });
    wire.a('A', 0xffff_ffff, { ack: 0, data: 'efgh' });
    wire.b('A', 0, { ack: 6, data: 'answer' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdefghijk');
    expect(said(ended.conversation, 1)).toBe('answer');
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 4, 8, 0]);
    expect(ended.gaps).toEqual([]);
  });
});

describe('data in the SYN (RFC 7413)', () => {
  it('is the beginning of the stream', () => {
    const wire = new Wire();
    wire.a('S', 100, { data: 'hello' });
    wire.b('SA', 500, { ack: 106 });
    wire.a('A', 106, { ack: 501, data: ' world' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('hello world');
    expect(ended.conversation?.heard[0]).toMatchObject({ offset: 0, frame: 1 });
  });

  it('is lent once when the server refused it and it comes again', () => {
    const wire = new Wire();
    wire.a('S', 100, { data: 'hello' });
    wire.a('S', 100);
    wire.b('SA', 500, { ack: 101 });
    wire.a('A', 101, { ack: 501, data: 'hello world' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('hello world');
    expect(ended.packets).toEqual([3, 1]);
  });
});

describe('payload cut by the snap length', () => {
  it('is lent as far as it was captured, then told as a gap', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc', cutOff: 7 });
    wire.a('A', 111, { ack: 501, data: 'klm' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 7', 'a:klm']);
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 3, 10]);
  });

  it('is a gap alone when no octet was captured', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, cutOff: 9 });
    wire.a('A', 110, { ack: 501, data: 'end' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a gap 9', 'a:end']);
  });

  it('is the same when the segment was held', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 104, { ack: 501, data: 'de', cutOff: 4 });
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 110, { ack: 501, data: 'jkl' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:de', 'a gap 4', 'a:jkl']);
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 3, 5, 9]);
  });

  it('gives a retransmission of it nothing back: what was told missing stays missing', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc', cutOff: 3 });
    wire.a('A', 101, { ack: 501, data: 'abcdefgh' });
    expect(said(wire.finishOne().conversation, 0)).toBe('abc___gh');
  });
});
