import type { World } from '../../src/cli/world.js';
import type { AnalyzeOptions, AnalyzeResult } from '../../src/index.js';
import { capture, certificate, cleartext, connection, hop, summaryOf } from '../build/records.js';

const decoder = new TextDecoder();

/** What a fake engine is to do besides handing over two flows, a capture, two certificates and a hop. */
export interface Script {
  unreadable?: AnalyzeResult['unreadable'];
  warnings?: readonly string[];
  /** No capture is handed over, as none could be read. */
  nothingRead?: boolean;
  /** Called while "reading", after the first flow. */
  during?(options: AnalyzeOptions): void | Promise<void>;
  stdoutIsTerminal?: boolean;
  stderrIsTerminal?: boolean;
  environment?: Record<string, string>;
  /** Thrown by writes to standard output. */
  stdoutError?: NodeJS.ErrnoException;
  /** Octets that one write to standard output takes at most. */
  stdoutTakes?: number;
}

/** A world that remembers what was printed and what the engine was asked. */
export class FakeWorld implements World {
  out = '';
  err = '';
  time = 0;
  asked: AnalyzeOptions | null = null;
  readonly environment: Record<string, string>;
  readonly stdout: World['stdout'];
  readonly stderr: World['stderr'];
  readonly analyze: World['analyze'];
  interrupt: () => void = () => {};

  constructor(script: Script = {}) {
    this.environment = script.environment ?? {};
    this.stdout = {
      isTerminal: script.stdoutIsTerminal ?? false,
      columns: 80,
      write: (octets) => {
        if (script.stdoutError !== undefined) throw script.stdoutError;
        const taken = octets.subarray(0, script.stdoutTakes ?? octets.length);
        this.out += decoder.decode(taken, { stream: true });
        return taken.length;
      },
    };
    this.stderr = {
      isTerminal: script.stderrIsTerminal ?? false,
      columns: 80,
      write: (octets) => {
        this.err += decoder.decode(octets);
        return octets.length;
      },
    };
    this.analyze = (options) => this.#analyze(options, script);
  }

  now(): number {
    return this.time;
  }

  onInterrupt(handler: () => void): () => void {
    this.interrupt = handler;
    return () => {
      this.interrupt = () => {};
    };
  }

  onSignal(): () => void {
    return () => {};
  }

  async #analyze(options: AnalyzeOptions, script: Script): Promise<AnalyzeResult> {
    this.asked = options;
    const { sink } = options;
    const flows = [connection(), cleartext({ id: 2 })];
    if (script.nothingRead === true) {
      sink.end(summaryOf([]));
      return {
        summary: summaryOf([]),
        unreadable: script.unreadable ?? [],
        unreadableKeylogs: [],
        answers: new Map(),
        certificateDer: () => null,
      };
    }
    sink.flow?.(flows[0]!);
    await script.during?.(options);
    for (const warning of script.warnings ?? []) options.onWarning?.(warning);
    if (options.signal?.aborted === true) flows.length = 1;
    else sink.flow?.(flows[1]!);
    sink.capture?.(capture());
    sink.certificate?.(certificate());
    sink.certificate?.(certificate({ sha256: 'bb'.repeat(32), subject: 'CN=client-7', usedAs: ['client'] }));
    sink.hop?.(hop());
    const summary = summaryOf(flows, 1);
    sink.end(summary);
    return {
      summary,
      unreadable: script.unreadable ?? [],
      unreadableKeylogs: [],
      answers: new Map(),
      certificateDer: (hash) => new TextEncoder().encode(hash),
    };
  }
}
