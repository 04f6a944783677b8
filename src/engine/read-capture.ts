import type { CaptureFramer } from '../capture/framer.js';
import type { Source } from '../source/source.js';

/** One buffer serves a whole run: chunks of this size were measured best (256 KiB to 1 MiB are alike). */
const bufferLength = 524_288;

/** Chunks between two looks at the event loop: signals and progress must not wait long, and each look costs. */
const chunksPerTurn = 16;

/** Reads sources through one reused buffer. */
export class CaptureReader {
  #buffer: Uint8Array = new Uint8Array(bufferLength);

  /**
   * Pulls the source through the framer, to its end or as far as the framer takes it. `turn` is called every few chunks;
   * when it answers false the reading ends there, and so does this: with false.
   */
  async read(source: Source, framer: CaptureFramer, turn: () => boolean | Promise<boolean>): Promise<boolean> {
    let filled = 0;
    for (let chunk = 1; ; chunk++) {
      const reading = source.read(this.#buffer, filled);
      const octets = typeof reading === 'number' ? reading : await reading;
      if (octets === 0) break;
      filled += octets;
      const consumed = framer.push(this.#buffer, 0, filled);
      if (framer.stopped) return true;
      if (consumed > 0) this.#buffer.copyWithin(0, consumed, filled);
      filled -= consumed;
      this.#makeRoom(filled, framer.needed);
      if (chunk % chunksPerTurn === 0 && !(await turn())) return false;
    }
    framer.end(this.#buffer, 0, filled);
    return true;
  }

  /** Grows with the bytes that are there, so that a length field alone can't make it. */
  #makeRoom(filled: number, needed: number): void {
    if (filled < this.#buffer.length || needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.min(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, filled));
    this.#buffer = grown;
  }
}
