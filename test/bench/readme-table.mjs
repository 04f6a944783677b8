// The README's table of ratios, written from a run.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../../README.md', import.meta.url);
const begin = '<!-- ratios: npm run bench -- --keep -->';
const end = '<!-- /ratios -->';

const others = ['tcpdump -w', 'argus', 'tcpflow', 'pcap-parser', 'ndpiReader', 'tshark'];

/**
 * Puts the ratios of a run between the README's marks.
 * @param {ReadonlyMap<string, ReadonlyMap<string, { capture: import('./generate.mjs').Capture }>>} results
 * @param {(capture: string, name: string) => number} ratio
 */
export function writeRatios(results, ratio) {
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`);
  const rows = [`| capture | ${others.join(' | ')} |`, `|---|${others.map(() => '--:|').join('')}`];
  for (const [name, table] of results) {
    const capture = table.get('barewire')?.capture;
    if (capture === undefined || table.size === 1) continue;
    const what = `${name}: ${(capture.fileOctets / 1e6).toFixed(0)} MB, ${count(capture.packets)} packets, ${count(capture.flows)} connections`;
    rows.push(`| ${what} | ${others.map((other) => twoDigits(ratio(name, other))).join(' | ')} |`);
  }
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${rows.join('\n')}\n${text.slice(to)}`);
}

/** @param {number} ratio */
function twoDigits(ratio) {
  if (Number.isNaN(ratio)) return '–';
  return ratio >= 10 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(2)));
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en-US');
}
