/**
 * Numbers by which a run tells clients, services (address and port) and hops apart, each counted from 0 in the order of first
 * sight; -1 = not numbered, for there are too many or nothing was said. Lent: one object serves all connections.
 */
export interface Place {
  readonly client: number;
  readonly service: number;
  readonly hop: number;
}
