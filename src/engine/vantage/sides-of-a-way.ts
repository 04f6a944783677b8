import { type Passage, passageOf } from './passage.js';
import type { SeenConnection } from './seen-connection.js';
import { span } from './sighting.js';

/** Spans that differ by less do not tell: most captures tell time to the microsecond. */
const leastDifference = 1.5e-6;

/**
 * Which of two connections that carry the same octets is nearer to the client: negative = `a`, positive = `b`, 0 = it can't be
 * told. A capture that shows both tells by its own clock when the octets passed (a proxy may open its leg before it needs it);
 * captures without one in common by the span between question and answer, which no clock's offset touches.
 */
export function nearerToClient(a: SeenConnection, b: SeenConnection): number {
  const ofB = passagesOf(b);
  for (const one of passagesOf(a)) {
    const other = ofB.find(({ set }) => set === one.set);
    if (other !== undefined) return askedAt(one) - askedAt(other) || one.id - other.id;
  }
  const difference = span(b.best) - span(a.best);
  return Math.abs(difference) >= leastDifference ? difference : 0;
}

function askedAt({ asked, start }: Passage): number {
  return Number.isNaN(asked) ? start : asked;
}

function passagesOf({ best, others }: SeenConnection): readonly Passage[] {
  return [passageOf(best), ...(others ?? [])];
}
