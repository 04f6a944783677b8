import type { Finding } from '../../model/finding.js';

/** Version of the manifest's form; the major number rises when a field is renamed or dropped. */
export const manifestVersion = '1.1';

/** What `manifest.json` holds. Two people who run the same version on the same files get the same. */
export interface EvidenceManifest {
  format: 'barewire-evidence';
  version: string;
  tool: { name: 'barewire'; version: string };
  /** How the evidence was made; never the key of an anonymisation. */
  options: EvidenceOptionsTold;
  inputs: EvidenceInput[];
  findings: EvidenceFinding[];
  /** Findings that got no file because there were too many. */
  leftOut: number;
}

/** What of the options shows in the result. */
export interface EvidenceOptionsTold {
  payload: PayloadShown;
  anonymized: boolean;
  /** What the analysis was told: places where mutual TLS is expected (how many, when anonymized), how many key logs, … */
  analysis: Record<string, unknown>;
}

/** What of the payload goes into evidence. */
export type PayloadShown =
  /** TLS handshakes, and what only keys open; cleartext masked as far as it shows the same; everything else cut. */
  | 'masked'
  /** TLS handshakes and record headers; everything else cut. */
  | 'stripped'
  /** All of it, secrets too. */
  | 'whole'
  /** Headers of TLS records and messages only, as names and certificates can't be replaced without breaking signatures. */
  | 'headers';

/** An input, as it lies on the disk. */
export interface EvidenceInput {
  /** Name of the file without its folders; null when anonymized. */
  name: string | null;
  /** Index of the capture in `findings`. */
  capture: number;
  sha256: string;
  bytes: number;
}

/** A finding with its file. */
export interface EvidenceFinding
  extends Pick<Finding, 'kind' | 'severity' | 'certainty' | 'hop' | 'client' | 'server'> {
  /** Null = no packet shows it. */
  file: { name: string; sha256: string; bytes: number; frames: number } | null;
  title: string;
  /** Null when anonymized. */
  detail: string | null;
  count: number;
  capture: number;
  flows: number[];
  /**
   * Whether the file, analysed again with what the analysis was told, shows the finding by itself: its kind, whom it is about, its
   * severity and its certainty. Null = nobody looked, as there were too many octets.
   */
  reproduces: boolean | null;
  /** Why it does not, or why nobody looked; null where it does. */
  because: string | null;
  /** The frames that show it: as numbered in the capture, and in the file. */
  frames: { capture: number; frame: number; inFile: number }[];
}
