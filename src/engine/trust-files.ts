// What `--ca` and `--crl` name, read whole before the first packet: every certificate is judged by it.
import { readFile } from 'node:fs/promises';
import { RevocationLists } from '../pki/revocation.js';
import { TrustAnchors } from '../pki/trust-anchors.js';
import type { TrustMaterial } from '../pki/verification.js';
import { sourceErrorOf } from '../source/source-error.js';

/** A file of certificates or revocation lists that can't be read, or holds none. */
export class TrustFileError extends Error {
  override readonly name = 'TrustFileError';
  readonly code = 'TRUST_FILE';
}

/** Reads the files of authorities and of revocation lists; null where none is named. Throws `TrustFileError`. */
export async function readTrustFiles(
  authorities: readonly string[],
  revocationLists: readonly string[],
): Promise<TrustMaterial | null> {
  if (authorities.length === 0 && revocationLists.length === 0) return null;
  const anchors = new TrustAnchors();
  for (const path of authorities) {
    if (anchors.add(await octetsOf(path)) === 0) throw new TrustFileError(`${path}: no certificate in it (PEM or DER)`);
  }
  const lists = new RevocationLists();
  for (const path of revocationLists) {
    if (lists.add(await octetsOf(path)) === 0)
      throw new TrustFileError(`${path}: no revocation list in it (PEM or DER)`);
  }
  return { anchors: anchors.size > 0 ? anchors : null, lists: lists.size > 0 ? lists : null };
}

async function octetsOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    throw new TrustFileError(sourceErrorOf(path, thrown).message, { cause: thrown });
  }
}
