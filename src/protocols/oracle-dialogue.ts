// Oracle's Transparent Network Substrate, as its clients send it: the service that is connected to, and the challenge-response
// login (O5LOGON) by the names of its fields. Nothing of it is specified in public: only what is certain is told.
import { u16, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';

/** Begins to follow a connection of Oracle. */
export function followOracle(sink: ContentSink): Follower {
  return new MessageFollower(sink, new OracleDialogue(sink));
}

const headerLength = 8;
const largestPacket = 0x200000;
const packet = { connect: 1, accept: 2, refuse: 4, redirect: 5, data: 6 } as const;
const serviceName = pattern('SERVICE_NAME=');
const authPassword = pattern('AUTH_PASSWORD');
const authVersion = pattern('AUTH_VERSION');
const oracleError = pattern('ORA-');

class OracleDialogue implements Dialogue {
  readonly bound = 2_048;
  readonly ended = null;
  readonly #sink: ContentSink;
  readonly #logins: Logins;
  #connect = -1;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#logins = new Logins(sink, null);
  }

  /** `length(16) checksum(16) type(8) …`; from version 315 on `length(32) type(8) …`, whose upper half is zero in all but giants. */
  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.more;
    const length = u16(bytes, start) || u32(bytes, start);
    return length >= headerLength && length <= largestPacket ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.octet(4);
    message.seek(headerLength);
    if (from === 'client') this.#fromClient(type, message, arrival);
    else this.#fromServer(type, message, arrival);
  }

  #fromClient(type: number, message: Message, arrival: Arrival): void {
    if (type === packet.connect) {
      const at = message.search(serviceName);
      let service: string | null = null;
      if (at >= 0) {
        message.at = at + serviceName.length;
        service = message.until(0x29);
      }
      this.#connect = this.#sink.request('client', arrival, 'CONNECT', service);
    } else if (type === packet.data && message.search(authPassword) >= 0)
      this.#logins.begin(arrival, 'challenge-response', 'O5LOGON');
  }

  #fromServer(type: number, message: Message, arrival: Arrival): void {
    if (type === packet.accept) this.#sink.answered(this.#connect, arrival, 'ACCEPT');
    else if (type === packet.refuse) this.#sink.answered(this.#connect, arrival, 'REFUSE');
    else if (type === packet.redirect) this.#sink.answered(this.#connect, arrival, 'REDIRECT');
    else if (type === packet.data && this.#logins.pending) {
      if (message.search(authVersion) >= 0) this.#logins.end(arrival, true);
      else if (message.search(oracleError) >= 0) this.#logins.end(arrival, false);
    }
  }
}
