import { type LiveStatus, liveStatusLine } from '../index.js';
import type { World } from './world.js';

const encoder = new TextEncoder();
const clearLine = '\r\u001b[K';

/** One line at the foot of a terminal's standard error, drawn anew every second; nothing anywhere else. */
export class StatusLine {
  readonly #world: World;
  readonly #visible: boolean;
  #drawn = false;

  constructor(world: World, wanted: boolean) {
    this.#world = world;
    this.#visible = wanted && world.stderr.isTerminal;
  }

  /** Draws the status. */
  draw(status: LiveStatus): void {
    if (!this.#visible) return;
    this.#print(clearLine + liveStatusLine(status, this.#world.stderr.columns - 1));
    this.#drawn = true;
  }

  /** Takes the line away: before another is printed, and at the end. */
  clear(): void {
    if (this.#drawn) this.#print(clearLine);
    this.#drawn = false;
  }

  #print(text: string): void {
    try {
      this.#world.stderr.write(encoder.encode(text));
    } catch {
      // Nobody looks at standard error any more.
    }
  }
}
