// A look at connections that go on: those of pools live for hours, and what is wrong with them must not wait for their end.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { rules } from '../../rules/index.js';
import type { Judging } from '../judging/judging.js';
import type { Pipeline } from '../pipeline.js';

/**
 * Ages in seconds of packet time at which connections are looked at: TLS that was established, when what followed the handshake
 * (a refusal, a resumption) has shown; cleartext, when any upgrade to TLS is long decided.
 */
const settledTlsSeconds = 2;
const settledCleartextSeconds = 60;

/** All of them are looked at this often, for what was said later. Seconds. */
const fullLookSeconds = 600;

/** Connections looked at in one tick. */
const looksPerTick = 5_000;

const forever = 0x7fffffff;

/** Findings about the capture as a whole mean nothing of a few open connections. */
const aboutCaptures: ReadonlySet<string> = new Set(
  rules.filter(({ about }) => about.scope === 'capture').map(({ about }) => about.kind),
);

/** Looks at open connections, each when it has settled. */
export class OpenLook {
  readonly #pipeline: Pipeline;
  readonly #begin: () => Judging;
  /** Packet time of the last look, and of the last at all of them. */
  #lookedUntil = 0;
  #fullLookAt = 0;

  /** `begin` makes a judgement by itself, for the connections of one look. */
  constructor(pipeline: Pipeline, begin: () => Judging) {
    this.#pipeline = pipeline;
    this.#begin = begin;
  }

  /** Tells hops and findings of the connections that have settled since the last look. */
  look(captures: () => readonly CaptureInfo[], sink: Required<Pick<ReportSink, 'hop' | 'finding'>>): void {
    const records: ConnectionRecord[] = [];
    const takeTls = (record: ConnectionRecord): void => {
      if (record.tls?.established === true) records.push(record);
    };
    const take = (record: ConnectionRecord): void => {
      if (record.kind === 'cleartext') records.push(record);
      else takeTls(record);
    };
    const now = this.#pipeline.seconds;
    if (now - this.#fullLookAt >= fullLookSeconds) {
      this.#fullLookAt = now;
      this.#pipeline.visitOpen(settledCleartextSeconds, forever, looksPerTick, take);
    }
    const since = now - this.#lookedUntil;
    this.#lookedUntil = now;
    this.#pipeline.visitOpen(settledTlsSeconds, settledTlsSeconds + since, looksPerTick, takeTls);
    this.#pipeline.visitOpen(settledCleartextSeconds, settledCleartextSeconds + since, looksPerTick, take);
    if (records.length === 0) return;
    const judging = this.#begin();
    for (const record of records) judging.add(record);
    const quiet = {
      hop: sink.hop,
      finding: (finding: Parameters<typeof sink.finding>[0]) => {
        if (!aboutCaptures.has(finding.kind)) sink.finding(finding);
      },
      end: () => {},
    };
    judging.report(quiet, captures(), {});
  }
}
