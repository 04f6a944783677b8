import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes, UsageError } from './exit-codes.js';
import { chooseFormat } from './formats.js';
import { readIntent } from './intent.js';
import { Messages } from './messages.js';
import { printResult } from './print-result.js';
import { ProgressBar } from './progress.js';
import { type CommonOptions, expectationOf, run } from './run.js';

/** Options of `analyze evidence`. */
export interface EvidenceCommandOptions extends CommonOptions {
  stripPayload?: boolean;
  withPayload?: boolean;
  anonymize?: string;
}

/** `analyze evidence FILE… -o DIR`: reads the inputs twice, first for the findings, then for their frames. */
export async function evidenceCommand(
  inputs: string[],
  options: EvidenceCommandOptions,
  { world, toolVersion }: CommandContext,
): Promise<number> {
  const print = chooseFormat(barewire.evidenceFormats, options.format);
  const { output: directory, ...reading } = options;
  if (directory === undefined) throw new UsageError('evidence needs a folder to write to: -o DIR');
  if (options.withPayload && options.stripPayload) {
    throw new UsageError('--with-payload and --strip-payload contradict each other');
  }
  if (options.withPayload && options.anonymize !== undefined) {
    throw new UsageError('--with-payload would undo --anonymize: payload holds names and addresses');
  }
  const anonymizeKey = options.anonymize === undefined ? null : keyOf(options.anonymize);
  return orUsage(directory, async () => {
    barewire.checkEvidence(inputs, directory);
    let gathering = new barewire.EvidenceGathering();
    const gather = (once: CommonOptions): Promise<number> =>
      run(world, { inputs, options: once, toolVersion, print: () => gathering });
    const status = await gather(reading);
    if (status === exitCodes.interrupted || gathering.captures.length === 0) return status;
    const { missing } = gathering;
    if (missing !== null) {
      gathering = new barewire.EvidenceGathering(missing);
      if ((await gather({ ...reading, quiet: true })) === exitCodes.interrupted) return exitCodes.interrupted;
    }
    const bar = new ProgressBar(world, options.progress && options.quiet !== true);
    const controller = new AbortController();
    const forget = world.onInterrupt(() => controller.abort());
    try {
      const manifest = await barewire.writeEvidence(gathering, {
        directory,
        toolVersion,
        payload: options.withPayload ? 'whole' : options.stripPayload ? 'stripped' : 'masked',
        anonymizeKey,
        analysis: analysisTold(options),
        judged: {
          ...(options.keylog && { keylogs: options.keylog }),
          ...(options.ca && { authorities: options.ca }),
          ...(options.crl && { revocationLists: options.crl }),
          expectation: expectationOf(options.expectMtls ?? []),
          ...(await readIntent(options)),
        },
        onProgress: (progress) => bar.update(progress),
        signal: controller.signal,
      });
      bar.clear();
      if (controller.signal.aborted) {
        const told = `interrupted: what is in ${directory} is not all of the evidence, and has no manifest.json`;
        new Messages(world, null).line(told);
        return exitCodes.interrupted;
      }
      printResult(world, reading, (palette) => print(manifest, directory, palette));
      return status;
    } finally {
      bar.clear();
      forget();
    }
  });
}

/** What of the options changed the findings; with `--anonymize` no address of them is told. */
function analysisTold(options: EvidenceCommandOptions): Record<string, unknown> {
  const expected = options.expectMtls ?? [];
  return {
    keylogs: options.keylog?.length ?? 0,
    authorities: options.ca?.length ?? 0,
    revocationLists: options.crl?.length ?? 0,
    hosts: options.hosts?.length ?? 0,
    profiles: options.profile ?? [],
    // An expression names addresses.
    filter: options.anonymize === undefined ? (options.filter ?? null) : options.filter !== undefined,
    from: options.from ?? null,
    to: options.to ?? null,
    policySha256: options.policy === undefined ? null : digestOf(options.policy),
    expectMtls: options.anonymize === undefined ? expected : expected.length,
  };
}

/** What a policy file is known by; it was read before, and is read again. */
function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The key, or the first line of the file that `@FILE` names: what stands on a command line can be read by others. */
function keyOf(text: string): string {
  const key = text.startsWith('@') ? firstLine(text.slice(1)) : text;
  if (key === '') throw new UsageError('--anonymize needs a key that is not empty');
  return key;
}

function firstLine(path: string): string {
  try {
    return (readFileSync(path, 'utf8').split('\n', 1)[0] ?? '').trim();
  } catch (error) {
    throw new UsageError(`cannot read the key from ${path}: ${barewire.systemReason(error)}`, { cause: error });
  }
}

/** What the file system has against it is the caller's to put right. */
async function orUsage(directory: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof barewire.EvidenceError || error instanceof barewire.SourceError) {
      throw new UsageError(error.message, { cause: error });
    }
    // `checkEvidence` looks into the folder.
    if (error instanceof Error && 'syscall' in error) {
      throw new UsageError(`cannot write evidence to ${directory}: ${barewire.systemReason(error)}`, { cause: error });
    }
    throw error;
  }
}
