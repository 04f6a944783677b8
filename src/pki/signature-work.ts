import { initialSignatureWork, signatureWorkPerConnection } from './limits.js';

/**
 * What verifying signatures may cost in a capture: an account in estimated microseconds. Connections pay in, so a long one goes on
 * being checked; a capture of nothing but new certificates can't make it slow.
 */
export class SignatureWork {
  /** Checks that were left undone for want of it. */
  refused = 0;
  readonly #initial: number;
  readonly #perConnection: number;
  #left: number;

  constructor(initial: number = initialSignatureWork, perConnection: number = signatureWorkPerConnection) {
    this.#initial = initial;
    this.#perConnection = perConnection;
    this.#left = initial;
  }

  /** What is left on the account. */
  get left(): number {
    return this.#left;
  }

  /** Another capture begins. */
  begin(): void {
    this.#left = this.#initial;
  }

  /** A TLS connection came. */
  earn(): void {
    this.#left += this.#perConnection;
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
