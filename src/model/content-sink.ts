import type {
  CredentialRecord,
  ForwardingRecord,
  IdentityRecord,
  LoginRecord,
  MaterialRecord,
  ProxyHeaderRecord,
  UpgradeRecord,
} from './content.js';
import type { Endpoint, Side } from './side.js';
import type { Arrival } from './stream.js';

/** Octets that are lent for the call. */
export interface LentOctets {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/**
 * Receives what a follower finds. Everything is bounded behind it, repeated sights are dropped, secrets are digested at once
 * and never kept: whoever finds one hands over its octets, lent for the call.
 */
export interface ContentSink {
  /** A request or command; `target` as in `RequestRecord`. Returns a number for `answered`. */
  request(from: Side, arrival: Arrival, method: string, target: string | null): number;
  /** The answer to a request, by the number that it got. */
  answered(request: number, arrival: Arrival, status: string | null): void;
  /** A secret in clear. `secret` null = its octets are not at hand. */
  credential(
    from: Side,
    arrival: Arrival,
    kind: CredentialRecord['kind'],
    mechanism: string,
    where: string | null,
    secret: LentOctets | null,
  ): void;
  /** A login begins or was told. Returns a number for `loginEnded`. */
  login(from: Side, arrival: Arrival, kind: LoginRecord['kind'], mechanism: string): number;
  loginEnded(login: number, arrival: Arrival, accepted: boolean): void;
  /** A command was served though nobody had logged in; see `ServedRecord`. */
  served(from: Side, commandFrame: number, arrival: Arrival, command: string, meaningful: boolean): void;
  material(record: MaterialRecord): void;
  identity(record: IdentityRecord): void;
  /** An address that a request is forwarded for. */
  forwardedFor(from: Side, arrival: Arrival, name: string, client: ForwardingRecord['client']): void;
  /** A mark that other hops may carry too (a request id, a trace), by its octets. */
  mark(from: Side, arrival: Arrival, name: string, value: LentOctets): void;
  greeting(text: string): void;
  /** The last word on a change to TLS replaces the ones before. */
  upgrade(record: UpgradeRecord): void;
  proxyHeader(record: ProxyHeaderRecord): void;
  /**
   * The control channel announces a data connection of its own: what begins at this endpoint belongs to it. An empty `ip`
   * means that only the port was said.
   */
  expect(endpoint: Endpoint, protocol: string): void;
  /**
   * A tunnel begins: returns who follows what crosses in it from here on, both sides of it. `port` is that of its far end and
   * orders the guesses; 0 = not known.
   */
  tunnel(port: number): Follower;
  /** Inspection of a direction ends early. What is lent to a follower is counted by who lends it. */
  inspectionEnds(from: Side, because: string): void;
}

/** Follows one connection of its protocol after it was recognised. Bytes come in order, each once. */
export interface Follower {
  /** As `Conversation.data`, by side: returns how many octets after these need not be lent (0, or `skipAll`). */
  data(from: Side, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number;
  /** Octets are missing before the next. Returns like `data`. */
  gap(from: Side, length: number): number;
  /** TLS begins: nothing more comes. */
  upgraded?(arrival: Arrival): void;
  /** The connection is over: budgets are given back. */
  end?(): void;
}
