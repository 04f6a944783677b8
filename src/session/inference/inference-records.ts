/** Numbers a protected record takes in a packed list: outer length, offset, acknowledged offset, frame. */
export const packedRecordFields = 4;

/** Octets of a record header. */
const headerOctets = 5;

/**
 * Consecutive protected records of one direction: a view of the packed list, so that judging a connection allocates nothing
 * for each of its records.
 */
export class RecordRun {
  /** How many there are. */
  readonly count: number;
  /** Those below this index stand before anything that was lost. */
  readonly whole: number;
  readonly #packed: readonly number[];
  readonly #first: number;
  readonly #tag: number;

  /** The records from index `first` on; `whole` of the list's records stand before a loss; `tag` octets are its end. */
  constructor(packed: readonly number[], first: number, whole: number, tag: number) {
    this.#packed = packed;
    this.#first = first;
    this.#tag = tag;
    this.count = packed.length / packedRecordFields - first;
    this.whole = Math.max(0, Math.min(whole - first, this.count));
  }

  /** The record's length on the wire, header left out. */
  length(index: number): number {
    return this.#packed[(this.#first + index) * packedRecordFields]!;
  }

  /** Plaintext with its type octet and padding. */
  inner(index: number): number {
    return this.length(index) - this.#tag;
  }

  /** Content, if the record is not padded. */
  content(index: number): number {
    return this.inner(index) - 1;
  }

  /** Where the record begins in its direction's stream. */
  offset(index: number): number {
    return this.#packed[(this.#first + index) * packedRecordFields + 1]!;
  }

  /** Where it ends. */
  end(index: number): number {
    return this.offset(index) + headerOctets + this.length(index);
  }

  /** What its sender had received of the other direction; -1 = can't be told. */
  acknowledged(index: number): number {
    return this.#packed[(this.#first + index) * packedRecordFields + 2]!;
  }

  /** Frame that carried its header. */
  frame(index: number): number {
    return this.#packed[(this.#first + index) * packedRecordFields + 3]!;
  }
}
