import { u24 } from '../../base/bytes.js';
import type { Direction } from '../../model/stream.js';
import type { StoredCertificate } from '../../pki/certificate-store.js';
import { tlsHandshakeTypes } from '../../registry/tls-handshake-types.js';
import { handshakeHeaderLength } from '../../wire/tls/record.js';
import { type MessageRing, noMessage, type RingPosition } from './message-ring.js';

/** Octets before the random in both hellos: header and version (RFC 5246 §7.4.1). */
const randomAt = handshakeHeaderLength + 2;
/** Octets of a random. */
export const randomOctets = 32;

/** Messages of one handshake; with a retry and every optional one there are fifteen. */
const maxMessages = 32;

/**
 * Which messages a handshake consists of, by direction: positions in the ring, but for a Certificate before TLS 1.3, which is
 * told from its certificates. Across directions the order is that of the protocol, as captures mix it up.
 */
export class HandshakeTranscript {
  readonly #hello: RingPosition;
  readonly #messages: [number[], number[]] = [[], []];
  /** Something of the handshake was not kept. */
  broken = false;
  /** The server's first message is a HelloRetryRequest, and a second ClientHello answers it. */
  retried = false;
  /** Direction whose flight is there to its end, the server's. Its segments may come late, and its loss be told later still. */
  #whole: Direction | null = null;

  constructor(hello: RingPosition) {
    this.#hello = hello;
    this.broken = hello === noMessage;
  }

  /** The message in the lent `bytes[start, end)`, header included, was sent in `direction`. */
  add(ring: MessageRing, direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    // A ticket answers what the client signs, though a capture may show it before that.
    if (direction === this.#whole) return;
    const messages = this.#messages[direction];
    if (this.broken || messages.length === maxMessages) this.broken = true;
    else this.#push(messages, ring.put(bytes, start, end));
  }

  /** A Certificate of `length` octets was sent in `direction`; its certificates tell it. */
  addCertificate(direction: Direction, length: number): void {
    // Lengths below zero can't be positions.
    this.#messages[direction].push(-1 - length);
  }

  /** The server's flight ends with the message before, sent in `direction`. */
  flightEnds(direction: Direction): void {
    this.#whole = direction;
  }

  /** The client's random and the server's, of 32 octets each, one behind the other; null where a hello is gone. */
  randoms(ring: MessageRing, server: Direction): Uint8Array | null {
    const ofClient = randomOf(ring.get(this.#hello));
    const ofServer = randomOf(ring.get(this.#messages[server][0] ?? noMessage));
    if (ofClient === null || ofServer === null) return null;
    const randoms = new Uint8Array(2 * randomOctets);
    randoms.set(ofClient);
    randoms.set(ofServer, randomOctets);
    return randoms;
  }

  /**
   * All of it in the order of the protocol, the client's hello first; null where a part is gone. `client` sent that; what it
   * said after the server's flight is only wanted for a signature of its own.
   */
  octets(
    ring: MessageRing,
    client: Direction,
    ofBoth: boolean,
    certificatesOf: (direction: Direction) => readonly StoredCertificate[] | null,
  ): Uint8Array[] | null {
    if (this.broken || (ofBoth && this.#whole === null)) return null;
    const parts: (Uint8Array | null)[] = [ring.get(this.#hello)];
    const server: Direction = client === 0 ? 1 : 0;
    const ofServer = this.#messages[server];
    const ofClient = this.#messages[client];
    const part = (direction: Direction, entry: number): Uint8Array | null =>
      entry < 0 ? certificateMessage(certificatesOf(direction), -1 - entry) : ring.get(entry);
    if (this.retried) parts.push(part(server, ofServer[0] ?? 0), part(client, ofClient[0] ?? 0));
    const from = this.retried ? 1 : 0;
    for (let at = from; at < ofServer.length; at++) parts.push(part(server, ofServer[at]!));
    if (ofBoth) for (let at = from; at < ofClient.length; at++) parts.push(part(client, ofClient[at]!));
    return parts.includes(null) ? null : (parts as Uint8Array[]);
  }

  #push(messages: number[], position: RingPosition): void {
    if (position === noMessage) this.broken = true;
    else messages.push(position);
  }
}

function randomOf(hello: Uint8Array | null): Uint8Array | null {
  if (hello === null || hello.length < randomAt + randomOctets) return null;
  return hello.subarray(randomAt, randomAt + randomOctets);
}

/** Whether the octets before `start` are the header of the message in `bytes[start, end)`, as TLS writes it (DTLS does not). */
export function hasTlsHeader(bytes: Uint8Array, type: number, start: number, end: number): boolean {
  const at = start - handshakeHeaderLength;
  return at >= 0 && bytes[at] === type && u24(bytes, at + 1) === end - start;
}

/** RFC 5246 §7.4.2: the Certificate message of a chain, whose length must come out at `length`; null where it does not. */
function certificateMessage(certificates: readonly StoredCertificate[] | null, length: number): Uint8Array | null {
  if (certificates === null) return null;
  const message = new Uint8Array(length);
  let at = handshakeHeaderLength + 3;
  for (const { der } of certificates) {
    if (der === null || at + 3 + der.length > length) return null;
    writeU24(message, at, der.length);
    message.set(der, at + 3);
    at += 3 + der.length;
  }
  if (at !== length) return null;
  message[0] = tlsHandshakeTypes.certificate;
  writeU24(message, 1, length - handshakeHeaderLength);
  writeU24(message, handshakeHeaderLength, length - handshakeHeaderLength - 3);
  return message;
}

function writeU24(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 16;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value;
}
