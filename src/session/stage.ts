import type { Protocol, Recognition } from '../model/protocol.js';
import type { Arrival, Direction } from '../model/stream.js';
import type { Listener } from './listener.js';
import type { SessionContext } from './session-context.js';
import type { TlsConversation } from './tls-conversation.js';

/** A TCP connection's session as its listeners see it: where they note what they found, and hand the connection on. */
export interface Stage {
  readonly context: SessionContext;
  readonly protocol: Protocol | null;
  client: Direction | null;
  upgraded: boolean;
  proxyHeader: boolean;
  /** From here on `listener` hears the connection. */
  hand(listener: Listener): void;
  /** TLS begins (or the capture enters it) here. */
  startTls(): TlsConversation;
  /** A protocol was recognised; `first` is the direction that its recogniser took for the first. */
  named(protocol: Protocol, how: Recognition, first: Direction): void;
  /** No protocol was recognised; TLS may still begin later. */
  unnamed(): void;
  /** Bytes for whoever listens now. */
  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
}
