import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strengthCaptures } from './strength-captures.js';

describe('captures made octet by octet', () => {
  it.each([...strengthCaptures()])('captures/%s is what its builder makes', (name, octets) => {
    const path = `captures/${name}`;
    // A new capture is written once; a changed one has to be removed first.
    if (!existsSync(path)) writeFileSync(path, octets);
    expect(Buffer.compare(readFileSync(path), octets)).toBe(0);
  });
});
