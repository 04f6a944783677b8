// What rules may remember of a run, in one place. Each bound that bites makes a rule blind for what came later, never wrong.

/** Pairs of a client and a server with something to remember. A flood of forged addresses makes any number. */
export const maxRememberedPairs = 65_536;

/** Sightings that wait for the end of the run; each takes some hundred octets. */
export const maxWaiting = 4_096;

/** Connections whose ids a finding about a whole capture keeps; the rest are counted. */
export const maxListedConnections = 20;

/** Adds to a bounded map; what does not fit is left out. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  if (map.size < limit || map.has(key)) map.set(key, value);
}
