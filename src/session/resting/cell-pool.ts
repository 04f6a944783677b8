/** Cells of a chunk, as a power of two: few of them are taken in a small capture. */
const chunkShift = 8;
const cellsPerChunk = 1 << chunkShift;

/**
 * Cells of one size in chunked typed arrays, for what a million connections may hold: an object of as many fields takes twice the
 * memory, and the garbage collector's time. What a cell holds is whatever was left in it. A chunk without a cell in use is given
 * back, so that a flood leaves nothing behind.
 */
export class CellPool {
  /** Int32 words of a cell. */
  readonly words: number;
  /** Octets of the chunks that are there. */
  allocated = 0;
  readonly #chunks: Int32Array[] = [];
  readonly #octets: Uint8Array[] = [];
  /** By chunk: cells in use, cells that were ever taken, and the free one + 1 whose first word holds the next such (0 = none). */
  readonly #used: number[] = [];
  readonly #begun: number[] = [];
  readonly #freed: number[] = [];
  /** Chunks that are not full; cells are taken from the last of them. */
  readonly #open: number[] = [];
  /** The chunk that was emptied last: it stays until another one is, so that a cell taken and released again and again costs nothing. */
  #emptied = -1;

  constructor(words: number) {
    this.words = words;
  }

  /** Octets that taking a cell now adds to the memory of the run. */
  get nextCosts(): number {
    const { length } = this.#open;
    return length > 0 && this.#chunks[this.#open[length - 1]!]!.length > 0 ? 0 : this.#chunkOctets;
  }

  /** A cell: a small number, its own until `release`. */
  take(): number {
    const which = this.#open.length > 0 ? this.#open[this.#open.length - 1]! : this.#add();
    if (this.#chunks[which]!.length === 0) this.#allocate(which);
    let index = this.#freed[which]! - 1;
    if (index < 0) index = this.#begun[which]!++;
    else this.#freed[which] = this.#chunks[which]![index * this.words]!;
    this.#used[which]!++;
    if (this.#used[which] === cellsPerChunk) this.#open.pop();
    return (which << chunkShift) | index;
  }

  release(cell: number): void {
    const which = cell >>> chunkShift;
    const index = cell & (cellsPerChunk - 1);
    if (this.#used[which] === cellsPerChunk) this.#open.push(which);
    this.#chunks[which]![index * this.words] = this.#freed[which]!;
    this.#freed[which] = index + 1;
    this.#used[which]!--;
    if (this.#used[which]! > 0) return;
    if (this.#emptied >= 0 && this.#emptied !== which && this.#used[this.#emptied] === 0) this.#drop(this.#emptied);
    this.#emptied = which;
  }

  /** The chunk that holds `cell`: words at `wordsOf(cell)` and on. */
  chunk(cell: number): Int32Array {
    return this.#chunks[cell >>> chunkShift]!;
  }

  /** The same memory by octets: four for each word. */
  octets(cell: number): Uint8Array {
    return this.#octets[cell >>> chunkShift]!;
  }

  /** Index of the cell's first word in its chunk. */
  wordsOf(cell: number): number {
    return (cell & (cellsPerChunk - 1)) * this.words;
  }

  get #chunkOctets(): number {
    return cellsPerChunk * this.words * Int32Array.BYTES_PER_ELEMENT;
  }

  /** One more chunk, without memory yet. */
  #add(): number {
    const which = this.#chunks.length;
    this.#chunks.push(noWords);
    this.#octets.push(noOctets);
    this.#used.push(0);
    this.#begun.push(0);
    this.#freed.push(0);
    this.#open.push(which);
    return which;
  }

  #allocate(which: number): void {
    const chunk = new Int32Array(cellsPerChunk * this.words);
    this.#chunks[which] = chunk;
    this.#octets[which] = new Uint8Array(chunk.buffer);
    this.allocated += chunk.byteLength;
  }

  #drop(which: number): void {
    if (this.#chunks[which]!.length === 0) return;
    this.allocated -= this.#chunkOctets;
    this.#chunks[which] = noWords;
    this.#octets[which] = noOctets;
    this.#begun[which] = 0;
    this.#freed[which] = 0;
  }
}

const noWords = new Int32Array(0);
const noOctets = new Uint8Array(0);
