import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeWorld } from './fake-world.js';

describe('--format html', () => {
  it('is refused on a terminal, in one line that says what to add', async () => {
    const world = new FakeWorld({ stdoutIsTerminal: true });
    expect(await main(['a.pcap', '--format', 'html'], world)).toBe(2);
    expect(world.err).toBe(
      'analyze: --format html is a page for a browser, not for a terminal: add --output report.html\n',
    );
    expect(world.out).toBe('');
    expect(world.asked).toBeNull();
  });

  it('is printed to a pipe', async () => {
    const world = new FakeWorld();
    expect(await main(['a.pcap', '--format', 'html'], world)).toBe(0);
    expect(world.out).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });
});
