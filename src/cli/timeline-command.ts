import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { chooseFormat } from './formats.js';
import { type CommonOptions, run } from './run.js';

/** `analyze timeline FILE…` */
export function timelineCommand(
  inputs: string[],
  options: CommonOptions,
  { world, toolVersion }: CommandContext,
): Promise<number> {
  const print = chooseFormat(barewire.timelineFormats, options.format);
  return run(world, {
    inputs,
    options,
    toolVersion,
    print: (out, printing) =>
      barewire.foldSink(new barewire.TimelineFolder(), (timeline) => out.write(print(timeline, printing))),
  });
}
