import type { TextOut } from '../../src/report/text-out.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Collects a report; bytes are copied and the lent buffer poisoned, so that a writer that reuses it too early is caught. */
export class TextCollector implements TextOut {
  readonly chunks: Uint8Array[] = [];

  write(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') this.chunks.push(new TextEncoder().encode(chunk));
    else {
      this.chunks.push(chunk.slice());
      chunk.fill(0xff);
    }
  }

  /** Everything written; throws when it isn't UTF-8. */
  get text(): string {
    return decoder.decode(Buffer.concat(this.chunks));
  }
}
