// What has no numbers of its own, or chosen ones, is the same where the same octets pass between the same ends at the same moment:
// for that the clocks have to be known from other connections.
import type { ClockPosition } from '../../model/clock.js';
import { maxCandidates } from './limits.js';
import type { SeenConnection } from './seen-connection.js';
import { agreeInContent } from './sighting.js';

/** Seconds that a packet takes at most from one place of a segment to another. */
const maxPassing = 0.05;

/** Pairs of connections, of different sets, that are the same by content and time; each second one is the later read. */
export function* sameByMoment(
  connections: readonly SeenConnection[],
  positionOf: (set: number) => ClockPosition,
): Generator<{ first: SeenConnection; again: SeenConnection }> {
  const byEnds = new Map<number, SeenConnection[]>();
  for (const again of connections) {
    const key = again.best.ends[0];
    const earlier = byEnds.get(key);
    if (earlier === undefined) {
      byEnds.set(key, [again]);
      continue;
    }
    const first = earlier.slice(-maxCandidates).find((one) => isSameByMoment(one, again, positionOf));
    if (first === undefined) earlier.push(again);
    else yield { first, again };
  }
}

function isSameByMoment(
  { best: a, others }: SeenConnection,
  { best: b }: SeenConnection,
  positionOf: (set: number) => ClockPosition,
): boolean {
  if (a.set === b.set || others?.some(({ set }) => set === b.set)) return false;
  if (!a.datagrams && !(a.sawSyn && b.sawSyn)) return false;
  const ofA = positionOf(a.set);
  const ofB = positionOf(b.set);
  if (ofA.domain !== ofB.domain) return false;
  const apart = Math.abs(b.start - ofB.offset - (a.start - ofA.offset));
  return apart <= maxPassing + ofA.uncertainty + ofB.uncertainty && agreeInContent(a, b);
}
