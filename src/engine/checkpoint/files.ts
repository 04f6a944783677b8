// What a checkpoint leans on: that the files of before are the files of now, and that they are read in the same way.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { standardInput } from '../../source/open.js';

/** Octets of a file's beginning that are compared: its head, and hundreds of packets. */
const headOctets = 65_536;

/** Hexadecimal digits of a digest that are kept. */
const digestDigits = 32;

/** By what a file is known again; all null where there was none. */
export interface FileIdentity {
  /** As given. */
  path: string;
  size: number | null;
  /** Of the last change, in milliseconds since 1970. */
  changed: number | null;
  /** Digest of its first octets, as they are on disk. */
  head: string | null;
}

/** What changes the records of a capture: with other keys or other trust they would not be the same. */
export interface CheckpointTerms {
  toolVersion: string;
  /** Digests of the files' contents, in order. */
  keylogs: string[];
  authorities: string[];
  revocationLists: string[];
  /** Whether captures are compared with each other. */
  compared: boolean;
}

/** Why a checkpoint can't be used, in words for who asked for it. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** Throws a `CheckpointError` for an input that can't be read a second time, and for the checkpoint itself. */
export function checkInput(path: string, checkpoint: string): void {
  if (path === standardInput) throw new CheckpointError("standard input can't be read again: give files");
  if (resolve(path) === resolve(checkpoint))
    throw new CheckpointError(`${checkpoint} is an input: the checkpoint would be written over it`);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status !== undefined && !status.isFile() && !status.isDirectory())
    throw new CheckpointError(`${path} is no file, and can't be read again`);
}

/** The identity of a file. */
export function identify(path: string): FileIdentity {
  try {
    const status = statSync(path);
    if (status.isFile()) return { path, size: status.size, changed: status.mtimeMs, head: headOf(path) };
  } catch {
    // Whoever reads it says what is wrong; if it is there the next time, it is another file.
  }
  return { path, size: null, changed: null, head: null };
}

/** Whether two identities are of one unchanged file. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.path === b.path && a.size === b.size && a.changed === b.changed && a.head === b.head;
}

/** Digests of the contents of files; one that can't be read has none. */
export async function digestsOf(paths: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  for (const path of paths) {
    try {
      digests.push(digest(await readFile(path)));
    } catch {
      digests.push('');
    }
  }
  return digests;
}

/** What differs between two sets of terms, in words; null = nothing. */
export function differenceOf(before: CheckpointTerms, now: CheckpointTerms): string | null {
  if (before.toolVersion !== now.toolVersion) return `by version ${before.toolVersion.slice(0, 40)} of this program`;
  if (!isSame(before.keylogs, now.keylogs)) return 'with other keys (--keylog)';
  if (!isSame(before.authorities, now.authorities)) return 'with other trusted certificates (--ca)';
  if (!isSame(before.revocationLists, now.revocationLists)) return 'with other revocation lists (--crl)';
  return null;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

function headOf(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const head = new Uint8Array(headOctets);
    return digest(head.subarray(0, readSync(descriptor, head, 0, headOctets, 0)));
  } finally {
    closeSync(descriptor);
  }
}

function digest(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex').slice(0, digestDigits);
}
