#!/usr/bin/env node
// Writes captures of the benchmark: node test/bench/generate.mjs [--scale 0.1] [--folder .bench] [NAME…]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { captures } from './captures.mjs';
import { CaptureWriter } from './writer.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Where captures go unless told otherwise; git ignores it. */
export const defaultFolder = join(here, '..', '..', '.bench');

/** Names of all captures. */
export const captureNames = Object.keys(captures);

/**
 * A capture on disk and what a right answer counts.
 * @typedef {{ path: string, name: string, scale: number, packets: number, octets: number, fileOctets: number,
 *   flows: number, tls: number, generator: string }} Capture
 */

/** Names all the code that writes captures, so that a change of it makes them anew. */
function generatorDigest() {
  const hash = createHash('sha256');
  const parts = ['captures', 'certificates', 'connection', 'dialogues', 'handshakes', 'random', 'tls', 'writer'];
  for (const name of readdirSync(here).sort())
    if (parts.includes(name.replace('.mjs', ''))) hash.update(readFileSync(join(here, name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The capture `name` at `scale`, written unless it is there already.
 * @param {string} name @param {number} scale @param {string} [folder] @returns {Capture}
 */
export function ensureCapture(name, scale, folder = defaultFolder) {
  const generate = captures[name];
  if (!generate) throw new Error(`no capture is called '${name}'; there are ${captureNames.join(', ')}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}${scale === 1 ? '' : `-x${scale}`}.pcap`);
  const generator = generatorDigest();
  if (existsSync(path) && existsSync(`${path}.json`)) {
    const known = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    if (known.generator === generator) return { ...known, path };
  }
  const writer = new CaptureWriter(`${path}.part`);
  const truth = generate(writer, scale);
  writer.close();
  renameSync(`${path}.part`, path);
  const { packets, octets } = writer;
  const capture = { path, name, scale, packets, octets, fileOctets: octets + 16 * packets + 24, ...truth, generator };
  writeFileSync(`${path}.json`, `${JSON.stringify(capture)}\n`);
  return capture;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { scale: { type: 'string', default: '1' }, folder: { type: 'string', default: defaultFolder } },
    allowPositionals: true,
  });
  for (const name of positionals.length > 0 ? positionals : captureNames) {
    const started = performance.now();
    const { path, packets, fileOctets, flows } = ensureCapture(name, Number(values.scale), values.folder);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${path}: ${(fileOctets / 1e6).toFixed(1)} MB, ${packets} packets, ${flows} flows (${seconds} s)`);
  }
}
