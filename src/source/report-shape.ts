// What the lines of a report beside connections say: captures, certificates, names, and the summary that ends it.
import type { CertificateRecord } from '../model/certificate.js';
import type { CaptureClock } from '../model/clock.js';
import type { CaptureHealth, CaptureInfo, VantageSummary } from '../model/report.js';
import {
  address,
  counts,
  digest,
  flag,
  frameNumber,
  list,
  members,
  natural,
  optional,
  orNull,
  real,
  type Shape,
  text,
  time,
  whole,
  word,
} from './record-shape.js';
import { side } from './tls-shape.js';

/** More limits than there are. */
const maxLimits = 256;

const health = members<CaptureHealth>({
  truncatedPackets: natural,
  malformedPackets: natural,
  unsupportedPackets: natural,
  duplicatePackets: natural,
  incompleteDatagrams: natural,
  badChecksums: natural,
  droppedPackets: orNull(natural),
  gapFlows: natural,
  oneSidedFlows: natural,
  midstreamFlows: natural,
  endedEarly: orNull(text),
  damage: list(text, 1_024),
});

const clock = members<CaptureClock>({
  against: natural,
  offsetSeconds: real,
  uncertaintySeconds: orNull(real),
  basis: text,
  connections: natural,
});

/** A capture. */
export const captureInfo: Shape<CaptureInfo> = members<CaptureInfo>({
  path: text,
  format: word('pcap', 'pcapng', 'snoop', 'live', 'records'),
  compression: orNull(word('gzip', 'zstd', 'lz4')),
  linkTypes: list(text, 1_024),
  packets: natural,
  bytes: natural,
  firstTime: orNull(time),
  lastTime: orNull(time),
  snapLength: orNull(natural),
  framesBefore: natural,
  health,
  clock: optional(orNull(clock)),
  otherDirection: optional(members({ capture: natural, connections: natural })),
});

/** A certificate as the report describes it. */
export const certificate: Shape<CertificateRecord> = members<CertificateRecord>({
  sha256: digest,
  subject: text,
  issuer: text,
  serial: text,
  notBefore: text,
  notAfter: text,
  subjectAltNames: list(text),
  spiffeId: orNull(text),
  keyType: text,
  keyBits: orNull(natural),
  curve: orNull(text),
  signatureAlgorithm: text,
  selfSigned: flag,
  isCa: flag,
  pathLength: orNull(natural),
  keyUsage: list(text),
  extendedKeyUsage: list(text),
  subjectKeyId: orNull(text),
  authorityKeyId: orNull(text),
  crlUrls: list(text),
  ocspUrls: list(text),
  version: orNull(whole),
  usedAs: list(side, 2),
  firstFrame: frameNumber,
  parseError: orNull(text),
  oddities: list(text),
});

/** The octets of a certificate in base64, where they were kept. */
export const certificateDer: Shape<{ der: string | null }> = (value, fault) => {
  const der = (value as { der?: unknown } | null)?.der ?? null;
  if (der === null) return { der: null };
  if (typeof der === 'string') return { der };
  fault.path = 'der';
  return undefined;
};

/** The name of an address, and where it was heard. */
export const addressName: Shape<{ ip: string; name: string; source: 'capture' | 'dns' }> = members({
  ip: address,
  name: text,
  source: word<'capture' | 'dns'>('capture', 'dns'),
});

/** What is needed of the summary. */
export interface SavedStats {
  format: 'barewire-report';
  version: string;
  limits: Record<string, number>;
  vantage?: VantageSummary;
}

/** The summary. */
export const stats: Shape<SavedStats> = members<SavedStats>({
  format: word<'barewire-report'>('barewire-report'),
  version: text,
  limits: counts(maxLimits),
  vantage: optional(
    members<VantageSummary>({
      captures: natural,
      connections: natural,
      repeated: natural,
      translated: natural,
      lacking: members({ gapFlows: natural, oneSidedFlows: natural, midstreamFlows: natural }),
    }),
  ),
});
