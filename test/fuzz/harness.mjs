import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuUsage, memoryUsage } from 'node:process';
import { Random } from '../bench/random.mjs';
import { mutateBytes } from './mutate.mjs';

/**
 * One parser, or a whole stage, that takes any bytes. Whatever else a run draws (where chunks end, which link type) comes
 * from the bytes themselves, so that a file in the corpus says everything.
 * @typedef {{ name: string, seeds: readonly Uint8Array[], run: (bytes: Uint8Array) => unknown,
 *   mutate?: (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array }} Target
 */

/** @typedef {{ target: string, what: string, bytes: Uint8Array }} Failure */

// A first budget for whatever happens once (compilation, garbage), then one for the bytes: half a megabyte a second is a
// twentieth of the slowest parser's pace, and what is quadratic needs minutes for a megabyte.
const baseMilliseconds = 250;
const millisecondsPerOctet = 0.002;

/** What memory one input may take, in octets, garbage included. */
const usualMemory = 400 << 20;
/** What may be kept over many inputs. */
const mostKept = 96 << 20;
const inputsBetweenCollections = 4000;

/**
 * Runs one input. Time is the processor's, as the machine may have been busy, and a slow one's is taken again.
 * @param {Target} target @param {Uint8Array} bytes @param {number} [mostMemory] @returns {Promise<Failure | null>}
 */
export async function tryInput(target, bytes, mostMemory = usualMemory) {
  const before = memoryUsage.rss();
  let milliseconds = Number.POSITIVE_INFINITY;
  const budget = baseMilliseconds + bytes.length * millisecondsPerOctet;
  try {
    for (let attempt = 0; attempt < 3 && milliseconds > budget; attempt++) {
      const started = performance.now();
      const used = cpuUsage();
      const running = target.run(bytes);
      if (running instanceof Promise) await running;
      const { user, system } = cpuUsage(used);
      // Other threads of the process are in the one, other processes in the other.
      milliseconds = Math.min(performance.now() - started, (user + system) / 1000);
    }
  } catch (error) {
    return { target: target.name, what: `threw ${/** @type {Error} */ (error)?.stack ?? error}`, bytes };
  }
  const grown = memoryUsage.rss() - before;
  if (grown > mostMemory) {
    return { target: target.name, what: `took ${grown >> 20} MiB for ${bytes.length} octets`, bytes };
  }
  if (milliseconds > budget) {
    return { target: target.name, what: `took ${milliseconds.toFixed(0)} ms for ${bytes.length} octets`, bytes };
  }
  return null;
}

/**
 * Tries mutations of a target's seeds until `stop` says so.
 * @param {Target} target @param {number} seed
 * @param {{ stop: (inputs: number) => boolean, before?: (bytes: Uint8Array) => void, failed: (failure: Failure) => void }} options
 * @returns {Promise<number>} how many inputs were tried
 */
export async function fuzz(target, seed, { stop, before, failed }) {
  const random = new Random(seed ^ nameHash(target.name));
  const mutate = target.mutate ?? mutateBytes;
  const collect = /** @type {{ gc?: () => void }} */ (globalThis).gc;
  // Mutations that did no harm are mutated again: what lies two faults deep is found.
  const pool = [...target.seeds];
  let inputs = 0;
  let kept = Number.NaN;
  while (!stop(inputs)) {
    const bytes = mutate(random, random.pick(pool), random.pick(target.seeds));
    before?.(bytes);
    const failure = await tryInput(target, bytes);
    if (failure) failed(failure);
    else if (random.chance(0.05))
      pool[pool.length < target.seeds.length + 200 ? pool.length : target.seeds.length + random.below(200)] = bytes;
    inputs++;
    if (collect && inputs % inputsBetweenCollections === 0) {
      collect();
      const { heapUsed, arrayBuffers } = memoryUsage();
      // The first look is after caches and tables of fixed size have filled.
      if (Number.isNaN(kept)) kept = heapUsed + arrayBuffers;
      else if (heapUsed + arrayBuffers - kept > mostKept) {
        failed({
          target: target.name,
          what: `keeps ${(heapUsed + arrayBuffers - kept) >> 20} MiB after ${inputs} inputs`,
          bytes,
        });
        kept = heapUsed + arrayBuffers;
      }
    }
  }
  return inputs;
}

/** Where inputs live that once failed; every run replays them. @param {string} root of the project */
export function corpusFolder(root) {
  return join(root, 'test', 'fuzz', 'corpus');
}

/** Writes a failing input to the corpus. @param {string} root @param {Failure} failure @returns {string} its path */
export function keepFailure(root, { target, bytes }) {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const path = join(corpusFolder(root), `${target}-${digest}.bin`);
  mkdirSync(corpusFolder(root), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/**
 * The inputs of the corpus for one target.
 * @param {string} root @param {string} target @returns {{ name: string, bytes: Uint8Array }[]}
 */
export function corpusOf(root, target) {
  return readdirSync(corpusFolder(root))
    .filter((name) => name.replace(/-[0-9a-f]{12}\.bin$/, '') === target)
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(corpusFolder(root), name))) }));
}

/** @param {string} name */
function nameHash(name) {
  return createHash('sha256').update(name).digest().readInt32LE(0);
}
