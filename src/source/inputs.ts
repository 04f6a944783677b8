import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { type CaptureHead, looksLikeCapture, looksLikeRecordsFile, peekCapture } from './head.js';
import { standardInput } from './open.js';
import { chainRotated, parseRotatedName, type RotationCandidate } from './rotation.js';

/** One capture: a file, or the parts of a rotated capture in the order of time. */
export interface InputSet {
  paths: string[];
}

interface Candidate extends RotationCandidate {
  /** Place in the list of inputs, which the sets keep. */
  place: number;
}

/**
 * Finds the files that the arguments name: files as they are, directories with all captures below them, or all files of records
 * where there is no capture (told by content; hidden ones left out; in the order of their names), globs that no shell expanded. Files of one rotated capture become one
 * set. Never throws: an argument that names nothing stays as it is, and `openSource` says what is wrong with it.
 */
export async function expandInputs(args: readonly string[]): Promise<InputSet[]> {
  const paths: string[] = [];
  const seen = new Set<string>();
  for (const argument of args) {
    for (const path of await filesOf(argument)) {
      const identity = path === standardInput ? path : resolve(path);
      if (!seen.has(identity)) paths.push(path);
      seen.add(identity);
    }
  }
  return groupRotated(paths);
}

async function filesOf(argument: string): Promise<string[]> {
  if (argument === standardInput) return [argument];
  const kind = await kindOf(argument);
  if (kind === 'directory') {
    const captures = await filesBelow(argument, looksLikeCapture);
    // Records that lie beside captures are reports about them: all would count twice.
    return orItself(argument, captures.length > 0 ? captures : await filesBelow(argument, looksLikeRecordsFile));
  }
  if (kind === 'nothing') return orItself(argument, await matchesOf(argument));
  return [argument];
}

async function matchesOf(pattern: string): Promise<string[]> {
  // Shells expand most globs: what reads them is only loaded for one that is left.
  const { glob, isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(pattern)) return [];
  const found = await glob(pattern, { expandDirectories: false, absolute: isAbsolute(pattern) });
  return found.sort(byName);
}

function orItself(argument: string, found: string[]): string[] {
  return found.length === 0 ? [argument] : found;
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch {
    return 'nothing';
  }
}

async function filesBelow(directory: string, isWanted: (path: string) => Promise<boolean>): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch {
    // A folder that may not be read, or vanished meanwhile, has nothing for us.
    return [];
  }
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    // Links to folders are not followed: they may lead round in a circle.
    if (entry.isDirectory()) found.push(...(await filesBelow(path, isWanted)));
    else if ((entry.isFile() || (entry.isSymbolicLink() && (await isRegular(path)))) && (await isWanted(path))) {
      found.push(path);
    }
  }
  return found;
}

async function isRegular(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** By code units, so that the order doesn't hang on the machine's language. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function groupRotated(paths: readonly string[]): Promise<InputSet[]> {
  const families = new Map<string, number[]>();
  for (const [place, path] of paths.entries()) {
    const family = path === standardInput ? path : join(dirname(resolve(path)), parseRotatedName(basename(path)).key);
    const places = families.get(family);
    if (places === undefined) families.set(family, [place]);
    else places.push(place);
  }
  const sets: { place: number; paths: string[] }[] = [];
  for (const places of families.values()) {
    for (const chain of await chainsOf(places, paths)) {
      sets.push({ place: Math.min(...chain), paths: chain.map((place) => paths[place]!) });
    }
  }
  return sets.sort((a, b) => a.place - b.place).map((set) => ({ paths: set.paths }));
}

/** Only files whose names fit together are opened at all. */
async function chainsOf(places: readonly number[], paths: readonly string[]): Promise<number[][]> {
  if (places.length === 1) return [[...places]];
  const candidates: Candidate[] = [];
  const alone: number[][] = [];
  for (const place of places) {
    const path = paths[place]!;
    const head: CaptureHead | null = (await isRegular(path)) ? await peekCapture(path) : null;
    if (head === null) alone.push([place]);
    else candidates.push({ path, name: parseRotatedName(basename(path)), head, place });
  }
  const chains = chainRotated(candidates).map((chain) => chain.map((candidate) => candidate.place));
  return [...chains, ...alone];
}
