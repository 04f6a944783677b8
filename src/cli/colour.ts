import { Chalk } from 'chalk';
import { type Palette, plainPalette } from '../index.js';
import type { World } from './world.js';

/** Colours for a report, or none: `--no-color`, FORCE_COLOR, NO_COLOR, and whether it goes to a terminal, in that order. */
export function choosePalette(world: World, allowed: boolean, toTerminal: boolean): Palette {
  if (!isColoured(world, allowed, toTerminal)) return plainPalette;
  const chalk = new Chalk({ level: 1 });
  return {
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    bad: (text) => chalk.red(text),
    doubtful: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
  };
}

function isColoured(world: World, allowed: boolean, toTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: kind } = world.environment;
  if (!allowed) return false;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (no !== undefined && no !== '') return false;
  return toTerminal && kind !== 'dumb';
}
