// Builds the page of `--format html`: bundles its scripts and styles with vite, names both by their digests in the page's
// security policy, and writes the page as a module of two strings, between which a report's data go.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const folder = join(import.meta.dirname, '..', 'src/report/html');
const page = join(folder, 'page');

/** What the page may weigh without its data, in octets. */
const maxOctets = 400_000;

const result = await build({
  configFile: false,
  root: page,
  logLevel: 'warn',
  mode: 'production',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    write: false,
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { input: join(page, 'main.tsx'), output: { format: 'iife' } },
  },
});
const { output } = Array.isArray(result) ? result[0] : result;
const chunk = output.find((file) => file.type === 'chunk');
const script = chunk.code.trim();
const styles = String(output.find((file) => file.fileName.endsWith('.css')).source).trim();
// Inside its element neither may hold what ends it.
if (/<\/script|<!--/i.test(script)) throw new Error('the script would end its own element');
if (/<\/style/i.test(styles)) throw new Error('the styles would end their own element');

const policy = [
  "default-src 'none'",
  `script-src ${digest(script)}`,
  `style-src ${digest(styles)}`,
  "base-uri 'none'",
  "form-action 'none'",
  // No string becomes markup or script, whatever a library should do one day.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const parts = {
  '<!--licences-->': `<!--\n${licences(chunk.moduleIds)}\n-->`,
  '<!--policy-->': `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
  '<!--styles-->': `<style>${styles}</style>`,
  '<!--script-->': `<script>${script}</script>`,
};
let html = readFileSync(join(page, 'index.html'), 'utf8');
for (const [place, text] of Object.entries(parts)) html = html.replace(place, () => text);
const [head, tail, ...more] = html.split('<!--data-->\n');
if (tail === undefined || more.length > 0) throw new Error('the page has one place for data');
const octets = Buffer.byteLength(html);
if (octets > maxOctets) throw new Error(`the page weighs ${octets} octets without data: more than ${maxOctets}`);

writeFileSync(
  join(folder, 'template.ts'),
  `// Written by scripts/build-page.js: change the sources in page/ instead.

/** The page up to its data. */
export const pageHead: string = ${JSON.stringify(head)};

/** The page after its data. */
export const pageTail: string = ${JSON.stringify(tail)};
`,
);
console.log(`page: ${octets} octets without data`);

function digest(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

// Every report is a copy of the packages that its page is made of: their licences go with it, each text once.
function licences(modules) {
  const texts = new Map();
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]);
  for (const folder of new Set(folders.filter((found) => found !== undefined))) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without its licence`);
    const text = readFileSync(join(folder, file), 'utf8').trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...texts].map(([text, names]) => `${names.join(', ')}\n\n${text}`);
  // A comment ends at two hyphens and an angle bracket.
  return ['This page is made with:', ...parts].join('\n\n').replaceAll('--', '- -');
}
