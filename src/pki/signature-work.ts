import { initialSignatureWork, signatureWorkPerConnection } from './limits.js';

/**
 * What verifying signatures may cost in a run: an account in estimated microseconds. Connections pay in, so a long run goes on
 * checking; a capture of nothing but new certificates can't make it slow.
 */
export class SignatureWork {
  /** Checks that were left undone for want of it. */
  refused = 0;
  #left: number;
  readonly #perConnection: number;

  constructor(initial: number = initialSignatureWork, perConnection: number = signatureWorkPerConnection) {
    this.#left = initial;
    this.#perConnection = perConnection;
  }

  /** What is left on the account. */
  get left(): number {
    return this.#left;
  }

  /** Makes an account as it was. */
  restore(left: number, refused: number): void {
    this.#left = left;
    this.refused = refused;
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
