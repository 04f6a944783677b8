import { createGunzip, type Gunzip } from 'node:zlib';
import { type Chunks, chunkLength } from './source.js';

/**
 * Packed octets handed to zlib at a time. What comes out is queued until it is asked for, and deflate packs up to 1032 to 1
 * (a run of zeros): so a bomb fills 16 MiB of memory at most.
 */
const portion = 16 * 1024;

/** Unpacks gzip, any number of members after each other; throws at the end of what could be unpacked. */
export async function* gunzipChunks(packed: Chunks): Chunks {
  const inflater = new Inflater();
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += portion) yield* await inflater.write(chunk.subarray(at, at + portion));
    }
    yield* inflater.end();
  } finally {
    inflater.destroy();
  }
}

/** Node's gzip stream, driven a portion at a time: what came out before an error is kept, which piping would lose. */
class Inflater {
  readonly #stream: Gunzip = createGunzip({ chunkSize: chunkLength });
  #ready: Uint8Array[] = [];
  #failure: Error | null = null;
  #wake: () => void = () => {};

  constructor() {
    this.#stream.on('data', (piece: Uint8Array) => this.#ready.push(piece));
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
    // After an error the write's own callback may never be called.
    this.#stream.on('close', () => this.#wake());
    this.#stream.on('end', () => this.#wake());
  }

  /** Gives what `piece` unpacks to; throws the error that was met before it. */
  async write(piece: Uint8Array): Promise<Uint8Array[]> {
    if (this.#failure !== null) throw this.#failure;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.write(piece, () => resolve());
    });
    return this.#take();
  }

  /** Gives what is left, once; throws where the packed data is cut or an error was met. */
  async *end(): Chunks {
    if (this.#failure === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#stream.end();
      });
      yield* this.#take();
    }
    if (this.#failure !== null) throw this.#failure;
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #take(): Uint8Array[] {
    const taken = this.#ready;
    this.#ready = [];
    return taken;
  }
}
