// What the report says of intent: the lines of a policy file, and the requirements of profiles. Field names are part of the
// report's contract.
import type { Certainty } from './connection-record.js';
import type { Severity } from './finding.js';

/** PASS = seen to hold; FAIL = seen broken; UNSEEN = no traffic shows it, or what there is can't tell. */
export type PolicyVerdict = 'PASS' | 'FAIL' | 'UNSEEN';

/** One requirement of a policy file, judged on the captures. */
export interface PolicyLine {
  /** Line of the policy file, 1-based. */
  line: number;
  segment: string;
  /** 'mutual', 'min-version TLSv1.2', 'pins', …: the requirement as it is written, in short. */
  requires: string;
  verdict: PolicyVerdict;
  /** One or two sentences with the counts behind the verdict. */
  why: string;
  /** Ids of the hops that decide it, the first 20: those that fail, else those that can't tell, else those that hold. */
  hops: string[];
  /** Likewise, connections and frames. */
  flows: number[];
  frames: number[];
  /** Index of the capture that the frames are of; null without frames. */
  capture: number | null;
  /** Of a FAIL that of its surest breach, of a PASS that of its least sure connection; 'none' where nothing decides. */
  certainty: Certainty | 'none';
  /** Connections of the segment by what they say of the line. `excused` ones fail, and an exception covers them. */
  connections: { holds: number; fails: number; excused: number; untold: number };
  /** What a FAIL weighs, as the segment says. */
  severity: Severity;
  /** Every connection that fails is covered by an exception that had not expired at its time. */
  suppressed: null | { reason: string; expires: string };
}

/** An exception of a policy file, and what became of it. */
export interface PolicyExceptionReport {
  line: number;
  owner: string;
  reason: string;
  /** The last day on which it holds, by the clock of the packets. */
  expires: string;
  /** Whether it had expired at the end of the captures; null in an empty capture. */
  expired: boolean | null;
  /** Findings that it silenced, and failing connections that it excused. */
  findings: number;
  connections: number;
}

/** The policy's part of the report. */
export interface PolicyReport {
  /** As given. */
  file: string;
  /** FAIL where a line fails that no exception covers; else UNSEEN where a line is; else PASS. */
  verdict: PolicyVerdict;
  lines: PolicyLine[];
  exceptions: PolicyExceptionReport[];
  /** Connections with payload that no segment of the policy is about. */
  unmatched: { connections: number; hops: string[] };
  /** How the time of expiry was told, in a sentence. */
  clock: string;
}

/** What the captures say of a requirement of a profile. */
export type RequirementVerdict =
  /** At least one connection breaks it. */
  | 'violated'
  /** Every connection that exercises it and can be read keeps to it. */
  | 'conformant'
  /** No connection exercises it. */
  | 'not-exercised'
  /** Connections exercise it, and none of them can be read. */
  | 'not-observable';

/** One requirement of a profile, judged on the captures. */
export interface ProfileRequirementReport {
  id: string;
  /** In our own words. */
  text: string;
  /** Clause of the source, only where its text was read. */
  clause: string | null;
  level: 'must' | 'should';
  verdict: RequirementVerdict;
  /** One sentence with the counts. */
  why: string;
  connections: { conformant: number; violated: number; notObservable: number };
  /** The first that decide it. */
  flows: number[];
  frames: number[];
  capture: number | null;
}

/** A profile's part of the report. */
export interface ProfileReport {
  name: string;
  title: string;
  /** Where its requirements come from, and the state of the data here. */
  source: string;
  /** The edition that the data follow: its month, or its number where it has one. */
  date: string;
  /** What it was judged on: 'every connection', or the segments that the policy tags. */
  scope: string;
  requirements: ProfileRequirementReport[];
}
