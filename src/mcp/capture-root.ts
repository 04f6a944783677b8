import { readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Files and folders that a listing looks at. */
const maxEntries = 20_000;
const maxDepth = 8;

/** A path that may not be read, in words for whoever asked. */
export class RefusedPath extends Error {
  override readonly name = 'RefusedPath';
}

/** The directory below which captures may be read. Nothing outside is touched, whatever a path or a symbolic link says. */
export class CaptureRoot {
  /** Without symbolic links. */
  readonly #root: string;

  /** Throws what the system says when there is no such directory. */
  constructor(root: string) {
    this.#root = realpathSync(root);
    if (!statSync(this.#root).isDirectory()) throw new RefusedPath('it is no directory');
  }

  /** The real path of a file below the root, given absolute or relative to it. Throws a `RefusedPath` for anything else. */
  file(path: string): string {
    if (path.includes('\0')) throw new RefusedPath('a path with a NUL is none');
    const named = resolve(this.#root, path);
    // Told before anything outside is asked for: whether it is there is none of the caller's business.
    if (!this.#holds(named)) throw new RefusedPath('outside of the directory that may be read');
    let real: string;
    try {
      real = realpathSync(named);
    } catch {
      throw new RefusedPath('no such file');
    }
    if (!this.#holds(real)) throw new RefusedPath('outside of the directory that may be read');
    if (!statSync(real).isFile()) throw new RefusedPath('not a file');
    return real;
  }

  /** A path below the root as callers know it. */
  name(real: string): string {
    return relative(this.#root, real).split(sep).join('/');
  }

  /** Files below the root in the order of their names, hidden ones and symbolic links left out; `more` when not all were looked at. */
  list(): { files: { path: string; octets: number }[]; more: boolean } {
    const files: { path: string; octets: number }[] = [];
    let left = maxEntries;
    const walk = (folder: string, depth: number): void => {
      let entries: import('node:fs').Dirent[];
      try {
        entries = readdirSync(folder, { withFileTypes: true });
      } catch {
        return;
      }
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        if (left-- <= 0) return;
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        const path = join(folder, entry.name);
        if (entry.isDirectory() && depth < maxDepth) walk(path, depth + 1);
        else if (entry.isFile()) files.push({ path: this.name(path), octets: statSync(path).size });
      }
    };
    walk(this.#root, 1);
    return { files, more: left <= 0 };
  }

  #holds(path: string): boolean {
    const way = relative(this.#root, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  }
}
