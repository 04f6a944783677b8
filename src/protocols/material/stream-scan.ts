import type { ContentSink, Follower } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';
import { MaterialScanner } from './scanner.js';

/** Follows a stream of no known protocol: certificates and keys are told wherever they stand. */
export function scanStream(sink: ContentSink): Follower {
  return new StreamFollower(sink);
}

class StreamFollower implements Follower {
  readonly #sink: ContentSink;
  #client: MaterialScanner | null = null;
  #server: MaterialScanner | null = null;

  constructor(sink: ContentSink) {
    this.#sink = sink;
  }

  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    this.#scanner(from).scan(bytes, start, end, arrival);
    return 0;
  }

  gap(from: Side): number {
    this.#scanner(from).end();
    return 0;
  }

  end(): void {
    this.#client?.end();
    this.#server?.end();
  }

  #scanner(from: Side): MaterialScanner {
    if (from === 'client') {
      this.#client ??= new MaterialScanner(this.#sink, from, 'stream');
      return this.#client;
    }
    this.#server ??= new MaterialScanner(this.#sink, from, 'stream');
    return this.#server;
  }
}
