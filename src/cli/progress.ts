import { progressLine, type ReadingProgress } from '../index.js';
import type { World } from './world.js';

/** Runs shorter than this show no bar. Milliseconds. */
const patience = 1000;
/** Between two drawings. Milliseconds. */
const pace = 100;

const encoder = new TextEncoder();
const clearLine = '\r\u001b[K';

/** Draws on standard error how far reading has come. */
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

  /** For `AnalyzeOptions.onProgress`. */
  update(progress: ReadingProgress): void {
    const now = this.#world.now();
    if (!this.#visible || now - this.#start < patience || now - this.#last < pace) return;
    this.#last = now;
    this.#print(clearLine + progressLine(progress, (now - this.#start) / 1000, this.#world.stderr.columns - 1));
    this.#drawn = true;
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
