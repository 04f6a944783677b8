import type { LoginRecord } from '../model/content.js';
import type { ContentSink } from '../model/content-sink.js';
import type { Arrival } from '../model/stream.js';
import type { Commands } from './commands.js';
import { kindOfMechanism, SaslExchange } from './sasl.js';

/** The login that a connection is in, or has behind it. One at a time: a new one takes the place of one without an end. */
export class Logins {
  readonly #sink: ContentSink;
  readonly #commands: Commands | null;
  #pending = noLogin;
  #sasl: SaslExchange | null = null;
  #accepted = false;

  /** `commands` are told who is logged in. */
  constructor(sink: ContentSink, commands: Commands | null) {
    this.#sink = sink;
    this.#commands = commands;
  }

  /** A login waits for its end. */
  get pending(): boolean {
    return this.#pending !== noLogin || this.#sasl !== null;
  }

  /** A login of any kind has ended well. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** The client begins to log in; `kind` 'none' = without any proof of who it is. */
  begin(arrival: Arrival, kind: LoginRecord['kind'], mechanism: string): void {
    this.#sasl = null;
    this.#pending = this.#sink.login('client', arrival, kind, mechanism);
    this.#proves(kind);
  }

  /** The client begins to log in by a SASL mechanism; `protocol` begins the names of its credentials. */
  beginSasl(arrival: Arrival, protocol: string, mechanism: string): void {
    this.#pending = noLogin;
    this.#sasl = new SaslExchange(this.#sink, arrival, protocol, mechanism);
    this.#proves(kindOfMechanism(mechanism.toUpperCase()));
  }

  /** A response of the client's SASL mechanism, lent; `cut` = its end is missing. */
  response(bytes: Uint8Array, start: number, end: number, arrival: Arrival, cut: boolean): void {
    this.#sasl?.decoded(bytes, start, end, arrival, cut);
  }

  /** The server's verdict on the login in hand. */
  end(arrival: Arrival, accepted: boolean): void {
    if (!this.pending) return;
    if (this.#sasl !== null) this.#sasl.ended(arrival, accepted);
    else this.#sink.loginEnded(this.#pending, arrival, accepted);
    this.#pending = noLogin;
    this.#sasl = null;
    if (accepted) this.#accepted = true;
    else if (this.#commands !== null && !this.#accepted) this.#commands.login = false;
  }

  #proves(kind: LoginRecord['kind']): void {
    if (this.#commands !== null && kind !== 'none') this.#commands.login = true;
  }
}

const noLogin = -2;
