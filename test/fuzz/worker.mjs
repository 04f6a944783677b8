// The thread of a long run: tries inputs of one target and leaves the one at work where the watching thread finds it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './harness.mjs';
import { loadSeeds } from './seeds.mjs';
import { makeTarget } from './targets.mjs';

// A worker can't be given V8's flags; this is how it gets its collector.
setFlagsFromString('--expose-gc');
Object.assign(globalThis, { gc: runInNewContext('gc') });

const { root, built, name, seed, until, shared } = workerData;
const counters = new Int32Array(shared, 0, 2);
const input = new Uint8Array(shared, 8);
const load = (/** @type {string} */ path) => import(pathToFileURL(join(built, `${path}.js`)).href);
const target = await makeTarget(name, load, loadSeeds(root, { shared: true }));
const inputs = await fuzz(target, seed, {
  stop: () => Date.now() >= until,
  before: (bytes) => {
    input.set(bytes);
    counters[1] = bytes.length;
    Atomics.add(counters, 0, 1);
  },
  failed: (failure) => parentPort?.postMessage({ failure }),
});
parentPort?.postMessage({ inputs });
