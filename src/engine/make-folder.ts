import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder with those above it; false where it is there already. Throws what the file system says. Step by step: asked for
 * all at once, Node tries for ever in a file system that says of what it can't make that it is not there (/proc).
 */
export function makeFolder(path: string): boolean {
  const missing: string[] = [];
  let at = resolve(path);
  for (;;) {
    const status = statSync(at, { throwIfNoEntry: false });
    if (status !== undefined) {
      if (!status.isDirectory())
        throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${at}'`), {
          code: 'ENOTDIR',
          syscall: 'mkdir',
        });
      break;
    }
    missing.push(at);
    const above = dirname(at);
    if (above === at) break;
    at = above;
  }
  for (const one of missing.reverse()) {
    try {
      mkdirSync(one);
    } catch (thrown) {
      // Somebody else made it meanwhile.
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
  return missing.length > 0;
}
