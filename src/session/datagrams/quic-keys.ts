import { ownBytes } from '../../base/bytes.js';
import type { Direction } from '../../model/stream.js';
import { QuicOpener } from '../secrets/quic-opener.js';
import type { ConnectionSecrets, SecretStore } from '../secrets/secret-store.js';

/** RFC 9846 (Client Hello; 8446 §4.1.2): the random stands behind the version. */
const randomOffset = 2;
const randomLength = 32;

/** Keys of one QUIC connection: those that its first packet shows, and those that were given. */
export class QuicKeys {
  /** Packets of the handshake space that stayed closed though keys were given. */
  closed = 0;
  readonly #store: SecretStore;
  #secrets: ConnectionSecrets | null = null;
  /** By direction; null until the client's first Initial was opened. */
  #initials: [QuicOpener, QuicOpener] | null = null;
  #handshakes: [QuicOpener | null, QuicOpener | null] | null = null;

  constructor(store: SecretStore) {
    this.#store = store;
  }

  /** Whether secrets for this connection were given. */
  get given(): boolean {
    return this.#secrets !== null;
  }

  /** A Retry: the client's next Initial shows other keys. */
  forgetInitials(): void {
    this.#initials = null;
  }

  /**
   * The frames of the Initial packet `bytes[start, end)`, owned, or null. `destinationId` makes keys where none fit yet and the
   * sender may be the client.
   */
  openInitial(
    direction: Direction,
    mayBeClient: boolean,
    version: number,
    destinationId: Uint8Array,
    bytes: Uint8Array,
    start: number,
    numberAt: number,
    end: number,
  ): Uint8Array | null {
    const opened = this.#initials?.[direction].open(bytes, start, numberAt, end) ?? null;
    if (opened !== null || !mayBeClient) return opened;
    const fromClient = QuicOpener.initial(version, destinationId, 'client');
    const frames = fromClient.open(bytes, start, numberAt, end);
    if (frames === null) return null;
    const fromServer = QuicOpener.initial(version, destinationId, 'server');
    this.#initials = direction === 0 ? [fromClient, fromServer] : [fromServer, fromClient];
    return frames;
  }

  /** The frames of the Handshake packet `bytes[start, end)`, owned; null without fitting keys. */
  openHandshake(
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    numberAt: number,
    end: number,
  ): Uint8Array | null {
    if (this.#handshakes === null) return null;
    const frames = this.#handshakes[direction]?.open(bytes, start, numberAt, end) ?? null;
    if (frames === null) this.closed++;
    return frames;
  }

  /** The body of a ClientHello: looks for secrets. */
  clientHello(bytes: Uint8Array, start: number, end: number): void {
    const random = start + randomOffset;
    if (!this.#store.isEmpty && random + randomLength <= end) {
      this.#secrets ??= this.#store.find(ownBytes(bytes, random, random + randomLength), 0);
    }
  }

  /** A ServerHello chose `cipherSuite` (its number). */
  serverHello(version: number, cipherSuite: number, client: Direction): void {
    const [fromClient, fromServer] = (['client-handshake', 'server-handshake'] as const).map((kind) => {
      const secret = this.#secrets?.get(kind) ?? null;
      return secret === null ? null : QuicOpener.fromSecret(version, cipherSuite, secret);
    }) as [QuicOpener | null, QuicOpener | null];
    if (fromClient === null && fromServer === null) return;
    this.#handshakes = client === 0 ? [fromClient, fromServer] : [fromServer, fromClient];
  }
}
