// What the page draws from: the report's data, linked.
import type { Finding } from '../../../model/finding.js';
import type { Hop } from '../../../model/hop.js';
import type { Verdict } from '../../verdict.js';
import type { FlowDetail, PageCertificate, PageData, Text } from '../page-data.js';

/** A flow of the list. */
export interface Flow {
  id: number;
  verdict: Verdict;
  /** The verdict rests on a rule of thumb. */
  inferred: boolean;
  client: string;
  server: string;
  spoken: string;
  serverName: string | null;
  /** Milliseconds since 1970 UTC. */
  start: number;
  end: number;
  firstFrame: number;
  lastFrame: number;
  octets: { client: number; server: number };
  hop: PageHop | null;
}

/** A hop with its address in the page and the findings about it. */
export interface PageHop extends Hop {
  anchor: string;
  findings: PageFinding[];
  forwardsTo: string[];
}

/** A finding with its address in the page. */
export interface PageFinding extends Finding {
  anchor: string;
}

/** All that the page shows. */
export interface Report extends Omit<PageData, 'hops' | 'findings' | 'strings'> {
  hops: PageHop[];
  hopById: Map<string, PageHop>;
  findings: PageFinding[];
  flows: Flow[];
  flowById: Map<number, Flow>;
  certificateByHash: Map<string, PageCertificate>;
  /** The text that stands for a place in the table. */
  text(text: Text): string;
  /** Null for a flow that the page does not hold. */
  detailOf(flow: Flow): FlowDetail | null;
}
