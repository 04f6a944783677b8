// Key files that are no DER: Java's key stores, and OpenSSH's private keys.
import { latin1, u32 } from '../../base/bytes.js';
import type { DerShape } from './der-shapes.js';

/** Octets after which `judgeJavaStore` can tell. */
export const javaStoreOctets = 16;

const magics = { jks: 0xfeedfeed, jceks: 0xcececece } as const;
/** Tags of a store's entries: a private key, a trusted certificate, a secret key. */
const lastEntryTag = 3;
const maxEntries = 4_096;
const openSshMagic = 'openssh-key-v1\0';

/** Judges the beginning of a Java key store: `magic(32) version(32) entries(32) tag(32)`, then an alias. */
export function judgeJavaStore(bytes: Uint8Array, start: number, end: number): DerShape | null {
  if (end - start < javaStoreOctets) return null;
  const magic = u32(bytes, start);
  const version = u32(bytes, start + 4);
  const entries = u32(bytes, start + 8);
  const tag = u32(bytes, start + 12);
  if (magic !== magics.jks && magic !== magics.jceks) return null;
  if (version < 1 || version > 2 || entries < 1 || entries > maxEntries || tag < 1 || tag > lastEntryTag) return null;
  return { kind: 'key-store', form: magic === magics.jks ? 'JKS' : 'JCEKS', subject: null };
}

/** Judges OpenSSH's format (PROTOCOL.key): the magic, then the cipher's name, which is 'none' for a key in clear. */
export function judgeOpenSsh(bytes: Uint8Array, start: number, end: number): DerShape | null {
  const name = start + openSshMagic.length;
  if (end < name + 8 || latin1(bytes, start, name) !== openSshMagic) return null;
  const length = u32(bytes, name);
  if (length < 1 || length > 64 || name + 4 + length > end) return null;
  const isClear = latin1(bytes, name + 4, name + 4 + length) === 'none';
  return { kind: isClear ? 'private-key' : 'encrypted-private-key', form: 'OpenSSH', subject: null };
}
