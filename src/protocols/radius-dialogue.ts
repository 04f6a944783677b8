// RADIUS (RFC 2865 §5, RFC 3579): how users are let in. Passwords are hidden by a digest of the shared secret, which guards
// them no better than it is long.
import type { LoginRecord } from '../model/content.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Message } from './message.js';
import { DatagramFollower, type Dialogue, measured } from './messages.js';

/** Begins to follow an exchange of RADIUS. */
export function followRadius(sink: ContentSink): Follower {
  return new DatagramFollower(sink, new RadiusDialogue(sink));
}

const headerLength = 20;
const code = { accept: 2, reject: 3 } as const;
const names: Readonly<Record<number, string>> = {
  1: 'Access-Request',
  2: 'Access-Accept',
  3: 'Access-Reject',
  4: 'Accounting-Request',
  5: 'Accounting-Response',
  11: 'Access-Challenge',
  12: 'Status-Server',
  40: 'Disconnect-Request',
  43: 'CoA-Request',
};
const attribute = { password: 2, chap: 3, eap: 79 } as const;
const accessRequest = 1;
/** Requests without an answer that are remembered: identifiers have eight bits. */
const mostWaiting = 32;

class RadiusDialogue implements Dialogue {
  readonly bound = 4_096;
  readonly ended = null;
  readonly #sink: ContentSink;
  /** Numbers of requests and logins by identifier. */
  readonly #waiting: Map<number, { request: number; login: number }> = new Map();

  constructor(sink: ContentSink) {
    this.#sink = sink;
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < headerLength) return measured.broken;
    return Math.max(bytes[start + 2]! * 0x100 + bytes[start + 3]!, headerLength);
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.u8();
    const id = message.u8();
    const name = names[type];
    if (name === undefined) return;
    if (from === 'client') {
      // A request that is sent again is the same.
      if (this.#waiting.has(id)) return;
      const request = this.#sink.request('client', arrival, name, null);
      const login = type === accessRequest ? this.#login(message, arrival) : -1;
      if (this.#waiting.size < mostWaiting) this.#waiting.set(id, { request, login });
      return;
    }
    const asked = this.#waiting.get(id);
    if (asked === undefined) return;
    this.#waiting.delete(id);
    this.#sink.answered(asked.request, arrival, name);
    if (asked.login >= 0 && (type === code.accept || type === code.reject))
      this.#sink.loginEnded(asked.login, arrival, type === code.accept);
  }

  /** `{type(8) length(8) value}…`; -1 where none is a login. */
  #login(message: Message, arrival: Arrival): number {
    message.seek(headerLength);
    while (message.left >= 2) {
      const type = message.u8();
      const length = message.u8();
      let login: [LoginRecord['kind'], string] | null = null;
      if (type === attribute.password) login = ['other', 'RADIUS User-Password'];
      else if (type === attribute.chap) login = ['challenge-response', 'CHAP'];
      else if (type === attribute.eap) login = ['other', 'EAP'];
      if (login !== null) return this.#sink.login('client', arrival, login[0], login[1]);
      message.skip(length - 2);
    }
    return -1;
  }
}
