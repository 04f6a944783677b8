import { rmdirSync, rmSync } from 'node:fs';
import { makeFolder } from '../make-folder.js';

/** What a writing of evidence put on the disk: of one that fails nothing may stay that looks like all of it. */
export class MadeFiles {
  readonly #directory: string;
  readonly #paths: string[] = [];
  /** Whether the folder was not there before. */
  #madeFolder = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes the folder where it is not there. */
  folder(): void {
    this.#madeFolder = makeFolder(this.#directory);
  }

  /** Remembers a file that is made. */
  note(path: string): void {
    this.#paths.push(path);
  }

  /** Removes what was made, as far as it can; says in words what is left. */
  remove(): string {
    let left = 0;
    for (const path of this.#paths) {
      try {
        rmSync(path, { force: true });
      } catch {
        left++;
      }
    }
    if (left > 0) return `${left} unfinished files are left there, and no manifest.json`;
    try {
      if (this.#madeFolder) rmdirSync(this.#directory);
    } catch {
      // An empty folder is no evidence.
    }
    return this.#paths.length === 0 ? 'nothing was written' : 'what was begun there is removed';
  }
}
