#!/usr/bin/env node
// Makes the JSON Schema of the report from its types: node scripts/schema.mjs [--check]
// With --check nothing is written, and a schema that is not what the types say fails.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'schema', 'report.schema.json');
const schema = createGenerator({
  path: join(root, 'src', 'model', 'report.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  type: 'Report',
  // The types are checked by the project's own compiler, which is newer than the generator's.
  skipTypeCheck: true,
  // "Add fields freely": whoever reads an older schema must not refuse a newer report.
  additionalProperties: true,
  topRef: true,
}).createSchema('Report');
const text = `${JSON.stringify(schema, null, 2)}\n`;
if (!argv.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`${relative(root, path)}: ${Object.keys(schema.definitions ?? {}).length} definitions`);
} else if (read() !== text) {
  console.error(`${relative(root, path)} is not what the types say: npm run schema`);
  exit(1);
}

function read() {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
