import type { FlowKind } from '../model/connection-record.js';
import { type Protocol, type Recognition, recognition } from '../model/protocol.js';
import type { Arrival, Conversation, Direction } from '../model/stream.js';
import { Identification } from './identification.js';
import { deaf, type Listener, other } from './listener.js';
import type { SessionContext } from './session-context.js';
import type { Stage } from './stage.js';
import { TlsConversation } from './tls-conversation.js';
import { UpgradeWatch } from './upgrade-watch.js';

/**
 * What is said on one TCP connection. It is small, as a segment may hold a million of them: who listens changes with what
 * is found, and this keeps what the record builder asks for when the connection is over.
 */
export class StreamSession implements Conversation, Stage {
  /** Told by a protocol's content; null while unnamed. */
  protocol: Protocol | null = null;
  /** Direction of the client as the protocol tells; null while it doesn't. */
  client: Direction | null = null;
  tls: TlsConversation | null = null;
  /** Something else, named or not, went before TLS. */
  upgraded = false;
  /** A PROXY protocol header stood before everything else. */
  proxyHeader = false;
  readonly context: SessionContext;
  readonly flowId: number;
  #listener: Listener;

  /** Ports of the first packet's sender and of its peer order the guesses. */
  constructor(context: SessionContext, senderPort: number, peerPort: number, flowId: number) {
    this.context = context;
    this.flowId = flowId;
    this.#listener = new Identification(this, senderPort, peerPort);
  }

  /** What the connection carries, as far as it is known. */
  get kind(): FlowKind {
    if (this.tls !== null) return this.upgraded ? 'starttls' : 'tls';
    return this.protocol?.kind ?? 'unknown';
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#listener.data(direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number): number {
    return this.#listener.gap(direction, length);
  }

  /** Never called: datagrams have a session of their own. */
  datagram(): number {
    return 0;
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    this.#listener.closed(direction, reset, arrival);
  }

  end(): void {
    this.#listener.end();
    this.#listener = deaf;
    // Who listened last need not have been TLS: SSLv2 goes on unheard.
    this.tls?.end();
  }

  hand(listener: Listener): void {
    this.#listener = listener;
  }

  startTls(): TlsConversation {
    this.tls = new TlsConversation(this.context, this.flowId);
    this.#listener = this.tls;
    return this.tls;
  }

  named(protocol: Protocol, how: Recognition, first: Direction): void {
    this.protocol = protocol;
    if (how === recognition.firstIsClient) this.client ??= first;
    else if (how === recognition.firstIsServer) this.client ??= other(first);
    this.#listener = protocol.kind === 'opaque' ? deaf : new UpgradeWatch(this);
  }

  unnamed(): void {
    this.#listener = new UpgradeWatch(this);
  }
}
