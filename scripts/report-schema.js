// Writes schema/report.schema.json from the types in src/model/report.ts; with --check, fails when it isn't up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}schema/report.schema.json`;

const schema = createGenerator({
  path: `${root}src/model/report.ts`,
  tsconfig: `${root}tsconfig.json`,
  type: 'Report',
  // The project's own compiler checks the types; it is newer than the generator's.
  skipTypeCheck: true,
  // Fields may be added without a new major version, so whoever holds an older schema must not refuse a newer report.
  additionalProperties: true,
}).createSchema('Report');
const text = `${JSON.stringify({ $schema: schema.$schema, title: 'Barewire report', ...schema }, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('schema/report.schema.json is not what src/model/report.ts says: run `npm run schema`');
    process.exitCode = 1;
  }
} else writeFileSync(target, text);
