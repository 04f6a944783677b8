import type { SeenConnection } from './seen-connection.js';
import { nearerToClient } from './sides-of-a-way.js';

/** Pairs that are kept: who translates addresses does so for everything, and the first few show it. */
const maxPairs = 16_384;

/** Connections that a device on their way gave other addresses: each is two, one on either side of it. */
export class Translations {
  /** Connections of which the other side was found, and which of them is which. */
  told = 0;
  readonly #pairs: { a: SeenConnection; b: SeenConnection; key: number }[] = [];
  /** Keys of numbers that several connections of one capture have: they are not random, and prove nothing. */
  readonly #refused: Set<number> = new Set();

  /** Two sides of one connection, found by the key of their numbers. */
  add(a: SeenConnection, b: SeenConnection, key: number): void {
    if (this.#pairs.length < maxPairs) this.#pairs.push({ a, b, key });
  }

  /** Connections with numbers of that key are told apart by their addresses alone. */
  refuse(key: number): void {
    if (this.#refused.size < maxPairs) this.#refused.add(key);
  }

  /** Whether the numbers of that key prove nothing. */
  refuses(key: number): boolean {
    return this.#refused.has(key);
  }

  /** Says it in the record of the side nearer to the server, where it is not told yet. */
  orient(): void {
    for (const { a, b, key } of this.#pairs) {
      if (this.#refused.has(key)) continue;
      const order = nearerToClient(a, b);
      const [outer, inner] = order <= 0 ? [a, b] : [b, a];
      if (order === 0 || inner.record === null) continue;
      this.told++;
      inner.record.translatedFrom = {
        flow: outer.best.id,
        basis: `sequence numbers and first octets are those of flow ${outer.best.id}, between other addresses`,
      };
    }
  }
}
