/** Flows in one chunk of marks. */
const chunk = 65_536;

/** Flows that are marked; 64 MB of marks. Later ones have none. */
const maxMarkedFlows = 1 << 25;

/** A small number for each connection by its id: two octets apiece. 0 = none. */
export class FlowMarks {
  readonly #chunks: (Uint16Array | undefined)[] = [];

  set(id: number, mark: number): void {
    if (id >= maxMarkedFlows) return;
    const at = Math.floor(id / chunk);
    let marks = this.#chunks[at];
    if (marks === undefined) this.#chunks[at] = marks = new Uint16Array(chunk);
    marks[id % chunk] = mark;
  }

  get(id: number): number {
    return this.#chunks[Math.floor(id / chunk)]?.[id % chunk] ?? 0;
  }
}
