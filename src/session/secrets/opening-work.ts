import {
  initialOpeningWork,
  keyUpdateWork,
  mostOpeningWork,
  openingWork,
  openingWorkEarned,
  openingWorkOfOctet,
} from './limits.js';

/** What opening records may cost in a capture: an account in estimated microseconds that long records add to and short ones take from. */
export class OpeningWork {
  #left: number = initialOpeningWork;

  /** Another capture begins. */
  begin(): void {
    this.#left = initialOpeningWork;
  }

  /** Pays for a record of so many octets; false when there is not as much. */
  affords(octets: number): boolean {
    return this.#pay(openingWork - octets * (openingWorkEarned - openingWorkOfOctet));
  }

  /** Pays for decryptions beyond the first of a record. */
  affordsTries(count: number): boolean {
    return this.#pay(count * openingWork);
  }

  /** Pays for the keys after a KeyUpdate. */
  affordsKeys(): boolean {
    return this.#pay(keyUpdateWork);
  }

  #pay(cost: number): boolean {
    if (this.#left < cost) return false;
    this.#left = Math.min(this.#left - cost, mostOpeningWork);
    return true;
  }
}
