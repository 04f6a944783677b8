import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const listed = [...readFileSync('captures/README.md', 'utf8').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
const present = readdirSync('captures').filter((name) => name !== 'README.md');

describe('captures/README.md', () => {
  it('tells of every file in the folder, each once, and of no other', () => {
    expect([...listed].sort()).toEqual([...present].sort());
  });

  it('keeps the folder small enough to ship', () => {
    const octets = present.reduce((sum, name) => sum + statSync(`captures/${name}`).size, 0);
    expect(octets).toBeLessThan(4_000_000);
  });
});
