import type { Certainty } from './connection-record.js';

/** How bad; apart from how certain. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Most severe first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Something wrong (or worth knowing), with its evidence. Field names are part of the report's contract. */
export interface Finding {
  kind: string;
  severity: Severity;
  certainty: Certainty;
  hop: string | null;
  client: string | null;
  server: string | null;
  /** SHA-256 of the certificate that it is about, in hexadecimal; null where it is about none. */
  certificate: string | null;
  capture: number;
  flows: number[];
  /** The evidence, first frames first, at most 20. */
  frames: number[];
  /** How many flows show it. */
  count: number;
  title: string;
  detail: string;
  remediation: string;
  references: { cwe: string[]; standards: string[] };
  wiresharkFilter: string;
  suppressed: null | { reason: string; expires: string | null };
}
