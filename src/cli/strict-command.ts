import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { chooseFormat } from './formats.js';
import { type CommonOptions, run } from './run.js';

/** `analyze ready-for-strict FILE…` */
export function strictCommand(
  inputs: string[],
  options: CommonOptions,
  { world, toolVersion }: CommandContext,
): Promise<number> {
  const print = chooseFormat(barewire.strictFormats, options.format);
  return run(world, {
    inputs,
    options,
    toolVersion,
    print: (out, printing) =>
      barewire.foldSink(new barewire.StrictnessFolder(), (strictness) => out.write(print(strictness, printing))),
  });
}
