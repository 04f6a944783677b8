import type { ServerKeyExchangeRecord } from '../model/connection-record.js';
import type { Direction } from '../model/stream.js';
import type { StoredCertificate } from '../pki/certificate-store.js';
import type { ClientHelloValue } from '../wire/tls/client-hello.js';
import type { ServerHelloValue } from '../wire/tls/server-hello.js';
import type { RequestContent } from './session-context.js';

/** An alert as it was seen; `code` is null while it is encrypted. */
export interface ObservedAlert {
  direction: Direction;
  frame: number;
  level: number | null;
  code: number | null;
}

/** A handshake message as it was seen; `type` is its name. */
export interface ObservedMessage {
  direction: Direction;
  frame: number;
  type: string;
  length: number;
}

/** What one direction of a TLS connection has shown. Frames are 0 until seen. */
export class ObservedDirection {
  certificates: StoredCertificate[] | null = null;
  certificateFrame = 0;
  certificateVerifyFrame = 0;
  changeCipherSpecFrame = 0;
  /** First protected application data after the handshake (for TLS 1.3: first protected record). */
  applicationFrame = 0;
  finFrame = 0;
  rstFrame = 0;
  records = 0;
  /** Why messages of this direction may have escaped; null while all of its handshake was read. */
  hiddenBecause: string | null = null;
}

/** Everything that a TLS connection has shown so far, by direction; who is client is told last. */
export class TlsObservations {
  /** Told by the messages themselves; null while none told. */
  client: Direction | null = null;
  readonly directions: readonly [ObservedDirection, ObservedDirection] = [
    new ObservedDirection(),
    new ObservedDirection(),
  ];
  clientHello: ClientHelloValue | null = null;
  clientHelloFrame = 0;
  serverHello: ServerHelloValue | null = null;
  serverHelloFrame = 0;
  helloRetryRequestFrame = 0;
  request: RequestContent | null = null;
  requestFrame = 0;
  serverHelloDoneFrame = 0;
  /** Frame of an SSLv2 SERVER-HELLO. */
  sslv2ServerFrame = 0;
  /** Nothing of the server's direction was lost up to ServerHelloDone: what was not seen was not sent. */
  serverFlightWhole = false;
  clientKeyExchangeFrame = 0;
  /** Likewise for the client's direction up to its ChangeCipherSpec. */
  clientFlightWhole = false;
  serverKeyExchange: ServerKeyExchangeRecord | null = null;
  ocspStaple: { frame: number; length: number } | null = null;
  resumed: boolean | null = null;
  resumedFrom: number | null = null;
  /** Frame that settled `resumed`. */
  resumedFrame = 0;
  readonly tickets: { direction: Direction; frame: number; lifetimeSeconds: number; length: number }[] = [];
  readonly renegotiationFrames: number[] = [];
  readonly alerts: ObservedAlert[] = [];
  readonly messages: ObservedMessage[] = [];
  /** Null until something is odd. */
  anomalies: Set<string> | null = null;

  /** Notes an oddity, once. */
  odd(what: string): void {
    this.anomalies ??= new Set();
    this.anomalies.add(what);
  }

  /** The negotiated version's number, or null. */
  get version(): number | null {
    return this.serverHello === null ? null : this.serverHello.version;
  }
}
