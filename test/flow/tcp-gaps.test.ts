import { describe, expect, it } from 'vitest';
import { maxGapsListed, patienceSeconds, patienceSegments } from '../../src/flow/limits.js';
import { brief, said, Wire } from './tracking.js';

/** A connection where a's octets 101 to 110 are missing and 111 to 113 are held. */
function withHole(): Wire {
  const wire = new Wire();
  wire.open();
  wire.a('A', 111, { ack: 501, data: 'klm' });
  return wire;
}

describe('a hole in the stream', () => {
  it('is waited for as long as the receiver has not acknowledged what lies behind it', () => {
    const wire = withHole();
    wire.b('A', 501, { ack: 101 });
    for (let at = 0; at < 4 * patienceSegments; at++) wire.a('A', 114 + at, { ack: 501, data: '.' });
    wire.seconds += 10 * patienceSeconds;
    wire.a('A', 114 + 4 * patienceSegments, { ack: 501, data: '!' });
    expect(wire.conversations).toEqual([]);
    wire.a('A', 101, { ack: 501, data: 'abcdefghij' });
    expect(said(wire.conversations[0]!, 0)).toBe(`abcdefghijklm${'.'.repeat(4 * patienceSegments)}!`);
    expect(wire.finishOne().gaps).toEqual([]);
  });

  it('is a gap when the receiver acknowledged it and as many segments as we have patience for came after it', () => {
    const wire = withHole();
    wire.b('A', 501, { ack: 114 });
    for (let at = 0; at < patienceSegments - 2; at++) wire.a('A', 114 + at, { ack: 501, data: '.' });
    expect(wire.conversations).toEqual([]);
    wire.a('A', 114 + patienceSegments - 2, { ack: 501, data: '!' });
    expect(brief(wire.conversations[0]!).slice(0, 2)).toEqual(['a gap 10', 'a:klm']);
    const ended = wire.finishOne();
    expect(ended.gaps).toEqual([{ direction: 0, offset: 0, length: 10 }]);
    expect(ended.bytes[0]).toBe(3 + patienceSegments - 1);
    expect(ended.conversation?.heard[0]).toMatchObject({ what: 'gap', offset: 0, frame: 4 });
    expect(ended.conversation?.heard[1]).toMatchObject({ offset: 10, frame: 4 });
  });

  it('is a gap when the receiver acknowledged it and as much time passed as we have patience for', () => {
    const wire = withHole();
    // However long ago it was seen: octets may be sent again late, and the capture may show the acknowledgment first.
    wire.seconds += 5;
    wire.b('A', 501, { ack: 114 });
    wire.a('A', 114, { ack: 501, data: 'n' });
    wire.a('A', 115, { ack: 501, data: 'o', nanoseconds: patienceSeconds * 1e9 - 1000 });
    expect(wire.conversations).toEqual([]);
    wire.a('A', 116, { ack: 501, data: 'p', nanoseconds: patienceSeconds * 1e9 + 1000 });
    expect(said(wire.conversations[0]!, 0)).toBe('__________klmnop');
  });

  it('has patience of its own after another was given up', () => {
    const wire = withHole();
    wire.b('A', 501, { ack: 200 });
    wire.a('A', 130, { ack: 501, data: 'second' });
    wire.seconds += 1;
    wire.a('A', 136, { ack: 501, data: '!' });
    expect(said(wire.conversations[0]!, 0)).toBe('__________klm');
    wire.a('A', 114, { ack: 501, data: '0123456789abcdef' });
    expect(said(wire.conversations[0]!, 0)).toBe('__________klm0123456789abcdefsecond!');
  });

  it('is a gap at the end of the capture, with what was held behind it', () => {
    const wire = withHole();
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a gap 10', 'a:klm']);
    expect(ended.gaps).toEqual([{ direction: 0, offset: 0, length: 10 }]);
  });

  it('takes nothing back: octets that come after their gap was told are not lent', () => {
    const wire = withHole();
    wire.b('A', 501, { ack: 114 });
    wire.a('A', 114, { ack: 501, data: 'n' });
    wire.seconds += 1;
    wire.a('A', 115, { ack: 501, data: 'o' });
    wire.a('A', 101, { ack: 501, data: 'abcdefghij' });
    wire.a('A', 116, { ack: 501, data: 'p' });
    expect(said(wire.finishOne().conversation, 0)).toBe('__________klmnop');
  });

  it('does not keep the other direction waiting', () => {
    const wire = withHole();
    wire.b('A', 501, { ack: 101, data: 'answer' });
    expect(brief(wire.conversations[0]!)).toEqual(['b:answer']);
  });

  it('is listed up to a bound, and counted past it', () => {
    const wire = new Wire();
    wire.open();
    for (let at = 0; at < maxGapsListed + 5; at++) wire.a('A', 102 + 2 * at, { ack: 501, data: '.' });
    const ended = wire.finishOne();
    expect(ended.gaps).toHaveLength(maxGapsListed);
    expect(ended.gaps[3]).toEqual({ direction: 0, offset: 6, length: 1 });
    expect(wire.tracker.limits.unlistedGaps).toBe(5);
    expect(said(ended.conversation, 0)).toBe('_.'.repeat(maxGapsListed + 5));
  });
});

