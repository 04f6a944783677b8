// One child process that sniffs one interface.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { CaptureCommand } from './backends.js';

/** How long a child that was asked to end may take over its last packets. Milliseconds. */
const patience = 3000;

/** Characters of the child's last words that are kept. */
const keptWords = 4096;

/** Milliseconds after the first octets before a child may be asked for its counts: a signal without a handler kills. */
const settling = 1000;

/** How a child ended. */
export interface ChildEnd {
  /** Null when a signal ended it, or it never ran. */
  status: number | null;
  signal: NodeJS.Signals | null;
  /** What it said last, in one line that may be long; '' when it said nothing of use. */
  words: string;
}

/** A running backend. Its capture stream is `stream`; what it says of drops is read from its standard error. */
export class CaptureChild {
  readonly stream: Readable;
  readonly ended: Promise<ChildEnd>;
  /** Packets lost, as the child last said; null while it said nothing. */
  dropped: number | null = null;
  readonly #child: ChildProcess;
  readonly #command: CaptureCommand;
  #said = '';
  #line = '';
  #spokeAt = 0;
  #isOver = false;
  /** Packets that tcpdump wrote, and that the kernel had for it, as it last said. */
  #captured: number | null = null;
  #received: number | null = null;
  #killer: NodeJS.Timeout | null = null;

  constructor(command: CaptureCommand) {
    this.#command = command;
    this.#child = spawn(command.program, command.args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
      // A terminal's interrupt goes to the whole group: the child is ended by us, after its last packets.
      detached: true,
    });
    this.stream = this.#child.stdout!;
    this.stream.once('readable', () => {
      this.#spokeAt = performance.now();
    });
    // Our own child of `cap` ends when its standard input does; the others never read theirs.
    this.#child.stdin!.on('error', () => {});
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.ended = new Promise((resolve) => {
      const end = (status: number | null, signal: NodeJS.Signals | null, failure: string): void => {
        this.#isOver = true;
        if (this.#killer !== null) clearTimeout(this.#killer);
        this.#countUnread();
        resolve({ status, signal, words: failure || lastWords(this.#said) });
      };
      this.#child.once('error', (error) => end(null, null, error.message));
      this.#child.once('close', (status, signal) => end(status, signal, ''));
    });
  }

  /** The process; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks for the drop counts; they come later, and not from every backend. */
  askDrops(): void {
    if (this.#command.backend !== 'tcpdump' || this.#isOver || this.#spokeAt === 0) return;
    if (performance.now() - this.#spokeAt > settling) this.#child.kill('SIGUSR1');
  }

  /** Ends the child after its last packets. */
  stop(): void {
    if (this.#isOver || this.#killer !== null) return;
    this.#child.stdin!.end();
    this.#child.kill('SIGINT');
    this.#killer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      // Whoever is not ours to kill ends when nobody reads what it writes.
      this.stream.destroy();
    }, patience);
    this.#killer.unref();
  }

  /**
   * What lay in the kernel's buffer when it ended is lost too, and is in nobody's count of drops. Only told of a child that could
   * not keep up: on loopback the kernel counts every packet twice, so the difference alone means nothing.
   */
  #countUnread(): void {
    if (this.#captured === null || this.#received === null || (this.dropped ?? 0) === 0) return;
    this.dropped = Math.max(this.dropped ?? 0, this.#received - this.#captured);
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-keptWords);
    this.#line = (this.#line + text).slice(-keptWords);
    const lines = this.#line.split(/[\r\n]/);
    this.#line = lines.pop()!;
    for (const line of lines) this.#note(line);
  }

  #note(line: string): void {
    const captured = /(\d+) packets? captured/.exec(line);
    const received = /(\d+) packets? received by filter/.exec(line);
    if (captured !== null) this.#captured = Number(captured[1]);
    if (received !== null) this.#received = Number(received[1]);
    const byKernel = /(\d+) packets? dropped by (?:kernel|cap)\b/.exec(line);
    const byInterface = /(\d+) packets? dropped by interface/.exec(line);
    const byDumpcap = /Packets received\/dropped on interface .*: \d+\/(\d+)/.exec(line);
    if (byKernel !== null || byDumpcap !== null) this.dropped = Number((byKernel ?? byDumpcap)![1]);
    // tcpdump says the kernel's first; both are losses.
    else if (byInterface !== null) this.dropped = (this.dropped ?? 0) + Number(byInterface[1]);
  }
}

/** Counts and greetings say nothing of why. */
const chatter =
  /^$|listening on |packets? (captured|received|dropped)|^Packets|^Capturing on|^File: |^dropped privs|^Dropped privileges|^data link type/;

function lastWords(said: string): string {
  const lines = said.split(/[\r\n]+/).map((line) => line.trim());
  return lines
    .filter((line) => !chatter.test(line))
    .join(' ')
    .replace(/^(tcpdump|dumpcap): /, '');
}
