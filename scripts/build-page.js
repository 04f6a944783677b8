// Builds the pages: that of `--format html`, between whose head and tail a report's data go, and that of `analyze live --web`,
// which is served. Each is bundled with vite and needs nothing but itself; its security policy names its script and its styles
// by their digests. What is written are modules of strings.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const folder = join(import.meta.dirname, '..', 'src/report/html');
const source = join(folder, 'page');

/** What a page may weigh without its data, in octets. */
const maxOctets = 400_000;

const report = await bundle('main.tsx', 'index.html', []);
const [head, tail, ...more] = report.html.split('<!--data-->\n');
if (tail === undefined || more.length > 0) throw new Error('the page has one place for data');
write('template.ts', {
  pageHead: ['The page up to its data.', head],
  pageTail: ['The page after its data.', tail],
});

const live = await bundle('live/main.tsx', 'live/index.html', ["connect-src 'self'"]);
write('live-template.ts', {
  page: ['The whole page.', live.html],
  // What a page says of itself can't keep others from framing it.
  policy: ['Its security policy, for the header.', `${live.policy}; frame-ancestors 'none'`],
});

/** Bundles `script`, and puts it and its styles into `markup`; `allowed` is added to the policy. */
async function bundle(script, markup, allowed) {
  const result = await build({
    configFile: false,
    root: source,
    logLevel: 'warn',
    mode: 'production',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: { input: join(source, script), output: { format: 'iife' } },
    },
  });
  const { output } = Array.isArray(result) ? result[0] : result;
  const chunk = output.find((file) => file.type === 'chunk');
  const code = chunk.code.trim();
  const styles = String(output.find((file) => file.fileName.endsWith('.css')).source).trim();
  // Inside its element neither may hold what ends it.
  if (/<\/script|<!--/i.test(code)) throw new Error('the script would end its own element');
  if (/<\/style/i.test(styles)) throw new Error('the styles would end their own element');
  const policy = [
    "default-src 'none'",
    `script-src ${digest(code)}`,
    `style-src ${digest(styles)}`,
    ...allowed,
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
    '<!--script-->': `<script>${code}</script>`,
  };
  let html = readFileSync(join(source, markup), 'utf8');
  for (const [place, text] of Object.entries(parts)) html = html.replace(place, () => text);
  const octets = Buffer.byteLength(html);
  if (octets > maxOctets) throw new Error(`${markup} weighs ${octets} octets without data: more than ${maxOctets}`);
  console.log(`${markup}: ${octets} octets without data`);
  return { html, policy };
}

/** Writes `values` (doc and text by name) as the module `file`. */
function write(file, values) {
  const constants = Object.entries(values).map(
    ([name, [doc, text]]) => `/** ${doc} */\nexport const ${name}: string = ${JSON.stringify(text)};\n`,
  );
  const origin = '// Written by scripts/build-page.js: change the sources in page/ instead.\n';
  writeFileSync(join(folder, file), [origin, ...constants].join('\n'));
}

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