describe('a missing tail', () => {
  it('is a gap when the peer acknowledged it', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('A', 501, { ack: 120 });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 16']);
    expect(ended.gaps).toEqual([{ direction: 0, offset: 3, length: 16 }]);
  });

  it('is the whole stream where nothing of it was captured', () => {
    const wire = new Wire();
    wire.open();
    wire.b('A', 501, { ack: 120, data: 'ok' });
    expect(brief(wire.finishOne().conversation)).toEqual(['b:ok', 'a gap 19']);
  });

  it('is not made of an acknowledged FIN', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('A', 501, { ack: 105 });
    expect(wire.finishOne().gaps).toEqual([]);
  });

  it('is not believed when a stray acknowledgment claims gigabytes', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('A', 501, { ack: 0x5000_0000 });
    expect(wire.finishOne().gaps).toEqual([]);
  });

  it('is not made of the acknowledgment in a reset of an older connection', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.b('RA', 0x3000_0000, { ack: 90_101 });
    expect(wire.finishOne()).toMatchObject({ gaps: [], closed: 'open' });
  });
});

describe('a segment that belongs to no window', () => {
  it('is left out and noted, and the stream goes on', () => {
    const wire = new Wire();
    wire.open();
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 0x5000_0000, { ack: 501, data: 'stray' });
    wire.a('A', 104, { ack: 501, data: 'def' });
    const ended = wire.finishOne();
    expect(said(ended.conversation, 0)).toBe('abcdef');
    expect(ended.anomalies).toEqual(['segment far outside the window']);
  });
});

describe('octets that the conversation does not need', () => {
  it('are counted, not lent: a finite number', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 5 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 104, { ack: 501, data: 'def' });
    wire.a('A', 107, { ack: 501, data: 'ghijk' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:ijk']);
    expect(ended.conversation?.heard[1]?.offset).toBe(8);
    expect(ended.bytes[0]).toBe(11);
  });

  it('are counted, not lent: all, in one direction only', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.direction === 0 ? 0x7fffffff : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 104, { ack: 501, data: 'def', cutOff: 4 });
    wire.a('A', 115, { ack: 501, data: 'behind a hole' });
    wire.a('A', 111, { ack: 501, data: 'hole' });
    wire.a('A', 200, { ack: 501, data: 'behind a gap' });
    wire.b('A', 501, { ack: 212, data: 'heard' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'b:heard']);
    expect(ended.bytes).toEqual([3 + 7 + 17 + 12, 5]);
    expect(ended.gaps).toEqual([{ direction: 0, offset: 27, length: 72 }]);
  });

  it('hide a gap that lies wholly among them', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 12 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 110, { ack: 501, data: 'jklmnopq' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:pq']);
    expect(ended.conversation?.heard[1]?.offset).toBe(15);
    expect(ended.gaps).toEqual([{ direction: 0, offset: 3, length: 6 }]);
  });

  it('shorten a gap that begins among them', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 4 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 110, { ack: 501, data: 'jkl' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 2', 'a:jkl']);
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 7, 9]);
  });

  it('may end inside a held segment', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 5 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 106, { ack: 501, data: 'fghijk' });
    wire.a('A', 104, { ack: 501, data: 'de' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:ijk']);
    expect(ended.conversation?.heard[1]).toMatchObject({ offset: 8, frame: 5 });
  });

  it('may end behind a held segment, which is then not copied', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 9 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 106, { ack: 501, data: 'fghi' });
    wire.a('A', 104, { ack: 501, data: 'de' });
    wire.a('A', 110, { ack: 501, data: 'jklmnop' });
    expect(brief(wire.finishOne().conversation)).toEqual(['a:abc', 'a:mnop']);
  });

  it('may end in the captured part of a cut packet', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 1 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 104, { ack: 501, data: 'def', cutOff: 4 });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a:ef', 'a gap 4']);
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 4, 6]);
  });

  it('may end in the missing part of a cut packet', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.text === 'abc' ? 5 : 0);
    wire.a('A', 101, { ack: 501, data: 'abc' });
    wire.a('A', 104, { ack: 501, data: 'def', cutOff: 4 });
    wire.a('A', 111, { ack: 501, data: 'klm' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a:abc', 'a gap 2', 'a:klm']);
    expect(ended.conversation?.heard.map((heard) => heard.offset)).toEqual([0, 8, 10]);
  });

  it('may be asked for in answer to a gap', () => {
    const wire = new Wire();
    wire.open();
    wire.answer = (heard) => (heard.what === 'gap' ? 0x7fffffff : 0);
    wire.a('A', 104, { ack: 501, data: 'def' });
    const ended = wire.finishOne();
    expect(brief(ended.conversation)).toEqual(['a gap 3']);
  });
});

describe('a hole before a FIN', () => {
  it('is given up with all that lies behind the FIN, which is no part of the stream', () => {
    const wire = withHole();
    wire.a('FA', 120, { ack: 501 });
    wire.b('A', 501, { ack: 300 });
    // As many as patience asks for: what was held is let go at the FIN, and nothing must be waited for in it again.
    for (let at = 0; at < 2 * patienceSegments; at++) wire.a('A', 130 + 2 * at, { ack: 501, data: '.' });
    const { conversation } = wire.finishOne();
    expect(conversation?.heard.map(({ what, length }) => [what, length]).slice(0, 4)).toEqual([
      ['gap', 10],
      ['data', 3],
      ['gap', 6],
      ['fin', 0],
    ]);
  });
});
