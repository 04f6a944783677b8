import type { ReportSink } from '../model/report-sink.js';
import type { Palette } from './palette.js';
import type { TextOut } from './text-out.js';

/** What a format may ask of whoever prints the report. */
export interface ReportOptions {
  /** Version of this program, for the report's `tool`. */
  toolVersion: string;
  /** Everything there is, instead of one screen. */
  verbose: boolean;
  palette: Palette;
}

/** A way to print results as they become final: each makes a sink that writes to `out`. */
export type ReportFormat = (out: TextOut, options: ReportOptions) => ReportSink;
