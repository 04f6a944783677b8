import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes } from './exit-codes.js';
import { chooseFormat } from './formats.js';
import { printResult } from './print-result.js';
import type { CommonOptions } from './run.js';

/** `analyze interfaces`: exit status 0 when one can be sniffed at least, else 3. */
export function interfacesCommand(options: CommonOptions, { world }: CommandContext): number {
  const print = chooseFormat({ text: textOf, json: jsonOf }, options.format);
  const interfaces = barewire.listInterfaces();
  printResult(world, options, (palette) => print(interfaces, palette));
  return interfaces.some(({ backend }) => backend !== null) ? exitCodes.done : exitCodes.unreadable;
}

function textOf(interfaces: readonly barewire.InterfaceInfo[], palette: barewire.Palette): string {
  return `${barewire.interfacesTable(interfaces, palette).join('\n')}\n`;
}

function jsonOf(interfaces: readonly barewire.InterfaceInfo[]): string {
  return `${JSON.stringify(interfaces, null, 2)}\n`;
}
