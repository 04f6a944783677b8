import { type Arrival, type Direction, skipAll } from '../model/stream.js';

/** Who hears a TCP connection at present: identification first, then whatever it found. See `Conversation`. */
export interface Listener {
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  gap(direction: Direction, length: number): number;
  closed(direction: Direction, reset: boolean, arrival: Arrival): void;
  /** The connection is over: decides with what there is, and gives budgets back. */
  end(): void;
}

/** Hears nothing: all that is wanted is known. One serves every connection. */
export const deaf: Listener = {
  data: () => skipAll,
  gap: () => skipAll,
  closed: () => {},
  end: () => {},
};

/** The other direction. */
export function other(direction: Direction): Direction {
  return direction === 0 ? 1 : 0;
}
