// One interface that is sniffed: its child, and another one when that dies.
import { setTimeout as sleep } from 'node:timers/promises';
import { CaptureFramer } from '../../capture/framer.js';
import { type CaptureSink, PacketView } from '../../model/packet.js';
import { type CaptureCommand, commandFor, installedBackends } from '../../source/live/backends.js';
import { CaptureChild } from '../../source/live/capture-child.js';
import { type BackendName, type CaptureRequest, LiveError } from '../../source/live/capture-request.js';
import { complaintOf, noBackend, noInterface } from '../../source/live/complaint.js';
import { hasInterface, isDown } from '../../source/live/interfaces.js';
import { openSource, openStream, standardInput } from '../../source/open.js';
import type { Source } from '../../source/source.js';
import { SourceError } from '../../source/source-error.js';
import { CaptureReader } from '../read-capture.js';

/** Milliseconds before a child that died is replaced: at first, and at most. */
const firstPause = 1000;
const longestPause = 30_000;

/** A child that lived for this long had begun well: the next pause is short again. Milliseconds. */
const goodLife = 60_000;

/** What an interface asks of the run. */
export interface InterfaceHost {
  /** Receives the packets of this interface. */
  readonly sink: CaptureSink;
  /** Milliseconds. */
  now(): number;
  notice(text: string): void;
}

/** Sniffs one interface until it is told to stop. */
export class LiveInterface {
  readonly name: string;
  readonly #request: CaptureRequest;
  readonly #host: InterfaceHost;
  readonly #reader: CaptureReader = new CaptureReader();
  readonly #stopping: AbortController = new AbortController();
  #command: CaptureCommand | null = null;
  #child: CaptureChild | null = null;
  #source: Source | null = null;
  #droppedBefore: number | null = null;
  #isReading = false;
  /** Milliseconds; null = it is up. */
  #downSince: number | null = null;
  /** Null until the first capture stream began. */
  framer: CaptureFramer | null = null;
  /** Why its capture stream broke off, or null. */
  endedEarly: string | null = null;

  constructor(name: string, request: CaptureRequest, host: InterfaceHost) {
    this.name = name;
    this.#request = request;
    this.#host = host;
  }

  /** The backend in use, or null. */
  get backend(): BackendName | null {
    return this.#command?.backend ?? null;
  }

