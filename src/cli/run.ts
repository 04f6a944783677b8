import * as barewire from '../index.js';
import { choosePalette } from './colour.js';
import { exitCodes, UsageError } from './exit-codes.js';
import { FailureWatch } from './failure-watch.js';
import { type IntentOptions, readIntent } from './intent.js';
import { Messages } from './messages.js';
import { Output, OutputFile, wasWritten } from './output.js';
import { ProgressBar } from './progress.js';
import { parseCount, parseMemory } from './quantity.js';
import { type SelectionTexts, selectionOf } from './selection.js';
import type { World } from './world.js';

/** The options that every command has, as commander hands them over. */
export interface CommonOptions extends IntentOptions, SelectionTexts {
  format?: string;
  output?: string;
  keylog?: readonly string[];
  ca?: readonly string[];
  crl?: readonly string[];
  verbose?: boolean;
  quiet?: boolean;
  color: boolean;
  progress: boolean;
  expectMtls?: readonly string[];
  failOn?: readonly string[];
  failUnder?: string;
  baseline?: string;
  checkpoint?: string;
  workers?: string;
  maxMemory?: string;
}

/** What a command makes of the results. */
export interface Run {
  inputs: readonly string[];
  options: CommonOptions;
  toolVersion: string;
  /** Makes the sink that prints to `out`. */
  print(out: barewire.TextOut, options: barewire.ReportOptions): barewire.ReportSink;
  /** Called when everything is analysed and printed; may throw a UsageError. */
  afterwards?(result: barewire.AnalyzeResult, messages: Messages): void;
}

/** Megabytes: a bound below what connections that have ended leave behind could only be passed. */
const leastMemory = 1024;

/** What a run may take of the machine; throws a UsageError for what is no number of workers, or too little memory. */
export function scaleOf({
  workers = 'auto',
  maxMemory,
}: CommonOptions): Pick<barewire.AnalyzeOptions, 'workers' | 'maxMemory'> {
  return {
    workers: workers === 'auto' ? workers : parseCount(workers, '--workers'),
    ...(maxMemory !== undefined && { maxMemory: parseMemory(maxMemory, leastMemory) }),
  };
}

/** Analyses the inputs, prints, and returns the exit status. */
export async function run(world: World, run: Run): Promise<number> {
  const { inputs, options } = run;
  const watch = new FailureWatch(options.failOn, options.failUnder);
  const expectation = expectationOf(options.expectMtls ?? []);
  const intent = await readIntent(options);
  const selection = selectionOf(options);
  if (selection !== null && options.checkpoint !== undefined)
    throw new UsageError(`--checkpoint keeps whole captures: leave out ${selection.asked}`);
  const scale = scaleOf(options);
  const baseline = options.baseline === undefined ? null : await baselineOf(options.baseline);
  const controller = new AbortController();
  const bar = new ProgressBar(world, options.progress && options.quiet !== true);
  const messages = new Messages(world, bar);
  const file =
    options.output === undefined
      ? null
      : new OutputFile(
          options.output,
          [...inputs, baseline?.path, options.checkpoint].filter((path) => path !== undefined),
        );
  const out = new Output(
    file === null ? (octets) => world.stdout.write(octets) : (octets) => file.write(octets),
    file === null && world.stdout.isTerminal,
    () => controller.abort(),
  );
  let interrupted = false;
  const forget = world.onInterrupt(() => {
    interrupted = true;
    controller.abort();
    messages.line('interrupted: this is what was learnt until then (again to leave at once)');
  });
  try {
    const palette = choosePalette(world, options.color, file === null && world.stdout.isTerminal);
    const printing = {
      toolVersion: run.toolVersion,
      verbose: options.verbose === true,
      palette,
      rules: barewire.rules.map(({ about }) => about),
      ...(watch.threshold !== null && { failOn: watch.threshold }),
      failOnUndecided: watch.onUndecided,
    };
    const sink = new ReadSink(run.print(out, printing), watch);
    const known = baseline === null ? null : new barewire.BaselineSink(sink, baseline);
    const result = await (world.analyze ?? barewire.analyze)({
      inputs,
      sink: known ?? sink,
      ...(options.keylog && { keylogs: options.keylog }),
      ...(options.ca && { authorities: options.ca }),
      ...(options.crl && { revocationLists: options.crl }),
      ...(options.checkpoint && { checkpoint: { path: options.checkpoint, toolVersion: run.toolVersion } }),
      ...(selection !== null && { selection }),
      ...scale,
      expectation,
      ...intent,
      signal: controller.signal,
      onProgress: (progress) => bar.update(progress),
      onWarning: (text) => {
        if (options.quiet !== true) messages.line(`warning: ${text}`);
      },
    });
    bar.clear();
    out.flush();
    if (sink.wasRead && out.failure === null) run.afterwards?.(result, messages);
    for (const { message } of result.unreadable) messages.line(`cannot read ${named(message)}`);
    if (result.unreadable.length > 1 && sink.wasRead)
      messages.line(`${result.unreadable.length} inputs could not be read: the report is of the others`);
    for (const { message } of result.unreadableKeylogs) messages.line(`cannot read key log ${message}`);
    if (
      options.keylog !== undefined &&
      options.quiet !== true &&
      sink.isUnopened &&
      result.unreadableKeylogs.length === 0
    )
      messages.line(`warning: ${unopened(options.keylog, sink.tls)}`);
    if (interrupted) return exitCodes.interrupted;
    if (!wasWritten(out, options.output)) return exitCodes.done;
    // What was asked with keys was answered without them.
    if (result.unreadableKeylogs.length > 0) return exitCodes.usage;
    if (result.unreadable.length > 0) return exitCodes.unreadable;
    const lost = known?.worstHop ?? null;
    if (lost !== null) watch.weigh(lost);
    return watch.fails(result.summary) ? exitCodes.found : exitCodes.done;
  } catch (thrown) {
    if (thrown instanceof barewire.TrustFileError) throw trustComplaint(thrown, options);
    if (thrown instanceof barewire.CheckpointError)
      throw new UsageError(`--checkpoint: ${thrown.message}`, { cause: thrown });
    throw thrown;
  } finally {
    bar.clear();
    forget();
    file?.close();
  }
}

