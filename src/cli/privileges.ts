import { execFileSync } from 'node:child_process';
import { UsageError } from './exit-codes.js';

/** A user that root may become. */
export interface Account {
  name: string;
  /** Its groups, by number; the primary one first. */
  groups: number[];
}

/** The account of `--user`; throws a UsageError where we can't become it. */
export function accountOf(name: string): Account {
  if (process.getuid?.() !== 0) throw new UsageError('--user: only root can become somebody else; leave it out');
  if (!/^[a-z_][a-z0-9_-]*\$?$/i.test(name)) throw new UsageError(`--user ${name}: not the name of a user`);
  try {
    const ids = (flag: string): number[] =>
      execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split(' ')
        .map(Number);
    return { name, groups: [...new Set([...ids('-g'), ...ids('-G')])] };
  } catch (cause) {
    throw new UsageError(
      `--user ${name}: there is no such user; make one with: sudo useradd -r -s /usr/sbin/nologin ${name}`,
      { cause },
    );
  }
}

/** Gives up root for good. */
export function become({ name, groups }: Account): void {
  process.setgroups!(groups);
  process.setgid!(groups[0]!);
  process.setuid!(name);
}
