// What changed between two states of a network. Field names are part of the contract of `analyze diff --format json`.
import type { Severity } from './finding.js';
import type { HopState } from './hop.js';

/** How something changed. */
export type ChangeKind = 'new' | 'worse' | 'better' | 'gone';

/** A hop that changed. */
export interface HopChange {
  change: ChangeKind;
  hop: string;
  /** Null on the side where it is not. */
  before: HopState | null;
  after: HopState | null;
  /** What it weighs; null where nothing got worse. */
  severity: Severity | null;
  /** Why it is what it is now; of one that is gone, why it was. */
  why: string;
}

/** A finding that changed: it is there, it is gone, or it weighs more or less. */
export interface FindingChange {
  change: ChangeKind;
  kind: string;
  title: string;
  hop: string | null;
  client: string | null;
  server: string | null;
  certificate: string | null;
  before: Severity | null;
  after: Severity | null;
}

/** The difference between two snapshots; within each list what is worse comes first. */
export interface Difference {
  hops: HopChange[];
  findings: FindingChange[];
  /** Hops and findings that are the same. */
  same: { hops: number; findings: number };
}
