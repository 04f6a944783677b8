import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/index.js';
import { plainPalette } from '../../src/report/palette.js';
import { textReport } from '../../src/report/text.js';
import { TextCollector } from './text-collector.js';

describe('README.md', () => {
  it('shows what the program prints today', async () => {
    const screen = /```\n\$ npx analyze (\S+)\n([\s\S]*?)\n```/.exec(readFileSync('README.md', 'utf8'));
    const out = new TextCollector();
    const sink = textReport(out, { toolVersion: '0.0.0', verbose: false, palette: plainPalette });
    await analyze({ inputs: [screen?.[1] ?? ''], sink });
    expect(out.text.trimEnd()).toBe(screen?.[2]);
  });
});
