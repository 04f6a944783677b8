// Sizes and durations as they are typed.
import { UsageError } from './exit-codes.js';

const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const timeUnits: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Octets: '500M', '2GiB', '65536'; throws a UsageError that names the option. */
export function parseSize(text: string, option: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const size = match === null ? 0 : Number(match[1]) * sizeUnits[match[2]!.toLowerCase()]!;
  if (size < 1) throw new UsageError(`${option} ${text}: not a size like 64M or 2G`);
  return Math.floor(size);
}

/** Octets of memory; throws a UsageError that names `--max-memory` where that is less than `least` megabytes. */
export function parseMemory(size: string, least: number): number {
  const octets = parseSize(size, '--max-memory');
  if (octets >= least * sizeUnits.m!) return octets;
  throw new UsageError(`--max-memory ${size}: give it ${least}M at least`);
}

/** Seconds: '90', '90s', '10m', '24h', '7d'; throws a UsageError that names the option. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([smhd]?)$/i.exec(text.trim());
  const seconds = match === null ? 0 : Number(match[1]) * timeUnits[match[2]!.toLowerCase()]!;
  if (seconds <= 0) throw new UsageError(`${option} ${text}: not a duration like 90s, 10m or 24h`);
  return seconds;
}

/** A whole number of at least 1; throws a UsageError that names the option. */
export function parseCount(text: string, option: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text.trim())) throw new UsageError(`${option} ${text}: not a whole number from 1 on`);
  return Number(text);
}
