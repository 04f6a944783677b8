// A report of records is the report of the captures that they were made of.
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AnalyzeOptions } from '../../../src/engine/analyze.js';
import { reportFormats } from '../../../src/report/index.js';
import { folder } from '../captures.js';
import { printed } from '../printed.js';

const captures = fileURLToPath(new URL('../../../captures', import.meta.url));
const { json, ndjson } = reportFormats;

async function recordsOf(inputs: readonly string[], more: Partial<AnalyzeOptions> = {}): Promise<string> {
  const path = join(await folder(), 'sensor.ndjson');
  await writeFile(path, (await printed(ndjson, inputs, more)).text);
  return path;
}

const names = readdirSync(captures).filter((name) => /\.(?:pcap|pcapng)$/.test(name));

describe('records in the place of a capture', () => {
  it.each(names)(
    '%s',
    async (name) => {
      const path = join(captures, name);
      const keys = path.replace(/\.\w+$/, '.keys');
      const more = existsSync(keys) ? { keylogs: [keys] } : {};
      const before = await printed(json, [path], more);
      const after = await printed(json, [await recordsOf([path], more)]);
      expect(after.text).toBe(before.text);
      expect(after.warnings).toEqual([]);
    },
    20_000,
  );
});

describe('records in the place of several captures', () => {
  // Neighbours by name are often of the same places, or the same traffic.
  it.each(names.slice(1).map((name, at) => [names[at]!, name]))(
    '%s and %s',
    async (...two) => {
      const paths = two.map((name) => join(captures, name));
      const before = await printed(json, paths);
      expect((await printed(json, [await recordsOf(paths)])).text).toBe(before.text);
    },
    20_000,
  );
});
