// What the live page is told: the contract between the server of `analyze live --web` and the scripts of its page. Each message
// of the stream is one `LiveNews` as JSON; applied one after the other they make the state that the page draws.
import type { Severity } from '../../model/finding.js';
import type { Hop, HopState } from '../../model/hop.js';
import type { LiveStatus } from '../../model/live.js';

/** Hops that the live page holds: what a browser lists without effort, and 25 MB of ours. */
export const maxLiveHops = 50_000;

/** Findings that are held for a page that is opened later; the stream of a busy day is in the log. */
export const maxLiveFindings = 500;

/** Likewise, changes of hops and notices. */
export const maxLiveEvents = 200;

/** A hop as the live page knows it; lists are cut, and text is harmless. */
export interface LiveHop extends Omit<Hop, 'flows' | 'flowCount' | 'firstFrame' | 'startTime' | 'endTime' | 'kind'> {
  /** When its state was told, RFC 3339; null where no packet had come. */
  since: string | null;
}

/** A finding as it was told. */
export interface LiveFinding {
  /** Rises with everything that is told. */
  number: number;
  time: string | null;
  why: 'new' | 'raised' | 'repeated';
  severity: Severity;
  certainty: string;
  kind: string;
  title: string;
  detail: string;
  remediation: string;
  hop: string | null;
  client: string | null;
  server: string | null;
  wiresharkFilter: string;
}

/** A hop that changed its state, or a notice about the sniffing itself. */
export type LiveHappening =
  | { number: number; time: string | null; hop: string; before: HopState; after: HopState; why: string }
  | { number: number; time: string | null; text: string };

/** Counts, and the answer as far as it is known. */
export interface LiveState extends LiveStatus {
  toolVersion: string;
  /** Of the connections that ended, in one sentence; null before the first look. */
  sentence: string | null;
  grade: 'A' | 'B' | 'C' | 'D' | 'F' | null;
  score: number | null;
  /** Hops that did not fit into the page. */
  hopsLeftOut: number;
}

/** One message. */
export interface LiveNews {
  /** What was told before is void: the page begins anew. */
  anew: boolean;
  /** More follows at once: the page needs not draw yet. */
  more: boolean;
  /** The analyzer has ended; nothing follows. */
  ended: boolean;
  state: LiveState | null;
  /** Hops that are new or changed. */
  hops: LiveHop[];
  /** Oldest first. */
  findings: LiveFinding[];
  happenings: LiveHappening[];
}
