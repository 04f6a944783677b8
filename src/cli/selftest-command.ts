import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes } from './exit-codes.js';
import { chooseFormat } from './formats.js';
import { printResult } from './print-result.js';
import type { CommonOptions } from './run.js';

/** `analyze selftest`: exit status 0 when no verdict is wrong, else 1. */
export async function selftestCommand(options: CommonOptions, { world }: CommandContext): Promise<number> {
  const print = chooseFormat({ text: textOf, json: jsonOf }, options.format);
  const done = await barewire.selftest();
  printResult(world, options, (palette) => print(done, palette));
  return done.results.some(isWrong) ? exitCodes.found : exitCodes.done;
}

function isWrong({ withoutKeys, withKeys }: barewire.SelftestResult): boolean {
  return withoutKeys === 'wrong' || withKeys === 'wrong';
}

function textOf({ stacks, results }: barewire.Selftest, palette: barewire.Palette): string {
  const lines = [
    stacks.node,
    stacks.openssl ?? 'OpenSSL is not installed: only Node was tried',
    '',
    'PEERS            VERSION  CLIENT AUTH  CLIENT        WITHOUT KEYS  WITH KEYS',
  ];
  for (const { plan, withoutKeys, withKeys, trouble } of results) {
    const presents = plan.presents ? 'certificate' : 'none';
    const asked = plan.policy === 'none' ? 'never asked' : plan.policy;
    const left = `${plan.peers.padEnd(17)}${plan.version.padEnd(9)}${asked.padEnd(13)}${presents.padEnd(14)}`;
    lines.push(`${left}${painted(withoutKeys, 14, palette)}${painted(withKeys, 0, palette)}`);
    if (trouble !== null) lines.push(`  ${barewire.harmless(trouble)}`);
  }
  const count = (outcome: barewire.SelftestOutcome): number =>
    results.reduce((sum, { withoutKeys, withKeys }) => sum + +(withoutKeys === outcome) + +(withKeys === outcome), 0);
  const verdicts = results.length * 2;
  lines.push(
    '',
    `${count('right')} of ${verdicts} verdicts right, ${count('wrong')} wrong, ${count("can't tell")} can't tell`,
  );
  return `${lines.join('\n')}\n`;
}

function painted(outcome: barewire.SelftestOutcome, columns: number, palette: barewire.Palette): string {
  const paint = outcome === 'right' ? palette.good : outcome === 'wrong' ? palette.bad : palette.doubtful;
  return paint(outcome) + ' '.repeat(Math.max(0, columns - outcome.length));
}

function jsonOf(done: barewire.Selftest): string {
  return `${JSON.stringify(done, null, 2)}\n`;
}
