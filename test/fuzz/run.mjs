#!/usr/bin/env node
// Long fuzzing of the built product: node test/fuzz/run.mjs [--minutes 20] [--seed N] [--target NAME,NAME] [--built dist]
// One worker tries inputs; this thread watches it, so that a hang or a burst of memory is caught with its input.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv, cpuUsage, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { keepFailure } from './harness.mjs';
import { longestInput } from './mutate.mjs';
import { targetNames } from './targets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string', default: targetNames.join(',') },
    built: { type: 'string', default: join(root, 'dist') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    `Usage: npm run fuzz -- [--minutes 20] [--seed N] [--target NAME,NAME] [--built dist]\nTargets: ${targetNames.join(', ')}`,
  );
  exit(0);
}
const names = values.target.split(',');
const unknown = names.filter((name) => !targetNames.includes(name));
if (unknown.length > 0) {
  console.error(`no target is called '${unknown.join("', '")}'; there are ${targetNames.join(', ')}`);
  exit(2);
}
const built = resolve(values.built);
if (!existsSync(built)) {
  console.error(`${built} is not built: npm run build`);
  exit(2);
}

// An input that runs for so many seconds of the processor's time hangs; the slowest honest ones take one.
const hangSeconds = 30;
const seconds = (Number(values.minutes) * 60) / names.length;
const firstSeed = Number(values.seed);
console.log(`fuzzing ${names.length} targets for ${seconds.toFixed(0)} s each, seed ${firstSeed}`);
let failures = 0;
let inputs = 0;
for (const name of names) {
  const until = Date.now() + seconds * 1000;
  // A worker that had to be stopped is followed by one with another seed, or it would run into the same input.
  for (let seed = firstSeed; Date.now() < until; seed += 1000) inputs += await fuzzTarget(name, seed, until);
}
console.log(`${inputs} inputs, ${failures} failures`);
exit(failures > 0 ? 1 : 0);

/** @param {string} name @param {number} seed @param {number} until @returns {Promise<number>} */
function fuzzTarget(name, seed, until) {
  // Octets 0 to 3: how many inputs were begun; 4 to 7: length of the one at work; then its bytes.
  const shared = new SharedArrayBuffer(8 + longestInput * 2);
  const counters = new Int32Array(shared, 0, 2);
  const input = new Uint8Array(shared, 8);
  const atWork = () => input.slice(0, counters[1]);
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { root, built, name, seed, until, shared },
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((done) => {
    let inputs = 0;
    let last = -1;
    let lastChange = cpuUsage();
    const watch = setInterval(() => {
      const now = Atomics.load(counters, 0);
      const { user, system } = cpuUsage(lastChange);
      if (now !== last) [last, lastChange] = [now, cpuUsage()];
      // Nothing is at work until the worker has read its seeds.
      else if (now > 0 && user + system > hangSeconds * 1e6) {
        fail({ target: name, what: `hangs: over ${hangSeconds} s`, bytes: atWork() });
        finish();
      }
    }, 500);
    worker.on('message', (message) => {
      if (message.failure) fail(message.failure);
      else inputs = message.inputs;
    });
    worker.on('error', (error) => {
      fail({ target: name, what: `ended the thread: ${error.stack ?? error}`, bytes: atWork() });
      finish();
    });
    worker.on('exit', finish);

    function finish() {
      clearInterval(watch);
      worker.removeAllListeners('exit');
      void worker.terminate();
      inputs ||= Atomics.load(counters, 0);
      console.log(`${name}: ${inputs} inputs (seed ${seed})`);
      done(inputs);
    }
  });
}

/** @param {import('./harness.mjs').Failure} failure */
function fail(failure) {
  failures++;
  console.error(`FAILED ${failure.target}: ${failure.what}\n  input kept in ${keepFailure(root, failure)}`);
}
