#!/usr/bin/env node
// The benchmark: node test/bench/run.mjs [--scale 0.1] [--runs 3] [--only bulk,storm] [--alone]
// Writes the captures, runs the product and its neighbours on each in turn, and prints tables in Markdown. What is kept goes to
// history.ndjson and, as ratios, into the README.
import { readFileSync } from 'node:fs';
import { argv, exit, stderr } from 'node:process';
import { parseArgs } from 'node:util';
import { contenders, product } from './contenders.mjs';
import { captureNames, ensureCapture } from './generate.mjs';
import { changesSince, keepInHistory, lastOf, readHistory } from './history.mjs';
import { countsInstructions, instructionsOf, isPinned, measure, measuresMemory, median } from './measure.mjs';
import { writeRatios } from './readme-table.mjs';
import { targets } from './targets.mjs';
import { findWrongCounts } from './verify.mjs';

/** @typedef {import('./measure.mjs').Cost} Cost */
/** @typedef {import('./generate.mjs').Capture} Capture */

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    alone: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run bench -- [--scale 0.1] [--runs 3] [--only NAME,NAME] [--alone] [--keep]
--scale  size of the captures against the full ones (bulk is 1 GB at 1)
--runs   how often each program runs; medians are printed
--only   some captures: ${captureNames.join(', ')}
--alone  the product without its neighbours
--keep   adds the figures to history.ndjson, and the ratios to the README`);
  exit(0);
}
const scale = Number(values.scale);
const runs = Number(values.runs);
const names = values.only === '' ? captureNames : values.only.split(',');
// Memory is all that these are for; neighbours are not run on them.
const forMemory = (/** @type {string} */ name) => /^(?:flows|closed)-/.test(name);
// tshark takes minutes for a million packets, so it reads a capture of the same kind with about this many.
const packetsForSlow = 200_000;

const present = values.alone ? [] : contenders.filter((contender) => contender.isThere());
for (const { name, get } of values.alone ? [] : contenders.filter((contender) => !contender.isThere())) {
  note(`SKIPPED: ${name} is not installed (${get}); its figures are missing below.`);
}
if (!measuresMemory) note('SKIPPED: peak memory needs /usr/bin/time (Debian package `time`).');
if (!countsInstructions) note('SKIPPED: counting instructions needs perf (Debian package `linux-perf`).');
if (!isPinned) note('taskset is not installed: programs may use every core.');

/** @type {Map<string, Map<string, { cost: Cost, capture: Capture }>>} */
const results = new Map();
/** Instructions of the product, by capture. @type {Map<string, number>} */
const instructions = new Map();
let failures = 0;
console.log(`# barewire ${version()} on ${process.version}, scale ${scale}, median of ${runs}, one core, warm cache\n`);
for (const name of names) await benchCapture(name);
printTargets();
printHistory();
if (failures > 0) exit(1);

/** @param {string} name */
async function benchCapture(name) {
  note(`${name}: writing`);
  const capture = ensureCapture(name, scale);
  const entrants = [{ contender: product, capture }];
  for (const contender of forMemory(name) ? [] : present) {
    const cut = contender.per === 'packet' ? Math.min(1, packetsForSlow / capture.packets) : 1;
    entrants.push({
      contender,
      capture: cut === 1 ? capture : ensureCapture(name, Number((scale * cut).toPrecision(2))),
    });
  }
  note(`${name}: checking the report's counts`);
  for (const wrong of await findWrongCounts(product.command(capture.path), capture)) {
    failures++;
    note(`WRONG: ${name}: ${wrong}`);
  }
  for (const entrant of entrants) readFileInto(entrant.capture.path);
  /** @type {Map<string, Cost[]>} */
  const costs = new Map();
  // Turn by turn, so that whatever else the machine does meets all of them alike.
  for (let run = 1; run <= runs; run++) {
    for (const { contender, capture: read } of entrants) {
      note(`${name}: ${contender.name}, run ${run} of ${runs}`);
      try {
        costs.set(contender.name, [...(costs.get(contender.name) ?? []), measure(contender.command(read.path))]);
      } catch (error) {
        if (contender === product) failures++;
        note(`FAILED: ${/** @type {Error} */ (error).message}`);
      }
    }
  }
  // The least of several: what comes on top is chance (when the compiler looked, when memory was collected).
  if (countsInstructions) {
    const counts = Array.from({ length: runs }, () => instructionsOf(product.command(capture.path)));
    instructions.set(name, Math.min(...counts));
  }
  const table = new Map();
  for (const { contender, capture: read } of entrants) {
    const measured = costs.get(contender.name);
    if (measured) table.set(contender.name, { cost: median(measured), capture: read });
  }
  results.set(name, table);
  printCapture(capture, table);
}

