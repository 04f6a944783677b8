// Paths judged here and by `openssl verify`, whose answer is the oracle wherever both answer the same question.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ChainVerdict } from '../../src/model/connection-record.js';
import { RevocationLists } from '../../src/pki/revocation.js';
import { judge, now, pem } from './pki.js';

/** A path, and what both say of it. */
export interface PathCase {
  name: string;
  /** Leaf first, without the root. */
  chain: readonly Uint8Array[];
  root: Uint8Array;
  seconds?: number;
  lists?: readonly Uint8Array[];
  /** Words more for `openssl verify`. */
  words?: readonly string[];
  /** Whether openssl takes it for a server's. */
  valid: boolean;
  /** What we say where it is not openssl's answer, and why. */
  ours?: boolean;
  because?: string;
  /** A code of ours that has to be among the problems. */
  problem?: string;
  /** We take the path, and say in a note that something was not used: part of the note. */
  note?: string;
}

/** Whether `openssl` is there; where it is not, only our answer is looked at. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0;

let folder: string | null = null;

/** Removes what `opensslSays` wrote. */
export function removePaths(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  folder = null;
}

/** What openssl says: null where it is not installed. */
export function opensslSays({ chain, root, seconds = now, lists, words = [] }: PathCase): boolean | null {
  if (!hasOpenssl) return null;
  folder ??= mkdtempSync(join(tmpdir(), 'barewire-paths-'));
  const within = folder;
  const file = (name: string, label: string, ders: readonly Uint8Array[]): string => {
    const path = join(within, name);
    writeFileSync(path, ders.map((one) => pem(label, one)).join(''));
    return path;
  };
  const line = [
    'verify',
    '-attime',
    String(Math.floor(seconds)),
    '-purpose',
    'sslserver',
    '-auth_level',
    '0',
    ...words,
  ];
  line.push('-CAfile', file('root.pem', 'CERTIFICATE', [root]));
  if (chain.length > 1) line.push('-untrusted', file('chain.pem', 'CERTIFICATE', chain.slice(1)));
  if (lists !== undefined) line.push('-crl_check', '-CRLfile', file('list.pem', 'X509 CRL', lists));
  line.push(file('leaf.pem', 'CERTIFICATE', chain.slice(0, 1)));
  return spawnSync('openssl', line, { encoding: 'utf8' }).status === 0;
}

/** Judges a case, and compares; returns our verdict. */
export function expectVerdict(one: PathCase): ChainVerdict {
  const lists = new RevocationLists();
  for (const list of one.lists ?? []) lists.add(list);
  const { verdict } = judge(one.chain, {
    anchors: [one.root],
    ...(one.seconds !== undefined && { seconds: one.seconds }),
    ...(one.lists !== undefined && { lists }),
  });
  const ours = verdict.trust === 'trusted' && verdict.problems.length === 0;
  expect(ours, JSON.stringify(verdict.problems)).toBe(one.ours ?? one.valid);
  if (one.ours !== undefined && one.ours !== one.valid) expect(one.because).toBeDefined();
  if (one.problem !== undefined) expect(verdict.problems.map(({ code }) => code)).toContain(one.problem);
  if (one.note !== undefined) expect(verdict.notes.join(' ')).toContain(one.note);
  const theirs = opensslSays(one);
  if (theirs !== null) expect(theirs, 'openssl').toBe(one.valid);
  return verdict;
}
