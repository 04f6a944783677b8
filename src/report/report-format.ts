import type { Severity } from '../model/finding.js';
import type { ReportSink } from '../model/report-sink.js';
import type { RuleMetadata } from '../model/rule.js';
import type { Palette } from './palette.js';
import type { TextOut } from './text-out.js';

/** What a format may ask of whoever prints the report. */
export interface ReportOptions {
  /** Version of this program, for the report's `tool`. */
  toolVersion: string;
  /** Everything there is, instead of one screen. */
  verbose: boolean;
  palette: Palette;
  /** The catalogue of findings, for formats that describe every kind; without it they describe the kinds that were found. */
  rules?: readonly RuleMetadata[];
  /** From here on a finding fails its test case; 'high' where nobody says. */
  failOn?: Severity;
  /** What can't be decided fails its test case, instead of being skipped. */
  failOnUndecided?: boolean;
}

/** A way to print results as they become final: each makes a sink that writes to `out`. */
export type ReportFormat = (out: TextOut, options: ReportOptions) => ReportSink;
