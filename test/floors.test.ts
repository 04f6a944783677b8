import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comfortableLines, findBreaches, findCycles, findLongFiles, maxLines, pureFloors } from './floors/floors.js';
import { readSource } from './floors/source-text.js';

const sourceFolder = join(import.meta.dirname, '..', 'src');
const files = new Map<string, string>();
for (const name of readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' }).sort()) {
  const path = name.split(sep).join('/');
  // The page of the HTML report runs in browsers: vite bundles it, and its own tsconfig checks it.
  if (path.startsWith('report/html/page/')) continue;
  if (path.endsWith('.ts')) files.set(path, readFileSync(join(sourceFolder, name), 'utf8'));
}

describe('the floors of the house', () => {
  it('are all read', () => {
    expect(files.size).toBeGreaterThan(10);
    for (const floor of ['base', 'model'])
      expect([...files.keys()].some((path) => path.startsWith(`${floor}/`))).toBe(true);
  });

  it('stand on lower floors only, and are pure from base to report', () => {
    expect(findBreaches(files)).toEqual([]);
  });

  it('have no import cycle between files', () => {
    expect(findCycles(files)).toEqual([]);
  });

  it(`have no file of more than ${maxLines} lines outside the registry`, () => {
    const long = findLongFiles(files, comfortableLines);
    if (long.length > 0) console.warn(`files over ${comfortableLines} lines:\n  ${long.join('\n  ')}`);
    expect(findLongFiles(files, maxLines)).toEqual([]);
  });
});

/** A small sound house, with `planted` on top of it. */
function house(planted: Record<string, string>): Map<string, string> {
  const sound: Record<string, string> = {
    'base/bytes.ts': 'export const zero = 0;',
    'base/hash.ts': "import { createHash } from 'node:crypto';\nexport const md5 = createHash;",
    'registry/suites.ts': "import { zero } from '../base/bytes.js';\nexport const suites = [zero];",
    'model/packet.ts': 'export interface Packet { at: number }',
    'wire/tls.ts': "import { suites } from '../registry/suites.js';\nexport const parse = () => suites;",
    'policy/policy.ts': "import { parse } from 'yaml';\nexport interface Policy { parse: typeof parse }",
    'rules/rule.ts': "import type { Policy } from '../policy/policy.js';\nexport type Rule = Policy;",
    'engine/pipeline.ts': "import { parse } from '../wire/tls.js';\nimport 'node:fs';\nexport const run = parse;",
    'index.ts': "export { run } from './engine/pipeline.js';",
    'cli/main.ts': "import { run } from '../index.js';\nimport chalk from 'chalk';\nrun(); chalk; process.exit();",
  };
  return new Map(Object.entries({ ...sound, ...planted }));
}

