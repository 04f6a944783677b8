import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExchangeJsonWriter } from '../../../src/report/json/exchange.js';
import { JsonWriter } from '../../../src/report/json/writer.js';
import { TextCollector } from '../text-collector.js';

describe('an exchange as JSON', () => {
  it('is what JSON.stringify says, whatever the microseconds', () => {
    const time = fc.oneof(
      fc.tuple(fc.nat({ max: 4_000_000_000 }), fc.nat({ max: 999_999 })).map(([whole, part]) => whole + part / 1e6),
      fc.nat({ max: 2_000_000_000 }),
      fc.double({ min: 0, max: 4e9, noNaN: true }),
    );
    const exchange = fc.record({
      frame: fc.nat(),
      time,
      answerTime: fc.option(time, { nil: null }),
      endTime: time,
      clientOctets: fc.maxSafeNat(),
      serverOctets: fc.nat(),
    });
    fc.assert(
      fc.property(exchange, (value) => {
        const out = new TextCollector();
        const json = new JsonWriter(out);
        new ExchangeJsonWriter(json).write(value);
        json.flush();
        expect(out.text).toBe(JSON.stringify(value));
      }),
      { numRuns: 2000 },
    );
  });
});
