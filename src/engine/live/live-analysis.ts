// Live sniffing: interfaces in, events and a report out, for minutes or months.
import { randomInt } from 'node:crypto';
import type { LiveStatus } from '../../model/live.js';
import type { CaptureSink } from '../../model/packet.js';
import type { Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { SessionContext } from '../../session/shared/session-context.js';
import type { LoadedPolicy } from '../policy/files.js';
import { SecretsIntake } from '../secrets-intake.js';
import { readTrustFiles } from '../trust-files.js';
import { LiveChanges } from './changes.js';
import { LiveInterface } from './interface.js';
import type { LiveOptions } from './options.js';
import { LiveRun } from './run.js';

export type { LiveOptions };

/** A run of live sniffing. */
export class LiveAnalysis {
  readonly #options: LiveOptions;
  readonly #seed: number = randomInt(2 ** 32);
  readonly #interfaces: LiveInterface[];
  readonly #changes: LiveChanges;
  #running: LiveRun | null = null;
  #isStopped = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    const repeatAfter = options.repeatSeconds === undefined ? null : options.repeatSeconds * 1000;
    this.#changes = new LiveChanges(repeatAfter, (event) => options.onEvent(event));
    this.#interfaces = options.capture.interfaces.map(
      (name, index) =>
        new LiveInterface(name, options.capture, {
          sink: this.#tap(index),
          now: () => performance.now(),
          notice: (text) => this.#running?.notice(text),
        }),
    );
  }

  /**
   * Sniffs until `stop`, or until the duration or the packets that were asked for are over; then reports. Throws a `LiveError`
   * when an interface can't be sniffed at all, a `TrustFileError`, and what the sink throws.
   */
  async run(): Promise<Summary> {
    const options = this.#options;
    const trust = await readTrustFiles(options.authorities ?? [], options.revocationLists ?? []);
    const context = new SessionContext(this.#seed, trust);
    const secrets = new SecretsIntake(context.secrets, (text) => options.onWarning?.(text));
    for (const path of options.keylogs ?? []) await secrets.keyLog(path);
    for (const { path, message } of secrets.unreadable) options.onWarning?.(`cannot read key log ${path}: ${message}`);
    const running = new LiveRun(options, this.#interfaces, this.#changes, context, secrets, this.#seed, () =>
      this.stop(),
    );
    this.#running = running;
    try {
      for (const sniffed of this.#interfaces) await sniffed.start();
    } catch (thrown) {
      for (const sniffed of this.#interfaces) sniffed.stop();
      running.halt();
      throw thrown;
    }
    options.onStarted?.();
    if (this.#isStopped) this.stop();
    running.begin();
    try {
      await Promise.all(this.#interfaces.map((sniffed) => sniffed.run()));
    } finally {
      // One that failed takes the others along: half a view would look like a whole one.
      this.stop();
      running.halt();
    }
    return running.finish();
  }

  /** Asks for the end: packets on their way are still read. */
  stop(): void {
    this.#isStopped = true;
    for (const sniffed of this.#interfaces) sniffed.stop();
  }

  /** Reports to `sink` what is known so far; null before the start. Sniffing goes on. */
  report(sink: ReportSink): Summary | null {
    return this.#running?.report(sink) ?? null;
  }

  /** Counts so far; null before the start. */
  status(): LiveStatus | null {
    return this.#running?.status() ?? null;
  }

  /** Goes on in a new file of the ring. */
  reopen(): void {
    this.#running?.reopen();
  }

  /**
   * Judges by another policy from now on. Findings and hops stay as they are, in the segments of the same name; the lines of the
   * policy begin anew. Nothing happens before the start, nor once the end was asked for.
   */
  adoptPolicy(policy: LoadedPolicy): void {
    if (!this.#isStopped) this.#running?.adoptPolicy(policy);
  }

  /** Tells everybody who hears of events; likewise. */
  notice(text: string): void {
    if (!this.#isStopped) this.#running?.notice(text);
  }

  #tap(capture: number): CaptureSink {
    return {
      packet: (packet) => this.#running!.packet(packet, capture),
      interface: () => {},
      drops: (interfaceId, total) => this.#running!.drops(capture, interfaceId, total),
      secrets: (type, bytes, start, end) => this.#running!.secrets(capture, type, bytes, start, end),
      name: () => {},
    };
  }
}