// Passes everything on, but ends only a report on at least one capture: one on none would hide that nothing could be read.
class ReadSink implements barewire.ReportSink {
  readonly #sink: barewire.ReportSink;
  readonly #watch: FailureWatch;
  wasRead = false;
  /** Connections of TLS, and of them those that keys opened. */
  tls = 0;
  #opened = 0;

  constructor(sink: barewire.ReportSink, watch: FailureWatch) {
    this.#sink = sink;
    this.#watch = watch;
  }

  /** There was something to open, and no key did. */
  get isUnopened(): boolean {
    return this.tls > 0 && this.#opened === 0;
  }

  flow(record: barewire.ConnectionRecord): void {
    if (record.tls !== null) {
      this.tls++;
      if (record.tls.decrypted) this.#opened++;
    }
    this.#sink.flow?.(record);
  }

  capture(info: barewire.CaptureInfo): void {
    this.wasRead = true;
    this.#sink.capture?.(info);
  }

  certificate(record: barewire.CertificateRecord, der?: Uint8Array | null): void {
    this.#sink.certificate?.(record, der);
  }

  name(ip: string, name: string, source: 'capture' | 'dns'): void {
    this.#sink.name?.(ip, name, source);
  }

  hop(hop: barewire.Hop): void {
    this.#watch.hop(hop);
    this.#sink.hop?.(hop);
  }

  finding(finding: barewire.Finding): void {
    this.#watch.finding(finding);
    this.#sink.finding?.(finding);
  }

  policy(report: barewire.PolicyReport): void {
    this.#watch.policy(report);
    this.#sink.policy?.(report);
  }

  profile(report: barewire.ProfileReport): void {
    this.#sink.profile?.(report);
  }

  end(summary: barewire.Summary): void {
    if (this.wasRead) this.#sink.end(summary);
  }
}

/** The wrong key log looks like none: nobody should take what is still hidden for all that can be known. */
function unopened(paths: readonly string[], connections: number): string {
  const here = connections === 1 ? 'the one TLS connection' : `any of the ${connections} TLS connections`;
  return `${paths.join(', ')}: no key of it opens ${here}: are they keys of another run?`;
}

/** What a source says of itself, where it says '-: …' of standard input. */
export function named(message: string): string {
  return message.replace(/^-: /, 'standard input: ');
}

/** What is wrong with a file of `--ca` or `--crl`, with the option that names it: it may be named like an input. */
export function trustComplaint(
  thrown: barewire.TrustFileError,
  { ca, crl }: Pick<CommonOptions, 'ca' | 'crl'>,
): UsageError {
  const names = (paths: readonly string[] | undefined): boolean =>
    paths?.some((path) => thrown.message.startsWith(`${path}: `)) ?? false;
  const option = names(ca) ? '--ca: ' : names(crl) ? '--crl: ' : '';
  return new UsageError(`${option}${thrown.message}`, { cause: thrown });
}

/** The report of `--baseline`. Throws a UsageError where it can't be read. */
export async function baselineOf(path: string): Promise<barewire.Baseline> {
  try {
    return await barewire.Baseline.read(path);
  } catch (thrown) {
    if (!(thrown instanceof barewire.SourceError)) throw thrown;
    throw new UsageError(`--baseline: ${thrown.message}`, { cause: thrown });
  }
}

/** The places of `--expect-mtls`. Throws a UsageError for what is none. */
export function expectationOf(places: readonly string[]): barewire.Expectation {
  const expectation = new barewire.Expectation();
  for (const place of places) {
    const complaint = expectation.add(place);
    if (complaint !== null) throw new UsageError(`--expect-mtls: ${place === '' ? 'nothing' : ''}${complaint}`);
  }
  return expectation;
}