  /** Packets lost by all children so far; null while none said anything. */
  get dropped(): number | null {
    return added(this.#droppedBefore, this.#child?.dropped ?? null);
  }

  /** Octets are coming, or would if there were packets. */
  get isSniffing(): boolean {
    return this.#isReading && this.#downSince === null;
  }

  /** Looks whether the interface went down or came up: a child that sniffs one that is down says nothing. */
  watch(): void {
    const wasDown = this.#downSince;
    const down = isDown(this.name);
    if (down === true && wasDown === null) {
      this.#downSince = this.#host.now();
      this.#host.notice(`${this.name}: the interface is down, and nothing can be seen until it is up again`);
    } else if (down !== true && wasDown !== null) {
      this.#downSince = null;
      // One that vanished is told where its child is missed.
      if (down === null) return;
      const seconds = Math.round((this.#host.now() - wasDown) / 1000);
      this.#host.notice(`${this.name}: the interface is up again, after ${seconds} s`);
    }
  }

  /** Asks the child for its drop counts. */
  askDrops(): void {
    this.#child?.askDrops();
  }

  /** Starts the first child; throws a `LiveError`. */
  async start(): Promise<void> {
    // Its first octets may come late: they are waited for in `run`, where the end can come between.
    if (this.name === standardInput) return;
    if (this.name.startsWith('-') || !hasInterface(this.name)) throw noInterface(this.name);
    const { backend } = this.#request;
    const { user, promiscuous } = this.#request;
    // An unprivileged user changes itself to nobody: only tcpdump can stay signallable after that. `cap` is always promiscuous.
    const usable = installedBackends().filter(
      (name) => name === 'tcpdump' || (user === null && (promiscuous || name !== 'cap')),
    );
    const candidates = backend === 'auto' ? usable : usable.filter((name) => name === backend);
    let failure: LiveError = noBackend(user === null ? backend : 'tcpdump');
    for (const [index, candidate] of candidates.entries()) {
      const command = commandFor(candidate, this.#request, this.name)!;
      try {
        this.#source = await this.#begin(command);
        this.#command = command;
        return;
      } catch (thrown) {
        if (!(thrown instanceof LiveError)) throw thrown;
        // The first that is tried is the best: what it lacks is what to mend.
        if (index === 0) failure = thrown;
        if (thrown.code !== 'not-permitted') throw thrown;
      }
    }
    throw failure;
  }

  /**
   * Reads until `stop`; a child that dies is replaced. Standard input ends by itself, and throws a `SourceError` when it is no
   * capture.
   */
  async run(): Promise<void> {
    if (this.name === standardInput) {
      try {
        this.#source = await openSource(standardInput);
      } catch (thrown) {
        if (this.#stopping.signal.aborted) return;
        throw thrown;
      }
      this.#isReading = true;
    }
    let pause = firstPause;
    for (;;) {
      const begun = this.#host.now();
      await this.#read();
      if (this.#stopping.signal.aborted || this.#command === null) return;
      if (this.#host.now() - begun >= goodLife) pause = firstPause;
      pause = await this.#revive(this.#command, pause);
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** Asks for the end: what the child still has is read before `run` returns. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    if (this.#child !== null) this.#child.stop();
    else if (this.#source !== null) void this.#source.close();
    else if (this.name === standardInput) process.stdin.destroy();
  }

  /** Reads one capture stream to its end. */
  async #read(): Promise<void> {
    const source = this.#source!;
    const framer = new CaptureFramer(this.#host.sink, new PacketView());
    this.framer = framer;
    await this.#reader.read(source, framer, () => true);
    this.#isReading = false;
    await source.close();
    const child = this.#child;
    if (child === null) {
      if (this.#stopping.signal.aborted) return;
      this.endedEarly = framer.refusal ?? framer.endedEarly ?? source.endedEarly;
      if (framer.refusal !== null) throw new SourceError('not-a-capture', this.name, framer.refusal);
      return;
    }
    // A stream that can't be read any more has a child that still writes it.
    if (framer.stopped) child.stop();
    const { words, signal } = await child.ended;
    this.#droppedBefore = added(this.#droppedBefore, child.dropped);
    this.#child = null;
    if (this.#stopping.signal.aborted) return;
    const how = framer.refusal ?? (words.slice(0, 300) || (signal === null ? 'it ended' : `it was ended by ${signal}`));
    this.#host.notice(`${this.name}: sniffing broke off: ${this.backend}: ${how}; it is tried again until it works`);
  }

  /** Tries until another child sniffs; returns the next pause. */
  async #revive(command: CaptureCommand, firstWait: number): Promise<number> {
    const since = this.#host.now();
    let pause = firstWait;
    let told = '';
    for (;;) {
      try {
        await sleep(pause, undefined, { signal: this.#stopping.signal });
      } catch {
        return pause;
      }
      pause = Math.min(pause * 2, longestPause);
      try {
        if (!hasInterface(this.name)) throw noInterface(this.name);
        this.#source = await this.#begin(command);
        const seconds = Math.round((this.#host.now() - since) / 1000);
        this.#host.notice(`${this.name}: sniffing again; what passed in the last ${seconds} s was not seen`);
        return pause;
      } catch (thrown) {
        const { message } = thrown as Error;
        if (message !== told) this.#host.notice(`${this.name}: ${message}`);
        told = message;
      }
    }
  }

  /** Starts a child, and waits for its first octets. */
  async #begin(command: CaptureCommand): Promise<Source> {
    const child = new CaptureChild(command);
    this.#child = child;
    try {
      const source = await openStream(`live:${this.name}`, child.stream);
      this.#isReading = true;
      if (this.#stopping.signal.aborted) child.stop();
      return source;
    } catch {
      child.stop();
      const { words } = await child.ended;
      this.#child = null;
      throw complaintOf(this.name, command, words);
    }
  }
}

function added(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}
