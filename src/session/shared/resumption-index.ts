import { maxRememberedSessions } from '../limits.js';
import { KeyRing } from './key-ring.js';

/**
 * Session ids and tickets that servers gave out in this capture, each with the connection that did the full handshake.
 * Bounded: the oldest are forgotten, and then a resumption stays without its original.
 */
export class ResumptionIndex extends KeyRing {
  /** `seed` is drawn per run. */
  constructor(seed: number) {
    super(seed, maxRememberedSessions);
  }
}
