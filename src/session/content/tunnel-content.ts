import type { ContentSink, Follower } from '../../model/content-sink.js';
import { Opening, recognition } from '../../model/protocol.js';
import type { Side } from '../../model/side.js';
import { type Arrival, skipAll } from '../../model/stream.js';
import { identify } from '../../protocols/identify.js';
import { scanStream } from '../../protocols/material/stream-scan.js';
import { maxTunnelOpeningOctets, maxTunnelOpenings } from '../limits.js';

/** Openings that are looked at: one pair serves all tunnels, as each look is over before the next. */
const firstOpening = new Opening();
const secondOpening = new Opening();

interface Kept {
  from: Side;
  bytes: Uint8Array;
  arrival: Arrival;
}

/**
 * Follows what crosses in a tunnel without TLS: it is named by its first octets, as a connection of its own would be, and what
 * it gives away is told of the connection that carries it. TLS in a tunnel is found by whoever lends the octets.
 */
export class TunnelContent implements Follower {
  readonly #sink: ContentSink;
  readonly #port: number;
  #kept: Kept[] = [];
  #octets = 0;
  #inner: Follower | null = null;
  #clientOwed = 0;
  #serverOwed = 0;

  /** `port` is that of the tunnel's far end and orders the guesses; 0 = not known. */
  constructor(sink: ContentSink, port: number) {
    this.#sink = sink;
    this.#port = port;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.#inner !== null) {
      const owed = from === 'client' ? this.#clientOwed : this.#serverOwed;
      if (owed === 0) return this.#inner.data(from, bytes, start, end, arrival);
      this.#lend(this.#inner, from, bytes, start, end, arrival);
      return this.#take(from);
    }
    this.#kept.push({ from, bytes: bytes.slice(start, end), arrival: { ...arrival } });
    this.#octets += end - start;
    this.#identify(this.#octets >= maxTunnelOpeningOctets || this.#kept.length >= maxTunnelOpenings);
    return this.#take(from);
  }

  gap(from: Side, length: number): number {
    if (this.#inner === null) this.#identify(true);
    return this.#inner!.gap(from, length);
  }

  end(): void {
    if (this.#inner === null) this.#identify(true);
    this.#inner!.end?.();
  }

  /** `final` = it is decided with what there is. */
  #identify(final: boolean): void {
    const first = this.#kept[0]?.from ?? 'client';
    show(firstOpening, this.#kept, first, final);
    show(secondOpening, this.#kept, first === 'client' ? 'server' : 'client', final);
    if (firstOpening.length > 0) {
      const found = identify(firstOpening, secondOpening, this.#port, 0, 'tcp');
      if (found.protocol === null && found.recognition !== recognition.no && !final) return;
      this.#inner = found.protocol?.follow?.(this.#sink) ?? null;
    }
    this.#inner ??= scanStream(this.#sink);
    const kept = this.#kept;
    this.#kept = [];
    for (const { from, bytes, arrival } of kept) this.#lend(this.#inner, from, bytes, 0, bytes.length, arrival);
  }

  /** Lends what is wanted, and notes what is not wanted after it. */
  #lend(inner: Follower, from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    let owed = from === 'client' ? this.#clientOwed : this.#serverOwed;
    if (owed !== skipAll) {
      if (owed < end - start) owed = inner.data(from, bytes, start + owed, end, arrival);
      else owed -= end - start;
    }
    if (from === 'client') this.#clientOwed = owed;
    else this.#serverOwed = owed;
  }

  /** What is owed of a side goes to whoever lends it. */
  #take(from: Side): number {
    const owed = from === 'client' ? this.#clientOwed : this.#serverOwed;
    if (from === 'client') this.#clientOwed = 0;
    else this.#serverOwed = 0;
    return owed;
  }
}

function show(opening: Opening, kept: readonly Kept[], side: Side, final: boolean): void {
  const parts = kept.filter(({ from }) => from === side).map(({ bytes }) => bytes);
  const octets = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = parts.length === 1 ? parts[0]! : new Uint8Array(octets);
  if (parts.length > 1) {
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  opening.bytes = bytes;
  opening.start = 0;
  opening.end = octets;
  opening.final = final;
}
