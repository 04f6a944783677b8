/** Later flows are not remembered; 16 MB. */
const maxFlows = 1 << 24;

/** A small number for each flow, an octet each: what resumed sessions inherit from the handshake that they rest on. */
export class CodeByFlow {
  #codes: Uint8Array = new Uint8Array(1024);

  /** `code` is 1 to 255. */
  set(flow: number, code: number): void {
    if (flow > maxFlows) return;
    if (flow >= this.#codes.length) {
      const grown = new Uint8Array(Math.max(flow + 1, this.#codes.length * 2));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes[flow] = code;
  }

  /** 0 where nothing was set. */
  get(flow: number): number {
    return this.#codes[flow] ?? 0;
  }
}
