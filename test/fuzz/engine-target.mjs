// The whole product on a capture file: read, analysed and printed in three formats at once.
import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { mutateBytes, mutateFrames, writePcap, writePcapng } from './mutate.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */

const schemaPath = fileURLToPath(new URL('../../schema/report.schema.json', import.meta.url));

// Where memory poses as a disk, captures to be read don't wear a real one.
const scratchFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Input: a capture file. @param {(path: string) => Promise<any>} load @param {Seeds} seeds */
export async function engine(load, seeds) {
  const product = await load('index');
  const judge = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schemaPath, 'utf8')));
  const path = join(mkdtempSync(join(scratchFolder, 'barewire-fuzz-')), 'input');
  process.once('exit', () => rmSync(dirname(path), { recursive: true, force: true }));
  const byBytes = new Map(seeds.captures.map((capture) => [capture.bytes, capture]));
  const withFrames = seeds.captures.filter(({ frames }) => frames.frames.length > 0);
  return {
    seeds: seeds.captures.map(({ bytes }) => bytes),
    mutate(/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      const capture = byBytes.get(bytes);
      if (!capture || capture.frames.frames.length === 0 || random.chance(0.2))
        return mutateBytes(random, bytes, other);
      const mutated = mutateFrames(random, capture.frames, random.pick(withFrames).frames);
      if (random.chance(0.6)) return writePcap(mutated);
      const more = Array.from({ length: random.below(3) }, () => {
        const { frames } = random.pick(withFrames);
        return random.chance(0.5) ? frames : mutateFrames(random, frames, mutated);
      });
      return writePcapng(random, [mutated, ...more]);
    },
    async run(/** @type {Uint8Array} */ bytes) {
      writeFileSync(path, bytes);
      const printed = { text: '', json: '', ndjson: '' };
      const sinks = /** @type {(keyof typeof printed)[]} */ (Object.keys(printed)).map((name) =>
        product.reportFormats[name](
          {
            write: (/** @type {string | Uint8Array} */ chunk) => {
              printed[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
            },
          },
          { toolVersion: '0', verbose: true, palette: product.plainPalette },
        ),
      );
      await product.analyze({ inputs: [path], sink: every(sinks), onWarning: () => {}, onProgress: () => {} });
      const report = JSON.parse(printed.json);
      if (!judge(report)) throw new Error(`not what the schema says: ${JSON.stringify(judge.errors)}`);
      const { total, ...kinds } = report.summary.flows;
      assert.equal(report.flows.length, total, 'flows are lost');
      assert.equal(
        Object.values(kinds).reduce((sum, count) => sum + count, 0),
        total,
        'kinds of flows do not add up',
      );
      for (const line of printed.ndjson.split('\n')) if (line !== '') JSON.parse(line);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      const control = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.exec(printed.text);
      if (control) throw new Error(`a control character on the terminal: ${JSON.stringify(control[0])}`);
    },
  };
}

/** A sink that hands on to several. @param {any[]} sinks */
function every(sinks) {
  const call = (/** @type {string} */ method) => (/** @type {unknown} */ value) => {
    for (const sink of sinks) sink[method]?.(value);
  };
  return Object.fromEntries(
    ['capture', 'flow', 'certificate', 'hop', 'finding', 'end'].map((method) => [method, call(method)]),
  );
}
