import type { CertificateRecord } from './certificate.js';
import type { CaptureClock } from './clock.js';
import type { ConnectionRecord } from './connection-record.js';
import type { Finding, Severity } from './finding.js';
import type { Hop } from './hop.js';
import type { PolicyReport, ProfileReport } from './policy.js';

/** Version of the report's contract; the major number rises when a field is renamed or dropped. */
export const reportVersion = '1.0';

/** What `--format json` prints. The JSON Schema that ships is generated from this type. */
export interface Report {
  format: 'barewire-report';
  version: '1.0';
  tool: { name: 'barewire'; version: string };
  captures: CaptureInfo[];
  summary: Summary;
  hops: Hop[];
  flows: ReportedFlow[];
  certificates: CertificateRecord[];
  findings: Finding[];
  /** What became of the policy's lines; null without one. */
  policy: PolicyReport | null;
  /** What became of the requirements of each profile that was asked for. */
  profiles: ProfileReport[];
}

/** A connection as the report prints it. */
export interface ReportedFlow extends ConnectionRecord {
  /** Community ID version 1, seed 0: the name of the connection in other sensors' logs; null where the addresses can't be read. */
  communityId: string | null;
}

/** Counts; every one with its total beside it. */
export interface Summary {
  flows: {
    total: number;
    tls: number;
    cleartext: number;
    starttls: number;
    opaque: number;
    unknown: number;
    empty: number;
  };
  hops: number;
  findings: Record<Severity, number>;
  grade: 'A' | 'B' | 'C' | 'D' | 'F' | null;
  /** 0..100; null = nothing to judge. */
  score: number | null;
  /** The answer in one sentence, every count with what it is a part of. */
  sentence: string;
  /** Whether the captures can answer at all: what they don't show, the costly first. */
  preflight: PreflightItem[];
  /**
   * With `--baseline`: the earlier report, and how much of what was found it knew. That is left out here: `findings` and the list of
   * hops hold what is new or worse; all other counts are of everything.
   */
  baseline?: { path: string; knownFindings: number; knownHops: number };
  /** What captures of one run show in common; absent where the run has one capture. */
  vantage?: VantageSummary;
  /** What `--filter`, `--from` and `--to` left out, as they were typed, and whether times were among them; absent where they were not. */
  selection?: { asked: string; byTime: boolean; leftOutPackets: number };
  /** What our own bounds cost: each limit that bit, by name, with how often. */
  limits: Record<string, number>;
}

/** What several captures show of the same traffic. All other counts count a connection once. */
export interface VantageSummary {
  /** Captures that share connections with another: each a file, or the files of one recording. */
  captures: number;
  /** Connections that more than one capture shows. */
  connections: number;
  /** Records that are left out because another shows the same connection. */
  repeated: number;
  /** Connections that were found again with other addresses. */
  translated: number;
  /** What the records that are left out lacked: it is counted in the health of their captures. */
  lacking: Pick<CaptureHealth, 'gapFlows' | 'oneSidedFlows' | 'midstreamFlows'>;
}

/** Something that the captures don't show, or are odd about. */
export interface PreflightItem {
  /** What is counted: 'packets cut by the snap length'. */
  what: string;
  count: number;
  /** What it is a part of; null where there is no whole. */
  of: number | null;
  /** What it costs the answer. */
  consequence: string;
  /** What to do about it; a command where there is one. */
  advice: string;
}

/** One capture file, standard input or interface. */
export interface CaptureInfo {
  /** As given; '-' for standard input, 'live:eth0' for an interface. */
  path: string;
  format: 'pcap' | 'pcapng' | 'snoop' | 'live' | 'records';
  compression: 'gzip' | 'zstd' | 'lz4' | null;
  /** LINKTYPE_ names without the prefix. */
  linkTypes: string[];
  packets: number;
  /** Captured octets. */
  bytes: number;
  /** RFC 3339 with nanoseconds; null without packets. */
  firstTime: string | null;
  lastTime: string | null;
  /** Null = no limit said. */
  snapLength: number | null;
  /** Frames of the same rotated capture in files before this one: frame N of a flow is frame N - framesBefore here. */
  framesBefore: number;
  /**
   * How its clock stands to that of another capture of the run; null = no other capture shows enough of the same connections, or
   * theirs are told against this one. Absent where the run has one capture.
   */
  clock?: CaptureClock | null;
  /**
   * Index of the capture that shows the other direction of connections of which this one shows one, and how many those are: a tap
   * writes them so. Absent where there is none. Such connections are told twice, and judged by what each direction shows.
   */
  otherDirection?: { capture: number; connections: number };
  health: CaptureHealth;
}

/** What the capture can't show; verdicts never lean on what is missing. */
export interface CaptureHealth {
  /** Cut by the snap length. */
  truncatedPackets: number;
  malformedPackets: number;
  unsupportedPackets: number;
  /** Same frame seen again (SPAN of two ports, `any`). */
  duplicatePackets: number;
  /** IP datagrams of which some fragments never came. */
  incompleteDatagrams: number;
  /** IPv4 header checksums that do not add up: ignored, as offload writes them late. */
  badChecksums: number;
  /** As the kernel or pcapng statistics block says; null = nobody said. */
  droppedPackets: number | null;
  gapFlows: number;
  oneSidedFlows: number;
  midstreamFlows: number;
  /** Why reading stopped before the end of the file, with the byte offset; null = read to its end. */
  endedEarly: string | null;
  /** Damage that reading went past, each with its byte offset. */
  damage: string[];
}
