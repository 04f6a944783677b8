import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes } from './exit-codes.js';
import { readIntent } from './intent.js';
import { printResult } from './print-result.js';
import { type CommonOptions, run } from './run.js';

/** `analyze policy check FILE`: 0 where it can be used, else 2 with a line for everything that is wrong. */
export async function policyCheckCommand(
  file: string,
  options: CommonOptions,
  { world }: CommandContext,
): Promise<number> {
  const { policy } = await readIntent({ policy: file });
  printResult(world, options, () => `${barewire.policySummary(policy!)}\n`);
  return exitCodes.done;
}

/** `analyze policy init CAPTURE…`: a draft from what the captures show, on standard output or in `--output`. */
export function policyInitCommand(inputs: string[], options: CommonOptions, context: CommandContext): Promise<number> {
  return run(context.world, {
    inputs,
    options,
    toolVersion: context.toolVersion,
    print(out) {
      const hops: barewire.Hop[] = [];
      const findings: barewire.Finding[] = [];
      const captures: barewire.CaptureInfo[] = [];
      return {
        capture: (info) => captures.push(info),
        hop: (hop) => hops.push(hop),
        finding: (finding) => findings.push(finding),
        end: () => out.write(barewire.draftPolicy({ hops, findings, captures })),
      };
    },
  });
}
