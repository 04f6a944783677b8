import { describe, expect, it } from 'vitest';
import { plainPalette } from '../../src/report/palette.js';
import { rulesTable, ruleText } from '../../src/report/rules-catalogue.js';
import { rules } from '../../src/rules/index.js';
import { expectPrintable } from './printed.js';

const catalogue = rules.map(({ about }) => about);

describe('analyze rules', () => {
  it('lists every kind once, the most severe first, within 80 columns', () => {
    const text = rulesTable(catalogue, plainPalette).join('\n');
    expectPrintable(text);
    for (const { kind } of catalogue)
      expect(text.split('\n').filter((line) => line.startsWith(`  ${kind} `))).toHaveLength(1);
    const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'].map((severity) => text.indexOf(`${severity}\n`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it.each(catalogue.map((about) => [about.kind, about] as const))('tells everything about %s', (kind, about) => {
    const lines = ruleText(about, plainPalette);
    const text = lines.join('\n');
    expectPrintable(text);
    expect(lines[0]).toBe(kind);
    const words = lines
      .map((line) => line.trim())
      .join(' ')
      .replace(/\s+/g, ' ');
    for (const said of [
      about.meaning,
      about.why,
      about.remediation.general,
      ...about.blindSpots,
      ...Object.values(about.remediation.products),
    ]) {
      expect(words).toContain(said.replace(/\s+/g, ' '));
    }
    for (const number of about.cwe) expect(text).toContain(`CWE-${number}`);
  });
});
