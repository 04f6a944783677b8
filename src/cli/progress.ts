import { setImmediate } from 'node:timers/promises';
import { progressLine, type ReadingProgress } from '../index.js';
import type { World } from './world.js';

/** Runs shorter than this show no bar. Milliseconds. */
const patience = 1000;
/** Between two drawings, and between two looks at signals. Milliseconds. */
const pace = 100;

const encoder = new TextEncoder();
const clearLine = '\r\u001b[K';

/** Draws how far reading has come on standard error, and gives signals a chance to be heard while it does. */
export class ProgressBar {
  readonly #world: World;
  readonly #visible: boolean;
  readonly #start: number;
  #last: number;
  #drawn = false;

  constructor(world: World, visible: boolean) {
    this.#world = world;
    this.#visible = visible && world.stderr.isTerminal;
    this.#start = world.now();
    this.#last = this.#start;
  }

  /** For `AnalyzeOptions.onProgress`: the engine reads synchronously, so this is where the event loop gets its turn. */
  update(progress: ReadingProgress): Promise<void> | undefined {
    const now = this.#world.now();
    if (now - this.#last < pace) return undefined;
    this.#last = now;
    if (this.#visible && now - this.#start >= patience) {
      const line = progressLine(progress, (now - this.#start) / 1000, this.#world.stderr.columns - 1);
      this.#print(clearLine + line);
      this.#drawn = true;
    }
    return setImmediate();
  }

  /** Takes the bar away: before a line is printed, and at the end. */
  clear(): void {
    if (this.#drawn) this.#print(clearLine);
    this.#drawn = false;
  }

  #print(text: string): void {
    try {
      this.#world.stderr.write(encoder.encode(text));
    } catch {
      // Nobody looks at standard error any more; the report itself doesn't depend on it.
    }
  }
}
