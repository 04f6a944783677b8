/** Flows in one chunk of marks. */
const chunk = 65_536;

/** Chunks held: 33 million flows, 64 MB of marks. Flows that would need another have no mark. */
const maxChunks = 512;

/** A small number for each connection by its id: two octets apiece. 0 = none. */
export class FlowMarks {
  /** By the ids' upper part: those of a run of months begin anywhere. */
  readonly #chunks: Map<number, Uint16Array> = new Map();

  set(id: number, mark: number): void {
    const at = Math.floor(id / chunk);
    let marks = this.#chunks.get(at);
    if (marks === undefined) {
      if (this.#chunks.size >= maxChunks) return;
      marks = new Uint16Array(chunk);
      this.#chunks.set(at, marks);
    }
    marks[id % chunk] = mark;
  }

  get(id: number): number {
    return this.#chunks.get(Math.floor(id / chunk))?.[id % chunk] ?? 0;
  }

  /** Takes the marks of `other`, each replaced by what stands in its place in `by`. */
  take(other: FlowMarks, by: readonly number[]): void {
    for (const [at, marks] of other.#chunks)
      this.#chunks.set(
        at,
        marks.map((mark) => by[mark] ?? 0),
      );
  }
}
