import { harmless } from '../index.js';
import type { World } from './world.js';

const encoder = new TextEncoder();

/** Lines for the person at the terminal, on standard error, each made harmless: paths and warnings quote captures. */
export class Messages {
  readonly #world: World;
  readonly #bar: { clear(): void } | null;

  /** `bar` is whatever is drawn at the foot of the terminal, and has to go first. */
  constructor(world: World, bar: { clear(): void } | null) {
    this.#world = world;
    this.#bar = bar;
  }

  /** Prints `analyze: text` on a line of its own. */
  line(text: string): void {
    this.#bar?.clear();
    try {
      this.#world.stderr.write(encoder.encode(`analyze: ${harmless(text, 1000)}\n`));
    } catch {
      // Nobody looks at standard error any more; the exit status still tells.
    }
  }
}