/** Brings a file into the page cache. @param {string} path */
function readFileInto(path) {
  measure(['cat', path]);
}

/** @param {Capture} capture @param {Map<string, { cost: Cost, capture: Capture }>} table */
function printCapture(capture, table) {
  const size = `${(capture.fileOctets / 1e6).toFixed(0)} MB, ${count(capture.packets)} packets, ${count(capture.flows)} flows`;
  console.log(`## ${capture.name}: ${size}\n`);
  console.log('| program | CPU s | wall s | packets/s | GB/s | peak MB | barewire ÷ it |');
  console.log('|---|--:|--:|--:|--:|--:|--:|');
  for (const [name, { cost, capture: read }] of table) {
    const packetsPerSecond = count(Math.round(read.packets / cost.cpuSeconds / 1000) * 1000);
    const rate = (read.fileOctets / 1e9 / cost.cpuSeconds).toFixed(3);
    const label = read === capture ? name : `${name} (on ${count(read.packets)} packets)`;
    const cells = [
      cost.cpuSeconds.toFixed(3),
      cost.wallSeconds.toFixed(3),
      packetsPerSecond,
      rate,
      orDash(cost.peakMegabytes, 0),
    ];
    console.log(`| ${label} | ${cells.join(' | ')} | ${orDash(cpuRatio(capture.name, name), 3)} |`);
  }
  console.log('\nRates are per CPU second. A program that reads a cut is compared per packet.\n');
}

function printTargets() {
  const figures = {
    cpu: (/** @type {string} */ capture, /** @type {string} */ name) =>
      results.get(capture)?.get(name)?.cost.cpuSeconds ?? Number.NaN,
    peak: (/** @type {string} */ capture) => results.get(capture)?.get(product.name)?.cost.peakMegabytes ?? Number.NaN,
    flows: (/** @type {string} */ capture) => results.get(capture)?.get(product.name)?.capture.flows ?? Number.NaN,
    cpuRatio,
  };
  console.log('## Targets\n\n| target | measured | |\n|---|--:|---|');
  for (const { needs, says, limit, unit, figure } of targets) {
    if (!needs.every((name) => results.has(name))) continue;
    const value = figure(figures);
    const verdict = Number.isNaN(value) ? 'not measured' : value <= limit ? 'met' : '**not met**';
    console.log(`| ${says} | ${orDash(value, unit === 'MB' ? 0 : 3)} ${unit} | ${verdict} |`);
  }
  if (scale !== 1)
    console.log(`\nAt scale ${scale} start-up weighs more than at full size: only full size decides a target.`);
}

/** What has changed since figures were kept last, and keeps these where that was asked for. */
function printHistory() {
  /** @type {import('./history.mjs').Kept['captures']} */
  const captures = {};
  for (const [name, table] of results) {
    const ratios = Object.fromEntries(
      [...table.keys()]
        .filter((other) => other !== product.name)
        .map((other) => [other, rounded(cpuRatio(name, other))]),
    );
    const peak = table.get(product.name)?.cost.peakMegabytes ?? Number.NaN;
    captures[name] = { instructions: instructions.get(name) ?? null, peakMegabytes: Math.round(peak) || null, ratios };
  }
  const before = lastOf(readHistory(), process.version, scale);
  if (before !== null) {
    const changes = changesSince(before, captures);
    console.log(`\n## Since ${before.commit} (${before.date})\n\n| figure | was | now | |\n|---|--:|--:|---|`);
    for (const { figure, was, now, verdict } of changes) console.log(`| ${figure} | ${was} | ${now} | ${verdict} |`);
  }
  if (!values.keep) return;
  keepInHistory({ scale, captures });
  const isWhole = ['bulk', 'mixed', 'storm'].every((name) => (results.get(name)?.size ?? 0) > 1);
  if (scale === 1 && isWhole) writeRatios(results, cpuRatio);
  else note('The README keeps its ratios: they need bulk, mixed and storm at full size, with neighbours.');
}

/** @param {number} ratio */
function rounded(ratio) {
  return Number(ratio.toPrecision(3));
}

/** The product's CPU time against another's. @param {string} capture @param {string} name @returns {number} */
function cpuRatio(capture, name) {
  const ours = results.get(capture)?.get(product.name);
  const theirs = results.get(capture)?.get(name);
  if (!ours || !theirs) return Number.NaN;
  const ratio = ours.cost.cpuSeconds / theirs.cost.cpuSeconds;
  return ours.capture === theirs.capture ? ratio : ratio * (theirs.capture.packets / ours.capture.packets);
}

/** @param {number} value @param {number} digits */
function orDash(value, digits) {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en-US');
}

/** @param {string} text */
function note(text) {
  stderr.write(`${text}\n`);
}

function version() {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
