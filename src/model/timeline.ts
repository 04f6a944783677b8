import type { Certainty } from './connection-record.js';
import type { HopState } from './hop.js';

/** State of one connection, in the words for hops: enforcement shows only over all of them. */
export type ConnectionState = Exclude<HopState, 'enforced'>;

/** A connection that marks a point in time. */
export interface TimelineMark {
  /** RFC 3339: its first packet. */
  time: string;
  flow: number;
  capture: number;
  /** The frame that shows its state best. */
  frame: number;
}

/** Connections of a hop, one after the other, in one state. */
export interface TimelineInterval {
  state: ConnectionState;
  /** Of the least sure of them; 'none' where nothing can be told. */
  certainty: Certainty | 'none';
  connections: number;
  first: TimelineMark;
  last: TimelineMark;
  /** RFC 3339: the last packet of any of them. */
  until: string;
  /** Identities of the client certificates: SPIFFE ID, else SAN, else subject; the first ones. */
  identities: string[];
}

/** One hop over time. */
export interface HopTimeline {
  /** '10.0.0.5->10.0.0.9:8443' */
  hop: string;
  client: { ip: string; name: string | null };
  server: { ip: string; port: number; name: string | null };
  /** In the order of time; never two of one state in a row. */
  intervals: TimelineInterval[];
}

/** Where mutual TLS ended on a service, and did not come back. */
export interface MutualTlsStop {
  server: { ip: string; port: number; name: string | null };
  /** The first connection without it. */
  stop: TimelineMark & { client: string; state: ConnectionState };
  /** The last connection with it. */
  last: TimelineMark & { client: string; identity: string | null };
  /** Of the less sure of the two. */
  certainty: Certainty | 'none';
}

/** What connections show over time. */
export interface Timeline {
  hops: HopTimeline[];
  stops: MutualTlsStop[];
  /**
   * Captures whose clock differs from that of another capture of the run, by so many seconds: connections are put in order as if it
   * did not. Times are those of each capture, as other programs show them.
   */
  clocks: { capture: number; aheadSeconds: number }[];
  /** Connections that are in it, and those that were too many to be kept. */
  connections: number;
  leftOut: number;
}
