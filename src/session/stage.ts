import type { Protocol, Recognition } from '../model/protocol.js';
import type { Arrival, Direction } from '../model/stream.js';
import type { ContentNotes } from './content/content-notes.js';
import type { Listener } from './listener.js';
import type { SessionContext } from './shared/session-context.js';
import type { TlsConversation } from './tls/tls-conversation.js';

/** A TCP connection's session as its listeners see it: where they note what they found, and hand the connection on. */
export interface Stage {
  readonly context: SessionContext;
  readonly protocol: Protocol | null;
  client: Direction | null;
  upgraded: boolean;
  /** What content gave away so far; null while none was read. */
  readonly notes: ContentNotes | null;
  /** The same, made where it is not there yet; `client` is who is taken for the client where nothing tells. */
  takeNotes(client: Direction): ContentNotes;
  /** From here on `listener` hears the connection. */
  hand(listener: Listener): void;
  /** TLS begins (or the capture enters it) here. */
  startTls(): TlsConversation;
  /**
   * A protocol was recognised; `first` is the direction that its recogniser took for the first, `likelyClient` who is client
   * by the ports.
   */
  named(protocol: Protocol, how: Recognition, first: Direction, likelyClient: Direction): void;
  /** No protocol was recognised; TLS may still begin later. */
  unnamed(likelyClient: Direction): void;
  /** Bytes for whoever listens now. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  /** As for whoever listens now; see `Conversation`. */
  gap(direction: Direction, length: number): number;
  closed(direction: Direction, reset: boolean, arrival: Arrival): void;
  /** Bytes that come now were kept: they were looked at before, and are no TLS unless TLS has begun. */
  readonly telling: boolean;
  /** `data` for bytes that were kept: what the listener does not want of those after them is stepped over when they come. */
  tell(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): void;
}
