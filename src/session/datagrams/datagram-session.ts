import type { FlowKind } from '../../model/connection-record.js';
import { Opening, type Protocol, recognition } from '../../model/protocol.js';
import { type Arrival, type Conversation, type Direction, skipAll } from '../../model/stream.js';
import { identify } from '../../protocols/identify.js';
import { ContentNotes } from '../content/content-notes.js';
import { ContentReader, follow } from '../content/content-reader.js';
import { maxDatagramLooks } from '../limits.js';
import { other } from '../listener.js';
import type { SessionContext } from '../shared/session-context.js';
import { identifyDatagram } from './datagram-tls.js';
import { DtlsConversation } from './dtls-conversation.js';
import { QuicConversation } from './quic-conversation.js';

const opening = new Opening();
const nothing = new Opening();
opening.final = true;
nothing.final = true;

/** What is said in one UDP exchange: it is named by one of its first datagrams. */
export class DatagramSession implements Conversation {
  protocol: Protocol | null = null;
  client: Direction | null = null;
  /** TLS inside datagrams, and who reads it. */
  datagramTls: 'quic' | 'dtls' | null = null;
  tls: QuicConversation | DtlsConversation | null = null;
  /** What content gave away; null while none was read. */
  notes: ContentNotes | null = null;
  #reader: ContentReader | null = null;
  readonly #context: SessionContext;
  readonly #senderPort: number;
  readonly #peerPort: number;
  readonly #flowId: number;
  #looks = 0;

  constructor(context: SessionContext, senderPort: number, peerPort: number, flowId: number) {
    this.#context = context;
    this.#senderPort = senderPort;
    this.#peerPort = peerPort;
    this.#flowId = flowId;
  }

  get kind(): FlowKind {
    return this.datagramTls === null ? (this.protocol?.kind ?? 'unknown') : 'tls';
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    if (this.tls !== null) return this.tls.datagram(direction, bytes, start, end, arrival);
    if (this.#reader !== null) return this.#reader.data(direction, bytes, start, end, arrival);
    if (this.protocol !== null) return this.#tellNames(this.protocol, bytes, start, end);
    const tls = identifyDatagram(bytes, start, end);
    if (tls !== null) {
      this.datagramTls = tls.name;
      if (tls.fromClient !== null) this.client = tls.fromClient ? direction : other(direction);
      const Reader = tls.name === 'quic' ? QuicConversation : DtlsConversation;
      this.tls = new Reader(this.#context, this.#flowId);
      return this.tls.datagram(direction, bytes, start, end, arrival);
    }
    opening.bytes = bytes;
    opening.start = start;
    opening.end = end;
    const found = identify(opening, nothing, this.#senderPort, this.#peerPort, 'udp');
    if (found.protocol === null) return ++this.#looks >= maxDatagramLooks ? skipAll : 0;
    this.protocol = found.protocol;
    if (found.recognition === recognition.firstIsClient) this.client = direction;
    else if (found.recognition === recognition.firstIsServer) this.client = other(direction);
    return found.protocol.transport === 'udp'
      ? this.#read(found.protocol, direction, bytes, start, end, arrival)
      : skipAll;
  }

  /** Begins to read a protocol of datagrams that has a follower. */
  #read(
    protocol: Protocol,
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    if (protocol.follow === undefined) return this.#tellNames(protocol, bytes, start, end);
    this.notes = new ContentNotes(this.client ?? direction, this.#context.announced, false);
    this.#reader = new ContentReader(this.notes, follow(protocol, this.notes));
    return this.#reader.data(direction, bytes, start, end, arrival);
  }

  /** Hands over the names in a datagram of a protocol that tells some. */
  #tellNames(protocol: Protocol, bytes: Uint8Array, start: number, end: number): number {
    if (protocol.tellNames === undefined) return skipAll;
    protocol.tellNames(bytes, start, end, this.#context.nameTold);
    return 0;
  }

  /** The exchange is over. */
  end(): void {
    this.tls?.end();
    this.#reader?.end();
  }

  /** Never called: streams have a session of their own. */
  data(): number {
    return skipAll;
  }

  gap(): number {
    return skipAll;
  }

  closed(): void {}
}
