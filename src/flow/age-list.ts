/** What an `AgeList` links: its members carry their own neighbours, so that joining and leaving allocate nothing. */
export interface Aged<T> {
  older: T | null;
  newer: T | null;
}

/** Members in order of age. A member is in one list at a time. */
export class AgeList<T extends Aged<T>> {
  oldest: T | null = null;
  #newest: T | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the newest member. */
  push(member: T): void {
    member.older = this.#newest;
    member.newer = null;
    if (this.#newest === null) this.oldest = member;
    else this.#newest.newer = member;
    this.#newest = member;
    this.#size++;
  }

  /** Takes a member out. */
  remove(member: T): void {
    if (member.older === null) this.oldest = member.newer;
    else member.older.newer = member.newer;
    if (member.newer === null) this.#newest = member.older;
    else member.newer.older = member.older;
    member.older = null;
    member.newer = null;
    this.#size--;
  }
}
