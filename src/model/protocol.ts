// The one interface of cleartext (and opaque) protocols: each is one file under src/protocols/.

import type { ContentSink, Follower } from './content-sink.js';

/** The first bytes of one direction, lent. Empty until that direction has spoken. */
export class Opening {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** The direction is over, or its budget is spent: no more bytes will come. */
  final = false;

  get length(): number {
    return this.end - this.start;
  }
}

/** What a recogniser says of the two openings. Numeric: it is asked several times for a connection. */
export const recognition = {
  /** Not this protocol. */
  no: 0,
  /** It may be: ask again when more bytes are there. */
  more: 1,
  /** It is, and the first opening is the client's. */
  firstIsClient: 2,
  /** It is, and the first opening is the server's. */
  firstIsServer: 3,
  /** It is, but these bytes don't tell who is who. */
  rolesUnknown: 4,
} as const;

/** One of the values of `recognition`. */
export type Recognition = (typeof recognition)[keyof typeof recognition];

/** How a protocol is recognised and named. */
export interface Protocol {
  /** The report's name: 'http', 'postgresql'. */
  name: string;
  kind: 'cleartext' | 'opaque';
  transport: 'tcp' | 'udp' | 'both';
  /** Ports where it usually lives. They order the guesses and decide nothing. */
  ports: readonly number[];
  /**
   * Judges the openings; `first` is the direction that spoke first and is never empty, `second` may be. Must be certain by
   * content: a `no` costs nothing, a wrong yes names a flow wrongly. Never reads outside an opening's range.
   *
   * `onUsualPort` says that one of the ports is among `ports`; a recogniser may accept thinner evidence there.
   */
  recognise(first: Opening, second: Opening, onUsualPort: boolean): Recognition;
  /**
   * Begins to follow a connection: what it gives away goes to `sink`. It gets the bytes of both sides from the first on.
   * Absent where a protocol is only named.
   */
  follow?(sink: ContentSink): Follower;
  /** Tells the names of addresses that one datagram of the protocol gives away. Instead of `follow`. */
  tellNames?(bytes: Uint8Array, start: number, end: number, told: (ip: string, name: string) => void): void;
}
