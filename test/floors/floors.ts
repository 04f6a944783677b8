import { dirname, normalize } from 'node:path/posix';
import { readSource } from './source-text.js';

// The import table of the design. A floor stands on those below it; siblings in one row don't see each other.
const rows: readonly (readonly string[])[] = [
  ['base'],
  ['registry'],
  ['model'],
  ['capture', 'wire'],
  ['protocols', 'pki', 'flow'],
  ['session'],
  ['hops', 'policy'],
  ['rules'],
  ['report'],
];

/** Floors that are pure: no input, no clock, no process. */
export const pureFloors: readonly string[] = rows.flat();

// Judgement and rendering see records only, so that records may come from another thread, sensor or file.
const recordsOnly: readonly string[] = ['rules', 'hops', 'report'];

const edges: Record<string, readonly string[]> = {
  source: ['base', 'registry', 'model', 'capture'],
  engine: [...pureFloors, 'source'],
  'index.ts': [...pureFloors, 'source', 'engine'],
  // A server of answers stands beside the commands: what it says, it has from the public API alone.
  mcp: ['index.ts'],
  cli: ['index.ts', 'mcp'],
};

/**
 * Which files of pure floors may import which modules of Node: digests, signatures, decryption and decompression (of
 * certificates, RFC 8879) have no side effect when they are asked for synchronously.
 */
const pureNodeModules: readonly { files: RegExp; module: string }[] = [
  { files: /^base\/hash\.ts$/, module: 'node:crypto' },
  // Bodies cross wires compressed: a whole one is decompressed at once, without input, clock or thread.
  { files: /^base\/inflate\.ts$/, module: 'node:zlib' },
  { files: /^pki\//, module: 'node:crypto' },
  { files: /^session\/secrets\//, module: 'node:crypto' },
  { files: /^session\/secrets\/certificate-compression\.ts$/, module: 'node:zlib' },
];

/** Which floors may import which packages; all others import none. */
const packages: Record<string, readonly string[]> = {
  policy: ['yaml', 'zod'],
  // Certificates compressed with zstd (RFC 8879).
  session: ['fzstd'],
  source: ['fzstd', 'lz4-napi', 'tinyglobby'],
  mcp: ['@modelcontextprotocol/sdk', 'zod'],
  cli: ['chalk', 'commander'],
};

const impure: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /(?<![.\w$])process\s*[.[]/, what: 'process' },
  { pattern: /(?<![.\w$])Date\s*\.\s*now\b|(?<![.\w$])new\s+Date\s*(?:\(\s*\)|(?![\w\s(]))/, what: 'the clock' },
  { pattern: /(?<![.\w$])performance\s*\./, what: 'the clock' },
  { pattern: /(?<![.\w$])Math\s*\.\s*random\b/, what: 'chance' },
  { pattern: /(?<![.\w$])(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\s*\(/, what: 'the event loop' },
  { pattern: /(?<![.\w$])console\s*\./, what: 'the console' },
  // Buffer is left out: bytes and text, no effect.
  { pattern: /(?<![.\w$])(?:globalThis|require)\b(?!\s*\??:)/, what: 'a global of Node' },
];

/** The longest a file may be, in lines; tables of protocol numbers are exempt. */
export const maxLines = 400;
/** Length above which a file is named as a candidate for splitting. */
export const comfortableLines = 250;

/** A file's floor: its first folder, or its name when it lies directly in the source folder. */
function floorOf(path: string): string {
  return path.split('/')[0]!;
}

/** Whether `floor` may import `target`; a floor always sees itself, and `policy` lends its types to the floors of records. */
function mayImport(floor: string, target: string, typeOnly: boolean): boolean {
  if (floor === target) return true;
  if (recordsOnly.includes(floor)) {
    return ['base', 'registry', 'model'].includes(target) || (target === 'policy' && typeOnly);
  }
  const allowed = edges[floor];
  if (allowed) return allowed.includes(target);
  const row = rows.findIndex((names) => names.includes(floor));
  const below = rows.findIndex((names) => names.includes(target));
  return below >= 0 && below < row;
}

/**
 * Every breach of the import table and of purity in `files` (path below the source folder → text), one sentence each.
 */
export function findBreaches(files: ReadonlyMap<string, string>): string[] {
  const breaches: string[] = [];
  for (const [path, text] of files) {
    const floor = floorOf(path);
    const pure = pureFloors.includes(floor);
    if (!pure && !(floor in edges)) breaches.push(`${path}: '${floor}' is no floor of the design`);
    const source = readSource(text);
    for (const { specifier, typeOnly } of source.imports) {
      const breach = judgeImport(path, floor, pure, specifier, typeOnly, files);
      if (breach) breaches.push(`${path}: ${breach}`);
    }
    if (!pure) continue;
    for (const { pattern, what } of impure) {
      const found = pattern.exec(source.code);
      if (found) breaches.push(`${path}:${lineOf(source.code, found.index)}: uses ${what}, and '${floor}' is pure`);
    }
  }
  return breaches;
}

function judgeImport(
  path: string,
  floor: string,
  pure: boolean,
  specifier: string,
  typeOnly: boolean,
  files: ReadonlyMap<string, string>,
): string | null {
  if (specifier.startsWith('.')) {
    const target = resolve(path, specifier);
    if (target.startsWith('..')) return `imports '${specifier}' from outside the source folder`;
    if (!files.has(target)) return `imports '${specifier}', which is not there`;
    const allowed = mayImport(floor, floorOf(target), typeOnly);
    return allowed ? null : `'${floor}' may not import '${floorOf(target)}' ('${specifier}')`;
  }
  if (specifier.startsWith('node:')) {
    if (!pure || pureNodeModules.some(({ files, module }) => module === specifier && files.test(path))) return null;
    return `imports '${specifier}', and '${floor}' is pure`;
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return packages[floor]?.includes(name) ? null : `'${floor}' may not import the package '${name}'`;
}

/** Import cycles between files, type imports included, each as its path from file to file. */
export function findCycles(files: ReadonlyMap<string, string>): string[] {
  const cycles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  for (const path of files.keys()) visit(path);
  return cycles;

  function visit(path: string): void {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    trail.push(path);
    for (const { specifier } of readSource(files.get(path)!).imports) {
      const target = specifier.startsWith('.') ? resolve(path, specifier) : path;
      if (target !== path && files.has(target)) visit(target);
    }
    trail.pop();
    state.set(path, 'done');
  }
}

/** Files of more than `limit` lines with their lengths, longest first; `registry` is exempt. */
export function findLongFiles(files: ReadonlyMap<string, string>, limit: number): string[] {
  return [...files]
    .filter(([path]) => floorOf(path) !== 'registry')
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > limit)
    .sort((a, b) => b.lines - a.lines)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}

function resolve(from: string, specifier: string): string {
  return normalize(`${dirname(from)}/${specifier}`).replace(/\.js$/, '.ts');
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
