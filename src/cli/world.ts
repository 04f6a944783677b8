import { writeSync } from 'node:fs';
import type { AnalyzeOptions, AnalyzeResult } from '../index.js';

/** All that the command line touches outside itself, so that tests can put something else in its place. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Milliseconds, only ever rising. */
  now(): number;
  /** Calls `handler` on the first SIGINT only, so that a second one ends the process; returns how to take it back. */
  onInterrupt(handler: () => void): () => void;
  /** Calls `handler` on every such signal; returns how to take it back. */
  onSignal(signal: 'SIGTERM' | 'SIGHUP' | 'SIGUSR1', handler: () => void): () => void;
  /** The engine; null = the real one. */
  readonly analyze: ((options: AnalyzeOptions) => Promise<AnalyzeResult>) | null;
}

/** Standard output or standard error. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Writes octets and returns how many were taken; throws what the system says (EPIPE, EAGAIN, …). */
  write(octets: Uint8Array): number;
}

/** The process that we are. */
export function realWorld(): World {
  return {
    environment: process.env,
    // Through descriptors, not process.stdout: a synchronous write waits for a slow reader and keeps memory bounded.
    stdout: terminal(1, process.stdout),
    stderr: terminal(2, process.stderr),
    now: () => performance.now(),
    onInterrupt(handler) {
      process.once('SIGINT', handler);
      return () => process.removeListener('SIGINT', handler);
    },
    onSignal(signal, handler) {
      process.on(signal, handler);
      return () => process.removeListener(signal, handler);
    },
    analyze: null,
  };
}

function terminal(descriptor: number, stream: { isTTY?: boolean; columns?: number }): Terminal {
  return {
    isTerminal: stream.isTTY === true,
    // Some pseudo-terminals say 0.
    columns: stream.columns === undefined || stream.columns < 20 ? 80 : stream.columns,
    write: (octets) => writeSync(descriptor, octets),
  };
}
