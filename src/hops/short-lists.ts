/** Lists of one value that are shared. */
const maxShared = 256;

const none: readonly string[] = [];

/**
 * Lists of the few versions or protocols that a hop shows. Most have one, and the hop beside them the same: it is kept once.
 */
export class ShortLists {
  readonly #ofOne: Map<string, readonly string[]> = new Map();

  /** `values` with one more, unless it is there, null, or past the limit. */
  with(values: readonly string[], value: string | null, limit: number): readonly string[] {
    if (value === null || values[0] === value || values.length >= limit || values.includes(value)) return values;
    // By `concat`: a spread or a push would leave room for sixteen more.
    return values.length === 0 ? this.#of(value) : values.concat(value);
  }

  #of(value: string): readonly string[] {
    const known = this.#ofOne.get(value);
    if (known !== undefined) return known;
    const list = none.concat(value);
    if (this.#ofOne.size < maxShared) this.#ofOne.set(value, list);
    return list;
  }
}
