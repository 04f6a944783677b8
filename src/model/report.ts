import type { CertificateRecord } from './certificate.js';
import type { ConnectionRecord } from './connection-record.js';
import type { Finding, Severity } from './finding.js';
import type { Hop } from './hop.js';

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
  flows: ConnectionRecord[];
  certificates: CertificateRecord[];
  findings: Finding[];
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
  /** What our own bounds cost: each limit that bit, by name, with how often. */
  limits: Record<string, number>;
}

/** One capture file, standard input or interface. */
export interface CaptureInfo {
  /** As given; '-' for standard input, 'live:eth0' for an interface. */
  path: string;
  format: 'pcap' | 'pcapng' | 'snoop' | 'live';
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
