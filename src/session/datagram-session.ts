import type { FlowKind } from '../model/connection-record.js';
import { Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Conversation, type Direction, skipAll } from '../model/stream.js';
import { identify } from '../protocols/identify.js';
import { identifyDatagram } from './datagram-tls.js';
import { maxDatagramLooks } from './limits.js';
import { other } from './listener.js';

const opening = new Opening();
const nothing = new Opening();
opening.final = true;
nothing.final = true;

/** What is said in one UDP exchange: it is named by one of its first datagrams. */
export class DatagramSession implements Conversation {
  protocol: Protocol | null = null;
  client: Direction | null = null;
  /** TLS inside datagrams. */
  datagramTls: 'quic' | 'dtls' | null = null;
  readonly #senderPort: number;
  readonly #peerPort: number;
  #looks = 0;

  constructor(senderPort: number, peerPort: number) {
    this.#senderPort = senderPort;
    this.#peerPort = peerPort;
  }

  get kind(): FlowKind {
    return this.datagramTls === null ? (this.protocol?.kind ?? 'unknown') : 'tls';
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number): number {
    const tls = identifyDatagram(bytes, start, end);
    if (tls !== null) {
      this.datagramTls = tls.name;
      if (tls.fromClient !== null) this.client = tls.fromClient ? direction : other(direction);
      return skipAll;
    }
    opening.bytes = bytes;
    opening.start = start;
    opening.end = end;
    const found = identify(opening, nothing, this.#senderPort, this.#peerPort, 'udp');
    if (found.protocol === null) return ++this.#looks >= maxDatagramLooks ? skipAll : 0;
    this.protocol = found.protocol;
    if (found.recognition === recognition.firstIsClient) this.client = direction;
    else if (found.recognition === recognition.firstIsServer) this.client = other(direction);
    return skipAll;
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
