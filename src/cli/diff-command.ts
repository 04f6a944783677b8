import * as barewire from '../index.js';
import type { CommandContext } from './commands.js';
import { exitCodes, UsageError } from './exit-codes.js';
import { FailureWatch } from './failure-watch.js';
import { chooseFormat } from './formats.js';
import { Messages } from './messages.js';
import { printResult } from './print-result.js';
import { ProgressBar } from './progress.js';
import { type CommonOptions, expectationOf, scaleOf, trustComplaint } from './run.js';
import { selectionOf } from './selection.js';

type DiffFormat = (found: barewire.Difference, palette: barewire.Palette, before: string, after: string) => string;

const formats: Readonly<Record<'text' | 'json', DiffFormat>> = {
  text: barewire.differenceText,
  json: (found, _palette, before, after) => barewire.differenceJson(found, before, after),
};

/** `analyze diff A B`: exit status 1 when something got worse or is new and bad, from `--fail-on` on where it is given. */
export async function diffCommand(
  before: string,
  after: string,
  options: CommonOptions,
  context: CommandContext,
): Promise<number> {
  const print = chooseFormat(formats, options.format);
  const watch = new FailureWatch(options.failOn);
  const first = await snapshotOf(before, options, context);
  const second = first === null ? null : await snapshotOf(after, options, context);
  if (first === null || second === null) return exitCodes.unreadable;
  const found = barewire.difference(first, second);
  printResult(context.world, options, (palette) => print(found, palette, before, after));
  return fails(found, watch) ? exitCodes.found : exitCodes.done;
}

function fails(found: barewire.Difference, watch: FailureWatch): boolean {
  const worst = barewire.worstOf(found);
  const lostSight = found.hops.some(
    ({ change, after }) => (change === 'new' || change === 'worse') && (after === 'unknown' || after === 'resumed'),
  );
  if (watch.onUndecided && lostSight) return true;
  if (worst === null) return false;
  if (watch.threshold === null) return !watch.onUndecided;
  return barewire.severities.indexOf(worst) <= barewire.severities.indexOf(watch.threshold);
}

/** A report is read, a capture analysed; null where it could not be read, which is said. */
async function snapshotOf(
  path: string,
  options: CommonOptions,
  { world }: CommandContext,
): Promise<barewire.Snapshot | null> {
  const bar = new ProgressBar(world, options.progress && options.quiet !== true);
  const messages = new Messages(world, bar);
  const selection = selectionOf(options);
  try {
    if (path !== '-' && (await barewire.looksLikeReport(path))) {
      if (selection !== null && options.quiet !== true) messages.line(`warning: ${path} is a report, and taken whole`);
      return await barewire.snapshotOfReport(path);
    }
    const sink = new barewire.SnapshotSink();
    const { unreadable, unreadableKeylogs } = await (world.analyze ?? barewire.analyze)({
      inputs: [path],
      ...scaleOf(options),
      sink,
      expectation: expectationOf(options.expectMtls ?? []),
      ...(selection !== null && { selection }),
      ...(options.keylog && { keylogs: options.keylog }),
      ...(options.ca && { authorities: options.ca }),
      ...(options.crl && { revocationLists: options.crl }),
      onProgress: (progress) => bar.update(progress),
      onWarning: (text) => {
        if (options.quiet !== true) messages.line(`warning: ${text}`);
      },
    });
    // What was asked with keys must not be answered without them.
    for (const { message } of unreadableKeylogs) throw new UsageError(`cannot read key log ${message}`);
    for (const { message } of unreadable) messages.line(`cannot read ${message}`);
    return unreadable.length > 0 ? null : sink.snapshot();
  } catch (thrown) {
    if (thrown instanceof barewire.TrustFileError) throw trustComplaint(thrown, options);
    if (!(thrown instanceof barewire.SourceError)) throw thrown;
    messages.line(`cannot read ${thrown.message}`);
    return null;
  } finally {
    bar.clear();
  }
}
