// A program of its own, started by `workers.ts`: reads captures by themselves, and hands over what it found.
import type { ReadingProgress } from '../reading-progress.js';
import { ApartReader, type ApartSetup, type ReadApart } from './read-apart.js';

/** What is asked of it: first by what to read, then what. */
export type Asked = { setup: ApartSetup } | { paths: readonly string[] };

/** What it says. */
export type Said = { isReady: true } | { progress: ReadingProgress } | { read: ReadApart | null };

/** Milliseconds between two words about how far the reading is. */
const pace = 100;

let reader: ApartReader | null = null;
let told = 0;

function say(said: Said): void {
  process.send?.(said);
}

process.on('message', async (asked: Asked) => {
  if ('setup' in asked) {
    reader = await ApartReader.of(asked.setup);
    say({ isReady: true });
    return;
  }
  const read = await reader!.read(asked.paths, (progress) => {
    if (performance.now() - told < pace) return;
    told = performance.now();
    say({ progress });
  });
  say({ read });
});
// A terminal interrupts everybody; whoever judges says what becomes of it, and nobody outlives him.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
