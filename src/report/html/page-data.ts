// What the report's page holds: the contract between the sink that writes it and the scripts of the page that read it. The
// data lie in blocks of JSON, one for each name in `blocks`, and flows in pieces, so that the page parses only what it shows.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ChainProblemCode } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import type { Hop } from '../../model/hop.js';
import type { CaptureInfo, Summary } from '../../model/report.js';
import type { HealthReport } from '../capture-health.js';
import type { Verdict } from '../verdict.js';

/** Flows that the page holds; hops and findings are complete. More make a file that browsers are slow to open. */
export const maxPageFlows = 50_000;

/** Flows whose details lie in one block: what the page parses to show one of them. */
export const flowsInPiece = 250;

/** `data-block` of each script that holds data. Rows and details come in as many pieces as are needed. */
export const blocks = {
  rows: 'rows',
  details: 'details',
  captures: 'captures',
  certificates: 'certificates',
  hops: 'hops',
  findings: 'findings',
  strings: 'strings',
  summary: 'summary',
} as const;

/** Verdicts in the order of their numbers in rows. */
export const verdicts: readonly Verdict[] = [
  'cleartext',
  'one-way',
  'untold',
  'opaque',
  'resumed',
  'refused',
  'mutual',
  'empty',
];

/** A string by its place in the block `strings`, or the string itself where that was full. */
export type Text = number | string;

/** A flow as a row of the list; times in milliseconds since 1970 UTC. */
export type FlowRow = [
  id: number,
  verdict: number,
  clientIp: Text,
  clientPort: number,
  serverIp: Text,
  serverPort: number,
  spoken: Text,
  serverName: Text | null,
  startTime: number,
  endTime: number,
  firstFrame: number,
  lastFrame: number,
  clientOctets: number,
  serverOctets: number,
  /** 1 where the verdict rests on a rule of thumb. */
  inferred: number,
];

/** Who sent a step: an index into `sides`. */
export const sides = ['client', 'server'] as const;
/** How a step could be read: an index into `readings`. */
export const readings = ['clear', 'decrypted', 'encrypted'] as const;
/** What a step is: an index into `stepKinds`. */
export const stepKinds = ['handshake', 'alert', 'request', 'secret', 'dialogue'] as const;

/** One message of a conversation, in the order of the wire; frame 0 where none can be named. */
export type Step = [
  frame: number,
  from: number,
  reading: number,
  kind: number,
  what: Text,
  octets: number | null,
  saying: Text | null,
];

/** What the packets prove about one message of the handshake. */
export interface FactDetail {
  name: Text;
  state: 'seen' | 'absent' | 'hidden';
  frames: number[];
  because: Text | null;
}

/** How the chain of one side was judged. */
export interface ChainDetail {
  side: 'client' | 'server';
  trust: 'trusted' | 'untrusted' | 'unknown';
  problems: Text[];
  notes: Text[];
}

/** What the page tells of one flow beyond its row. */
export interface FlowDetail {
  capture: number;
  explanation: Text;
  /** Sentences about the connection. */
  connection: Text[];
  steps: Step[];
  /** Steps left out. */
  moreSteps: number;
  auth: { requested: boolean | null; status: Text; outcome: Text; certainty: Text; basis: Text } | null;
  facts: FactDetail[];
  /** SHA-256, leaf first; null = message not seen. */
  certificates: { client: Text[] | null; server: Text[] | null };
  chains: ChainDetail[];
  /** What is odd: gaps, anomalies, signatures that do not verify. */
  oddities: Text[];
  ja3: Text | null;
  ja4: Text | null;
}

/** A certificate, and what was found wrong with it wherever it was shown. */
export interface PageCertificate extends CertificateRecord {
  problems: ChainProblemCode[];
}

/** The last block: what only the end of the run tells. */
export interface PageSummary {
  toolVersion: string;
  summary: Summary;
  health: HealthReport;
  /** Flows of the run that the page does not hold. */
  flowsLeftOut: number;
}

/** Everything, as the page gets it. */
export interface PageData extends PageSummary {
  captures: CaptureInfo[];
  certificates: PageCertificate[];
  /** Their `flows` are those that the page holds. */
  hops: Hop[];
  findings: Finding[];
  strings: string[];
}
