import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes, UsageError } from './exit-codes.js';
import { chooseFormat } from './formats.js';
import { nearest } from './nearest.js';
import { printResult } from './print-result.js';
import type { CommonOptions } from './run.js';

type Catalogue = readonly barewire.RuleMetadata[];

/** `analyze rules [KIND]` */
export function rulesCommand(kind: string | undefined, options: CommonOptions, { world }: CommandContext): number {
  const catalogue: Catalogue = barewire.rules.map(({ about }) => about);
  const one = kind === undefined ? null : findRule(catalogue, kind);
  const print = chooseFormat({ text: textOf, json: jsonOf }, options.format);
  printResult(world, options, (palette) => print(catalogue, one, palette));
  return exitCodes.done;
}

function findRule(catalogue: Catalogue, kind: string): barewire.RuleMetadata {
  const found = catalogue.find((about) => about.kind === kind);
  if (found !== undefined) return found;
  const names = catalogue.map((about) => about.kind);
  const similar = names.filter((known) => known.includes(kind) || kind.includes(known));
  const meant = similar.length > 0 ? similar.slice(0, 5).join(', ') : nearest(kind, names);
  const hint = meant === null ? '`analyze rules` lists them' : `did you mean ${meant}?`;
  throw new UsageError(`there is no kind of finding ${kind}; ${hint}`);
}

function textOf(catalogue: Catalogue, one: barewire.RuleMetadata | null, palette: barewire.Palette): string {
  const lines = one === null ? barewire.rulesTable(catalogue, palette) : barewire.ruleText(one, palette);
  return `${lines.join('\n')}\n`;
}

function jsonOf(catalogue: Catalogue, one: barewire.RuleMetadata | null): string {
  return `${JSON.stringify(one ?? catalogue, null, 2)}\n`;
}
