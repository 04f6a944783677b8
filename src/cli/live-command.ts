import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import * as barewire from '../index.js';
import { choosePalette } from './colour.js';
import type { CommandContext } from './commands.js';
import { exitCodes } from './exit-codes.js';
import { FailureWatch } from './failure-watch.js';
import { chooseFormat } from './formats.js';
import { parseListen } from './http-door.js';
import { readIntent } from './intent.js';
import { type LiveCommandOptions, planOf } from './live-options.js';
import { LiveOutputFile } from './live-output.js';
import { readPolicyAgain } from './live-policy.js';
import { LiveWeb } from './live-web.js';
import { Messages } from './messages.js';
import { serveMetrics } from './metrics-server.js';
import { Output } from './output.js';
import { become } from './privileges.js';
import { named, trustComplaint } from './run.js';
import { StatusLine } from './status-line.js';

/** Between two drawings of the status. Milliseconds. */
const pace = 1000;

/**
 * Garbage is collected when the heap has grown by this many percent, not fourfold as V8 finds best: a look at a heap of 100 MB
 * takes some ten milliseconds, and whoever runs us for months counts every megabyte.
 */
const heapGrowth = 50;

/** What went wrong is in how we were called, not in the interface. */
const usageCodes: ReadonlySet<string> = new Set(['bad-filter', 'not-writable']);

/** `analyze live -i IFACE`, `analyze live -`; returns the exit status, as for files. */
export async function liveCommand(
  stream: string | undefined,
  options: LiveCommandOptions,
  { world, toolVersion }: CommandContext,
): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowth}`);
  const print = chooseFormat(barewire.reportFormats, options.format);
  // Who waits for a decision wants to hear that there is none.
  const failOn = options.untilDecided === true ? [...(options.failOn ?? []), 'unseen'] : options.failOn;
  const watch = new FailureWatch(failOn, options.failUnder);
  const { plan, account } = planOf(stream, options);
  const intent = await readIntent(options);
  const listen = options.metrics === undefined ? null : parseListen(options.metrics, '--metrics');
  const webAt = options.web === undefined ? null : parseListen(options.web, '--web');
  const page = webAt === null ? null : new barewire.LivePage(randomUUID(), toolVersion);
  const status = new StatusLine(world, options.progress && options.quiet !== true);
  const messages = new Messages(world, status);
  const file = options.output === undefined ? null : new LiveOutputFile(options.output);
  const toTerminal = file === null && world.stdout.isTerminal;
  // Events are for now: nothing waits for company.
  const out = new Output(
    (octets) => (file === null ? world.stdout.write(octets) : file.write(octets)),
    true,
    () => analysis.stop(),
  );
  const palette = choosePalette(world, options.color, toTerminal);
  const printing = {
    toolVersion,
    verbose: options.verbose === true,
    palette,
    rules: barewire.rules.map(({ about }) => about),
    ...(watch.threshold !== null && { failOn: watch.threshold }),
    failOnUndecided: watch.onUndecided,
  };
  const sink = print(out, printing);
  const ndjson = sink instanceof barewire.NdjsonReport ? sink : null;
  const inText = (options.format ?? 'text') === 'text';
  const forText = { write: (chunk: Uint8Array | string) => void world.stderr.write(octetsOf(chunk)) };

  const analysis = new barewire.LiveAnalysis({
    ...plan,
    ...intent,
    sink: watched(sink, watch),
    onEvent(event) {
      page?.event(event, performance.now());
      status.clear();
      if (ndjson !== null) ndjson.event(event);
      else if (inText && (options.verbose === true || !isNewHop(event)))
        out.write(`${barewire.liveEventLine(event, palette)}\n`);
      // A notice is said to whoever runs us in any case.
      if (event.event === 'notice' && !(inText && toTerminal) && options.quiet !== true) messages.line(event.text);
    },
    onWarning: (text) => {
      if (options.quiet !== true) messages.line(`warning: ${text}`);
    },
    onStarted() {
      if (account !== null) become(account);
      if (options.quiet !== true && !toTerminal)
        messages.line(
          `sniffing ${plan.capture.interfaces.map((name) => (name === '-' ? 'standard input' : name)).join(', ')}`,
        );
      if (web !== null && options.quiet !== true) messages.line(`live page at ${web.url}${web.caution}`);
    },
  });

  const report = (): void => {
    status.clear();
    // Of whatever format: a report in the middle is for people, and must not tear the other apart.
    analysis.report(barewire.reportFormats.text(forText, { ...printing, palette: barewire.plainPalette }));
  };
  let rereading = Promise.resolve();
  const reopen = (): void => {
    ndjson?.flush();
    try {
      file?.reopen();
      analysis.reopen();
    } catch (error) {
      messages.line(`cannot reopen ${options.output}: ${barewire.systemReason(error)}; going on in the old file`);
    }
    // One after the other: the last that was asked for is the one that stays.
    rereading = rereading.then(() => readPolicyAgain(options, analysis));
  };
  const forget = [
    world.onInterrupt(() => {
      messages.line('interrupted: this is what was learnt (again to leave at once)');
      analysis.stop();
    }),
    world.onSignal('SIGTERM', () => analysis.stop()),
    world.onSignal('SIGUSR1', report),
    world.onSignal('SIGHUP', reopen),
  ];
  const server = listen === null ? null : await serveMetrics(listen, () => analysis.status());
  const web = webAt === null || page === null ? null : await LiveWeb.open(webAt, page, analysis);
  const timer = setInterval(() => {
    ndjson?.flush();
    const now = analysis.status();
    if (now !== null) status.draw(now);
  }, pace);
  try {
    const summary = await analysis.run();
    status.clear();
    out.flush();
    if (out.failure === null) return watch.fails(summary) ? exitCodes.found : exitCodes.done;
    // The reader has left, and has what it wanted.
    if (out.failure.code === 'EPIPE') return exitCodes.done;
    messages.line(
      `cannot write to ${options.output ?? 'standard output'}: ${barewire.systemReason(out.failure)}; the report follows here`,
    );
    report();
    return exitCodes.usage;
  } catch (thrown) {
    if (thrown instanceof barewire.LiveError || thrown instanceof barewire.SourceError) {
      messages.line(named(thrown.message));
      return usageCodes.has(thrown.code) ? exitCodes.usage : exitCodes.unreadable;
    }
    if (thrown instanceof barewire.TrustFileError) throw trustComplaint(thrown, options);
    throw thrown;
  } finally {
    clearInterval(timer);
    server?.close();
    await web?.close();
    status.clear();
    for (const take of forget) take();
    file?.close();
  }
}

/** A busy segment has thousands: only changes of state are told to people who didn't ask for everything. */
function isNewHop(event: barewire.LiveEvent): boolean {
  return event.event === 'hop' && event.before === null;
}

/** The sink, with the watch listening in. */
function watched(sink: barewire.ReportSink, watch: FailureWatch): barewire.ReportSink {
  return {
    flow: (record) => sink.flow?.(record),
    capture: (info) => sink.capture?.(info),
    certificate: (record, der) => sink.certificate?.(record, der),
    name: (ip, name, source) => sink.name?.(ip, name, source),
    hop: (hop) => {
      watch.hop(hop);
      sink.hop?.(hop);
    },
    finding: (finding) => {
      watch.finding(finding);
      sink.finding?.(finding);
    },
    policy: (policy) => {
      watch.policy(policy);
      sink.policy?.(policy);
    },
    profile: (profile) => sink.profile?.(profile),
    end: (summary) => sink.end(summary),
  };
}

const encoder = new TextEncoder();

function octetsOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
}