describe('the floors test', () => {
  it('finds nothing in a sound house', () => {
    expect(findBreaches(house({}))).toEqual([]);
    expect(findCycles(house({}))).toEqual([]);
  });

  const breaches: [string, string, string, RegExp][] = [
    ['an import upwards', 'base/up.ts', "import { parse } from '../wire/tls.js';", /'base' may not import 'wire'/],
    [
      'a type import upwards',
      'base/up.ts',
      "import type { Packet } from '../model/packet.js';",
      /may not import 'model'/,
    ],
    [
      'an inline type import',
      'base/up.ts',
      "export type P = import('../model/packet.js').Packet;",
      /may not import 'model'/,
    ],
    ['a re-export upwards', 'model/up.ts', "export * from '../wire/tls.js';", /may not import 'wire'/],
    [
      'an import over several lines',
      'model/up.ts',
      "import {\n  parse,\n} from '../wire/tls.js';",
      /may not import 'wire'/,
    ],
    ['an import for its side effect', 'model/up.ts', "import '../wire/tls.js';", /may not import 'wire'/],
    ['a dynamic import', 'model/up.ts', "const tls = await import('../wire/tls.js');", /may not import 'wire'/],
    [
      'an import between siblings',
      'capture/side.ts',
      "import { parse } from '../wire/tls.js';",
      /may not import 'wire'/,
    ],
    [
      'a rule that parses',
      'rules/parse.ts',
      "import { parse } from '../wire/tls.js';",
      /'rules' may not import 'wire'/,
    ],
    [
      'a report that judges',
      'report/r.ts',
      "import type { Rule } from '../rules/rule.js';",
      /'report' may not import 'rules'/,
    ],
    [
      'a rule that uses policy code',
      'rules/p.ts',
      "import { Policy } from '../policy/policy.js';",
      /may not import 'policy'/,
    ],
    [
      'a command that skips the public API',
      'cli/x.ts',
      "import { run } from '../engine/pipeline.js';",
      /'cli' may not/,
    ],
    [
      'a floor that imports the public API',
      'engine/x.ts',
      "import { run } from '../index.js';",
      /may not import 'index.ts'/,
    ],
    ['files in a pure floor', 'flow/io.ts', "import { readFileSync } from 'node:fs';", /imports 'node:fs'/],
    ['hashes past the one door', 'wire/h.ts', "import { createHash } from 'node:crypto';", /imports 'node:crypto'/],
    ['an import without node: prefix', 'flow/io.ts', "import { readFileSync } from 'fs';", /package 'fs'/],
    [
      'a package in a pure floor',
      'wire/p.ts',
      "import * as asn1 from '@peculiar/asn1-x509';",
      /'@peculiar\/asn1-x509'/,
    ],
    ['the clock', 'flow/t.ts', 'export const now = (): number => Date.now();', /flow\/t\.ts:1: uses the clock/],
    ['the clock as a date', 'flow/t.ts', 'export const now = new Date();', /uses the clock/],
    ['the process', 'session/p.ts', '\nif (process.env.DEBUG) {}', /session\/p\.ts:2: uses process/],
    ['chance', 'flow/seed.ts', 'const seed = Math.random();', /uses chance/],
    ['a module by require', 'wire/b.ts', "const fs = require('node:fs');", /a global of Node/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text, not a template
    ['code in a template', 'wire/b.ts', 'const b = `${{ a: `${process.pid}` }.a}`;', /uses process/],
    ['a missing file', 'flow/m.ts', "import { x } from './missing.js';", /not there/],
    ['an import from the tests', 'flow/m.ts', "import { x } from '../../test/x.js';", /outside/],
    ['an unknown floor', 'utils/x.ts', 'export {};', /no floor/],
  ];
  it.each(breaches)('catches %s', (_name, path, text, expected) => {
    const found = findBreaches(house({ [path]: text }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('leaves comments, strings, properties and patterns alone', () => {
    const text = [
      "// import { parse } from '../wire/tls.js'; process.exit()",
      '/* Date.now() */',
      "export const a = 'process.exit() // ';",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text, not a template
      'export const b = `Date.now() ${a} Math.random()`;',
      'export const c = /process\\.[/]\'"`/.test(a);',
      'export const d = { process: { now: 1 } }.process.now / 2 / 3;',
      'export const e = new Date(0);',
    ].join('\n');
    expect(findBreaches(house({ 'flow/sound.ts': text }))).toEqual([]);
  });

  it('tells type imports from value imports', () => {
    const read = (text: string): boolean => readSource(text).imports[0]!.typeOnly;
    expect(read("import type { A } from './a.js';")).toBe(true);
    expect(read("export type { A } from './a.js';")).toBe(true);
    expect(read("import type from './a.js';")).toBe(false);
    expect(read("import type, { A } from './a.js';")).toBe(false);
    expect(read("import { type A } from './a.js';")).toBe(false);
  });

  it('catches a cycle of type imports', () => {
    const planted = {
      'model/a.ts': "import type { B } from './b.js';",
      'model/b.ts': "import type { C } from './c.js';",
      'model/c.ts': "import type { A } from './a.js';",
    };
    expect(findCycles(house(planted))).toEqual(['model/a.ts → model/b.ts → model/c.ts → model/a.ts']);
  });

  it('catches a long file, and exempts the registry', () => {
    const long = 'x;\n'.repeat(maxLines + 1);
    const found = findLongFiles(house({ 'flow/long.ts': long, 'registry/long.ts': long }), maxLines);
    expect(found).toEqual([`flow/long.ts: ${maxLines + 1} lines`]);
  });

  it('knows every pure floor of the design', () => {
    expect(pureFloors.join(' ')).toBe(
      'base registry model capture wire protocols pki flow session hops policy rules report',
    );
  });
});
