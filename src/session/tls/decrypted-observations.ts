import type { Direction } from '../../model/stream.js';
import type { EncryptedExtensionsValue } from '../../wire/tls/encrypted-extensions.js';

/** What keys showed of a connection beyond what everybody sees. Frames are 0 until seen. */
export class DecryptedObservations {
  /** Handshake messages that keys opened. */
  messages = 0;
  encryptedExtensions: EncryptedExtensionsValue | null = null;
  encryptedExtensionsFrame = 0;
  /** First application data of each direction (early data left out). */
  readonly applicationFrames: [number, number] = [0, 0];
  /** First application data of the server, and first ticket, sent in knowledge of the client's Finished. */
  servedFrame = 0;
  ticketFrame = 0;
  /** First record of each direction, after some were opened, that no key opened: what follows the handshake may be in it. */
  readonly closedFrames: [number, number] = [0, 0];
  /** A CertificateRequest after the handshake, or in a later one, and the client's answer to it. */
  laterRequestFrame = 0;
  laterCertificateFrame = 0;
  laterCertificateCount = 0;
  /** First application data of the server after that answer. */
  laterServedFrame = 0;
  readonly #finishedFrames: [number, number] = [0, 0];
  readonly #flightsWhole: [boolean, boolean] = [false, false];
  /** Offset of the octet after the record of each direction's first Finished. */
  readonly #finishedEnds: [number, number] = [0, 0];

  /** A Finished of `direction` was read; the first counts. `whole` = nothing of the direction escaped until then. */
  finished(direction: Direction, frame: number, end: number, whole: boolean): void {
    if (this.#finishedFrames[direction] > 0) return;
    this.#finishedFrames[direction] = frame;
    this.#finishedEnds[direction] = end;
    this.#flightsWhole[direction] = whole;
  }

  /** Frame of the direction's first Finished. */
  finishedFrame(direction: Direction): number {
    return this.#finishedFrames[direction];
  }

  /** What was not seen of the direction's part of the first handshake was not sent. */
  flightWhole(direction: Direction): boolean {
    return this.#flightsWhole[direction];
  }

  /** A message of `direction` that comes now belongs to no first handshake. */
  isLater(direction: Direction): boolean {
    return this.#finishedFrames[direction] > 0;
  }

  /** Whether a record was sent in knowledge of the Finished of `peer`; without an acknowledgment, by frames. */
  knowsFinished(peer: Direction, frame: number, acknowledged: number): boolean {
    if (this.#finishedFrames[peer] === 0) return false;
    return acknowledged < 0 ? frame > this.#finishedFrames[peer] : acknowledged >= this.#finishedEnds[peer];
  }
}
