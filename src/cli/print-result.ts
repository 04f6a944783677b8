import type { Palette } from '../index.js';
import { choosePalette } from './colour.js';
import { Output, OutputFile, wasWritten } from './output.js';
import type { CommonOptions } from './run.js';
import type { World } from './world.js';

/**
 * Prints a result that does not come from captures, to standard output or to `--output`. `render` gets the colours that fit there.
 * Throws a UsageError where it can't be written; a reader that has left is no error.
 */
export function printResult(world: World, options: CommonOptions, render: (palette: Palette) => string): void {
  const file = options.output === undefined ? null : new OutputFile(options.output, []);
  const toTerminal = file === null && world.stdout.isTerminal;
  const write = (octets: Uint8Array): number => (file === null ? world.stdout.write(octets) : file.write(octets));
  const out = new Output(write, toTerminal, () => {});
  try {
    out.write(render(choosePalette(world, options.color, toTerminal)));
    out.flush();
  } finally {
    file?.close();
  }
  wasWritten(out, options.output);
}
