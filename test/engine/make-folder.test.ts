import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/engine/make-folder.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'barewire-folder-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('making a folder', () => {
  it('makes those above it too, and says whether it was there', () => {
    const path = join(folder, 'a', 'b', 'c');
    expect(makeFolder(path)).toBe(true);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(makeFolder(path)).toBe(false);
    expect(makeFolder(folder)).toBe(false);
  });

  it('throws below a file, and in its place', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow(/not a directory/);
    expect(() => makeFolder(join(file, 'below'))).toThrow(/not a directory/);
  });

  it.runIf(existsSync('/proc/self'))('throws, and comes to an end, where nothing can be made', () => {
    expect(() => makeFolder('/proc/barewire/below')).toThrow();
  });
});
