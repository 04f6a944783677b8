import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { identifyCompression, magicLength } from './compression.js';
import { standardInput } from './open.js';
import type { Compression } from './source.js';

/** What is known of a file before it is read: its octets, packed as they are. */
export interface FileKind {
  size: number;
  compression: Compression | null;
}

/** Looks at a file; null for what is none that can be read, and read again: pipes, standard input, what is missing. */
export function kindOfFile(path: string): FileKind | null {
  if (path === standardInput) return null;
  try {
    const status = statSync(path);
    if (!status.isFile()) return null;
    const descriptor = openSync(path, 'r');
    try {
      const head = new Uint8Array(magicLength);
      const taken = readSync(descriptor, head);
      return { size: status.size, compression: identifyCompression(head.subarray(0, taken)) };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Whoever opens it to read it says what is wrong.
    return null;
  }
}
