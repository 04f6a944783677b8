import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatePem, makeFolder, systemReason } from '../index.js';
import { UsageError } from './exit-codes.js';

/** Characters of the hash in a file name; all 64 where another file has that name. */
const shortName = 16;

/**
 * Writes a PEM file for each certificate, named by the beginning of its SHA-256. A file that is there is left alone: the
 * same content counts as written, other content makes the name longer. Returns what happened in one sentence.
 */
export function exportCertificates(
  directory: string,
  hashes: readonly string[],
  certificateDer: (sha256: string) => Uint8Array | null,
): string {
  let written = 0;
  let there = 0;
  let missing = 0;
  try {
    makeFolder(directory);
    for (const hash of hashes) {
      const der = certificateDer(hash);
      if (der === null) missing++;
      else if (writePem(directory, hash, certificatePem(der))) written++;
      else there++;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot export to ${directory}: ${systemReason(error)}`, { cause: error });
  }
  const notes = [`wrote ${written} of ${hashes.length} certificates to ${directory}`];
  if (there > 0) notes.push(`${there} already there`);
  if (missing > 0) notes.push(`${missing} no longer held`);
  return notes.join('; ');
}

// Whether the file is new.
function writePem(directory: string, hash: string, pem: string): boolean {
  for (const name of [hash.slice(0, shortName), hash]) {
    const path = join(directory, `${name}.pem`);
    try {
      writeFileSync(path, pem, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (readFileSync(path, 'utf8') === pem) return false;
    }
  }
  throw new UsageError(`cannot export to ${directory}: ${hash}.pem is there with other content`);
}
