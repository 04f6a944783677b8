import { sha256Hex } from '../../base/hash.js';
import type { ContentSink, LentOctets } from '../../model/content-sink.js';
import type { Side } from '../../model/side.js';
import type { Arrival } from '../../model/stream.js';

const digestDigits = 8;
/** The private exponent or scalar of the smallest key in use has 32 octets, 43 letters in base64url. */
const shortestPrivate = 40;
const longestPrivate = 2_048;

/**
 * Private keys as JSON Web Keys (RFC 7517): objects with the members 'kty' and 'd' (RFC 7518 §6.2.2.1 and §6.3.2.1, RFC 8037 §2).
 * Their members hold no objects, so what stands between two braces is one of them.
 */
export class JsonWebKeys {
  readonly #sink: ContentSink;
  readonly #from: Side;
  readonly #arrival: Arrival;
  #hasType = false;
  #secret: Buffer | null = null;

  constructor(sink: ContentSink, from: Side, arrival: Arrival) {
    this.#sink = sink;
    this.#from = from;
    this.#arrival = arrival;
  }

  /** A string member of an object; an empty name ends the object. */
  member(name: string, { bytes, start, end }: LentOctets): void {
    if (name === 'kty') this.#hasType = true;
    else if (name === 'd' && end - start >= shortestPrivate && end - start <= longestPrivate) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
      this.#secret = /^[\w-]+$/.test(text) ? Buffer.from(text, 'base64url') : null;
    } else if (name === '') this.#objectEnds();
  }

  #objectEnds(): void {
    const secret = this.#secret;
    if (this.#hasType && secret !== null) {
      this.#sink.material({
        frame: this.#arrival.frame,
        from: this.#from,
        kind: 'private-key',
        form: 'JWK',
        encoding: 'JSON',
        where: 'body',
        length: secret.length,
        sha256: sha256Hex(secret).slice(0, digestDigits),
        subject: null,
      });
    }
    secret?.fill(0);
    this.#hasType = false;
    this.#secret = null;
  }
}
