// Which hops some connections belong to, found in one walk.
import type { Hop } from '../../model/hop.js';

/** The hops of the connections wanted, by connection id; connections that belong to none are left out. */
export function hopsOfFlows(hops: readonly Hop[], wanted: ReadonlySet<number>): Map<number, Hop> {
  const found = new Map<number, Hop>();
  if (wanted.size === 0) return found;
  for (const hop of hops) for (const flow of hop.flows) if (wanted.has(flow)) found.set(flow, hop);
  return found;
}
