import type { Arrival, Direction } from '../../model/stream.js';
import { other } from '../listener.js';
import type { SessionContext } from '../shared/session-context.js';
import type { TlsObservations } from '../tls/tls-observations.js';
import { DecryptedContent } from './decrypted-content.js';

/** Octets of early data that wait until the server has said whether it takes them; a request is shorter. */
const maxEarlyOctets = 65_536;

/** Application data that keys opened: goes to whoever reads content, once it is certain that the server took it. */
export class OpenedContent {
  readonly content: DecryptedContent;
  readonly #seen: TlsObservations;
  #early: { bytes: Uint8Array; arrival: Arrival }[] | null = null;
  #earlyOctets = 0;

  constructor(context: SessionContext, seen: TlsObservations) {
    this.content = new DecryptedContent(context, seen.client ?? 0, 0, 0);
    this.#seen = seen;
  }

  /** Content of an application data record; lent for the call. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival, early: boolean): void {
    if (early && this.#seen.answer.decrypted?.encryptedExtensions?.earlyData !== true) {
      this.#keepEarly(bytes, start, end, arrival);
      return;
    }
    if (this.#early !== null) this.#settleEarly();
    const decrypted = this.#seen.observeDecrypted();
    decrypted.applicationFrames[direction] ||= arrival.frame;
    if (!early) {
      if (
        direction !== this.#seen.client &&
        decrypted.knowsFinished(other(direction), arrival.frame, arrival.acknowledged)
      ) {
        decrypted.servedFrame ||= arrival.frame;
      }
      if (direction !== this.#seen.client && decrypted.laterCertificateFrame > 0)
        decrypted.laterServedFrame ||= arrival.frame;
    }
    this.content.data(direction, bytes, start, end, arrival);
  }

  /** Some `length` octets of a direction could not be read. */
  gap(direction: Direction, length: number): void {
    if (this.#early !== null) this.#settleEarly();
    this.content.gap(direction, length);
  }

  /** The connection is over. */
  end(): void {
    if (this.#early !== null) this.#settleEarly();
    this.content.end();
  }

  #keepEarly(bytes: Uint8Array, start: number, end: number, arrival: Arrival): void {
    if (this.#seen.answer.decrypted?.encryptedExtensions) return;
    this.#earlyOctets += end - start;
    if (this.#earlyOctets > maxEarlyOctets) return;
    this.#early ??= [];
    this.#early.push({ bytes: bytes.slice(start, end), arrival: { ...arrival } });
  }

  /** The server took the early data or did not; what it did not take, the client says again. */
  #settleEarly(): void {
    const early = this.#early ?? [];
    this.#early = null;
    const client = this.#seen.client;
    if (client === null || this.#seen.answer.decrypted?.encryptedExtensions?.earlyData !== true) return;
    for (const { bytes, arrival } of early) {
      this.#seen.observeDecrypted().applicationFrames[client] ||= arrival.frame;
      this.content.data(client, bytes, 0, bytes.length, arrival);
    }
    if (this.#earlyOctets > maxEarlyOctets) this.content.gap(client, this.#earlyOctets);
  }
}
