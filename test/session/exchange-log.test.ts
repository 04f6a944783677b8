import { describe, expect, it } from 'vitest';
import { maxExchanges } from '../../src/model/connection-record.js';
import type { Arrival, Direction } from '../../src/model/stream.js';
import { ExchangeLog } from '../../src/session/content/exchange-log.js';
import { PendingQuestions } from '../../src/session/content/pending-questions.js';

/** `frame` is also its second; `heard` is what the segment acknowledges of the other direction. */
function arrival(frame: number, offset: number, heard = -1): Arrival {
  return { frame, seconds: 1000 + frame, nanoseconds: 123_456_789, acknowledged: heard, offset };
}

function noted(
  ...stretches: [direction: Direction, frame: number, offset: number, length: number, heard?: number][]
): ExchangeLog {
  const log = new ExchangeLog();
  for (const [direction, frame, offset, length, heard] of stretches) {
    log.noteStream(direction, length, arrival(frame, offset, heard));
  }
  return log;
}

describe('the exchanges of a stream', () => {
  it('are a stretch of the client and the stretch of the server that follows, with their times', () => {
    const log = noted([0, 1, 0, 100], [0, 2, 100, 20], [1, 3, 0, 500], [1, 4, 500, 500], [0, 5, 120, 7]);
    expect(log.records(0, 127, 1000)).toEqual([
      {
        frame: 1,
        time: 1001.123456,
        answerTime: 1003.123456,
        endTime: 1004.123456,
        clientOctets: 120,
        serverOctets: 1000,
      },
      { frame: 5, time: 1005.123456, answerTime: null, endTime: 1005.123456, clientOctets: 7, serverOctets: 0 },
    ]);
  });

  it('begin with a greeting where the server speaks first, whichever direction is the server', () => {
    const log = noted([0, 1, 0, 40], [1, 2, 0, 10], [0, 3, 40, 5]);
    expect(log.records(1, 45, 10).map(({ clientOctets, serverOctets }) => [clientOctets, serverOctets])).toEqual([
      [0, 40],
      [10, 5],
    ]);
  });

  it('count octets that were not lent with the stretch they follow, and the last ones by the totals', () => {
    const log = noted([0, 1, 0, 100], [1, 2, 0, 10], [0, 3, 100, 5], [1, 4, 9010, 30]);
    const [first, second] = log.records(0, 105, 20_000);
    expect([first!.serverOctets, second!.serverOctets]).toEqual([9010, 20_000 - 9010]);
  });

  it('count octets that are told anew once', () => {
    const log = noted([0, 1, 0, 100], [0, 2, 100, 50], [0, 1, 0, 100], [0, 2, 100, 50], [1, 3, 0, 9]);
    expect(log.records(0, 150, 9)).toMatchObject([{ clientOctets: 150, serverOctets: 9 }]);
  });

  it('do not take for an answer what was sent before the question was heard', () => {
    const log = noted([1, 1, 0, 70, 0], [0, 2, 0, 100, 0], [1, 3, 70, 70, 0], [1, 4, 140, 900, 100]);
    expect(log.records(0, 100, 1040)).toMatchObject([
      { clientOctets: 0, serverOctets: 140 },
      { clientOctets: 100, serverOctets: 900, answerTime: 1004.123456 },
    ]);
  });

  it(`end after ${maxExchanges}, and the log says that it is full`, () => {
    const log = new ExchangeLog();
    for (let turn = 0; turn < 200; turn++) {
      log.noteStream((turn % 2) as Direction, 10, arrival(turn + 1, (turn >> 1) * 10));
      if (log.full) break;
    }
    expect(log.full).toBe(true);
    expect(log.records(0, 10_000, 10_000)).toHaveLength(maxExchanges);
    expect(log.records(0, 10_000, 10_000).every(({ serverOctets }) => serverOctets === 10)).toBe(true);
  });
});

describe('questions that wait for an answer', () => {
  it('become a log with the answer, with all their octets', () => {
    const pending = new PendingQuestions();
    const ticket = pending.note(7, 0, 0, 100, arrival(1, 0)) as number;
    expect(pending.note(7, ticket, 0, 20, arrival(2, 100))).toBe(ticket);
    expect(pending.note(7, ticket, 0, 20, arrival(2, 100))).toBe(ticket);
    const log = pending.note(7, ticket, 1, 5, arrival(3, 0)) as ExchangeLog;
    expect(log.records(0, 120, 5)).toMatchObject([
      { frame: 1, time: 1001.123456, answerTime: 1003.123456, clientOctets: 120, serverOctets: 5 },
    ]);
  });

  it('are told without an answer at the end', () => {
    const pending = new PendingQuestions();
    const ticket = pending.note(7, 0, 1, 100, arrival(1, 0)) as number;
    expect(pending.logOf(7, ticket)?.records(1, 0, 300)).toMatchObject([{ clientOctets: 300, answerTime: null }]);
    expect(pending.logOf(7, 0)).toBeNull();
  });

  it('are forgotten where too many wait, and then the log begins with the answer', () => {
    const pending = new PendingQuestions();
    const ticket = pending.note(1, 0, 0, 100, arrival(1, 0)) as number;
    for (let flow = 2; flow < 70_000; flow++) pending.note(flow, 0, 0, 1, arrival(flow, 0));
    expect(pending.logOf(1, ticket)).toBeNull();
    const log = pending.note(1, ticket, 1, 5, arrival(3, 0)) as ExchangeLog;
    expect(log.records(0, 100, 5)).toMatchObject([{ clientOctets: 0, serverOctets: 5 }]);
  });
});
