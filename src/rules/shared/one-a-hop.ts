import type { LateSighting } from '../../model/rule.js';
import { maxListedConnections } from './bounds.js';

/** Folds sightings known at the end: one a hop, with the frames and connections of all of it. */
export function* oneAHop(sightings: Iterable<LateSighting>): Generator<LateSighting> {
  const byHop = new Map<string, LateSighting & { count: number }>();
  for (const sighting of sightings) {
    const hop = `${sighting.client}->${sighting.server}`;
    const known = byHop.get(hop);
    if (known === undefined) {
      byHop.set(hop, { ...sighting, count: sighting.count ?? sighting.flows.length });
      continue;
    }
    known.count += sighting.count ?? sighting.flows.length;
    if (known.flows.length < maxListedConnections) known.flows = [...known.flows, ...sighting.flows];
    if (known.capture === sighting.capture) known.frames = [...known.frames, ...sighting.frames];
  }
  yield* byHop.values();
}
