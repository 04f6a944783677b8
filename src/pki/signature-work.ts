import { initialSignatureWork, signatureWorkPerConnection } from './limits.js';

/**
 * What verifying signatures may cost in a run: an account in estimated microseconds. Connections pay in, so a long run goes on
 * checking; a capture of nothing but new certificates can't make it slow.
 */
export class SignatureWork {
  /** Checks that were left undone for want of it. */
  refused = 0;
  #left: number;

  constructor(initial: number = initialSignatureWork) {
    this.#left = initial;
  }

  /** A TLS connection came. */
  earn(): void {
    this.#left += signatureWorkPerConnection;
  }

  /** Takes `cost` off; false, and counted, when there is not as much. */
  take(cost: number): boolean {
    if (this.#left < cost) {
      this.refused++;
      return false;
    }
    this.#left -= cost;
    return true;
  }
}
