// What live sniffing tells while it runs. Field names are part of the report's contract: `--format ndjson` prints them.
import type { Finding } from './finding.js';
import type { Hop, HopState } from './hop.js';

/** A finding was made: for the first time, with a higher severity than before, or again. */
export interface FindingEvent {
  event: 'finding';
  /** RFC 3339 time of the last packet that was seen before; null without one. */
  time: string | null;
  why: 'new' | 'raised' | 'repeated';
  finding: Finding;
}

/** A hop was seen for the first time, or its state changed. */
export interface HopEvent {
  event: 'hop';
  time: string | null;
  /** What it was taken for before; null = it is new. */
  before: HopState | null;
  hop: Hop;
}

/** Something happened to the sniffing itself: an interface went, came back, packets were lost. */
export interface NoticeEvent {
  event: 'notice';
  time: string | null;
  text: string;
}

/** One thing that happened. */
export type LiveEvent = FindingEvent | HopEvent | NoticeEvent;

/** Counts of a run of live sniffing so far. */
export interface LiveStatus {
  /** Since the start, by the wall clock. */
  seconds: number;
  packets: number;
  /** Captured octets. */
  bytes: number;
  /** Over the last seconds. */
  packetsPerSecond: number;
  /** Lost before they came here, as kernel and interfaces say; null = nobody said. */
  dropped: number | null;
  /** Connections followed at the moment, and ended ones by kind. */
  openFlows: number;
  flows: {
    total: number;
    tls: number;
    cleartext: number;
    starttls: number;
    opaque: number;
    unknown: number;
    empty: number;
  };
  hops: Partial<Record<HopState, number>>;
  findings: { critical: number; high: number; medium: number; low: number; info: number };
  /** Resident octets of this process. */
  memory: number;
  /** Seconds that the last packet lay behind the wall clock when it was read; null without packets. */
  lagSeconds: number | null;
  /** How often each bound bit, by the name that it has in the report's summary. */
  limits: Record<string, number>;
  /** Interfaces by name, and whether they are being sniffed. */
  interfaces: { name: string; sniffing: boolean }[];
  /** Packets kept by `--write`, and those that could not be. */
  written: { packets: number; lost: number } | null;
}
