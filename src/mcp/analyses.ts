import { statSync } from 'node:fs';
import * as barewire from '../index.js';

/** Analyses kept, the least recently asked for first to go. */
const maxKept = 2;
/** Hops and findings kept of each: some tens of megabytes. */
const maxKeptItems = 20_000;
/** Flows that are listed of a hop. */
const maxFlowsOfHop = 20;

/** What is asked about: a capture, and what changes the answer. */
export interface Question {
  /** Real path. */
  path: string;
  /** As it is named in answers. */
  name: string;
  /** Real path of a key log; null without. */
  keylog: string | null;
  expectMtls: readonly string[];
}

/** What an analysis leaves: everything but flows, which are read again when they are asked for. */
export interface Analysis {
  summary: barewire.Summary;
  captures: barewire.CaptureInfo[];
  hops: barewire.Hop[];
  findings: barewire.Finding[];
  notKept: { hops: number; findings: number };
  warnings: string[];
}

/** Why a question has no answer, in words for whoever asked. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Analyses captures, one at a time, and remembers the last few as long as their files stay as they are. */
export class Analyses {
  readonly #kept: Map<string, Analysis> = new Map();
  #queue: Promise<unknown> = Promise.resolve();

  /** The analysis of a capture. Throws a `NoAnswer`. */
  of(question: Question, signal: AbortSignal): Promise<Analysis> {
    return this.#inTurn(async () => {
      const key = keyOf(question);
      const known = this.#kept.get(key);
      if (known !== undefined) {
        this.#kept.delete(key);
        this.#kept.set(key, known);
        return known;
      }
      const collector = new Collector();
      await run(question, collector, signal, (text) => {
        if (collector.warnings.length < 20) collector.warnings.push(text);
      });
      const analysis = collector.finish();
      this.#kept.set(key, analysis);
      for (const oldest of this.#kept.keys()) if (this.#kept.size > maxKept) this.#kept.delete(oldest);
      return analysis;
    });
  }

  /** Reads a capture again, with a sink of one's own. Throws a `NoAnswer`. */
  through(question: Question, sink: barewire.ReportSink, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => run(question, sink, signal, () => {}));
  }

  // Two at once would take twice the memory and the same time.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}

class Collector implements barewire.ReportSink {
  readonly #captures: barewire.CaptureInfo[] = [];
  readonly #hops: barewire.Hop[] = [];
  readonly #findings: barewire.Finding[] = [];
  readonly #notKept = { hops: 0, findings: 0 };
  #summary: barewire.Summary | null = null;
  readonly warnings: string[] = [];

  capture(info: barewire.CaptureInfo): void {
    this.#captures.push(info);
  }

  hop(hop: barewire.Hop): void {
    if (this.#hops.length < maxKeptItems) this.#hops.push({ ...hop, flows: hop.flows.slice(0, maxFlowsOfHop) });
    else this.#notKept.hops++;
  }

  finding(finding: barewire.Finding): void {
    if (this.#findings.length < maxKeptItems) this.#findings.push(finding);
    else this.#notKept.findings++;
  }

  end(summary: barewire.Summary): void {
    this.#summary = summary;
  }

  finish(): Analysis {
    if (this.#summary === null) throw new NoAnswer('the capture was not read to its end');
    return {
      summary: this.#summary,
      captures: this.#captures,
      hops: this.#hops,
      findings: this.#findings,
      notKept: this.#notKept,
      warnings: this.warnings,
    };
  }
}

async function run(
  { path, name, keylog, expectMtls }: Question,
  sink: barewire.ReportSink,
  signal: AbortSignal,
  onWarning: (text: string) => void,
): Promise<void> {
  const expectation = new barewire.Expectation();
  for (const place of expectMtls) {
    const complaint = expectation.add(place);
    if (complaint !== null) throw new NoAnswer(`expect_mtls: ${complaint}`);
  }
  const keylogs = keylog === null ? {} : { keylogs: [keylog] };
  // The real path is nobody's business, so it stays out of what people read.
  const told = (text: string): string => text.replaceAll(path, name);
  const result = await barewire.analyze({
    inputs: [path],
    sink,
    expectation,
    ...keylogs,
    signal,
    onWarning: (text) => onWarning(told(text)),
  });
  const [unreadable] = result.unreadable;
  if (unreadable !== undefined) throw new NoAnswer(`cannot read ${told(unreadable.message)}`);
  const [unreadableKeylog] = result.unreadableKeylogs;
  if (unreadableKeylog !== undefined) throw new NoAnswer('cannot read the key log');
  if (signal.aborted) throw new NoAnswer('the request was cancelled');
}

function keyOf({ path, keylog, expectMtls }: Question): string {
  const stamp = (file: string): string => {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  };
  return JSON.stringify([stamp(path), keylog === null ? null : stamp(keylog), expectMtls]);
}
