import type { TextOut } from '../text-out.js';
import { JsonWriter } from './writer.js';

/** Prints one JSON array, streamed, an element a line. */
export class JsonArray {
  readonly json: JsonWriter;
  #separator = '[\n';

  constructor(out: TextOut) {
    this.json = new JsonWriter(out);
  }

  /** The next element, which `write` prints. */
  element(write: (json: JsonWriter) => void): void {
    this.json.ascii(this.#separator);
    this.#separator = ',\n';
    write(this.json);
    this.json.recordEnd();
  }

  /** There are no more. */
  end(): void {
    this.json.ascii(this.#separator === '[\n' ? '[]\n' : '\n]\n');
    this.json.flush();
  }
}
