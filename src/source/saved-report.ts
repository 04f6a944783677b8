// Reads back a JSON report for what a comparison needs of it: hops and findings. A report may hold a million flows and may have
// been made by anybody, so it is never parsed as a whole: octets pass by, and only the objects of those two arrays and a few short
// members are kept and parsed, one by one.
import type { Severity } from '../model/finding.js';
import { severities } from '../model/finding.js';
import { type HopState, hopStates } from '../model/hop.js';
import { reportVersion } from '../model/report.js';
import { openSource } from './open.js';
import { looksLikeRecords } from './record-lines.js';
import { ReportScanError, ReportScanner, type ReportSection } from './report-scanner.js';
import { chunkLength } from './source.js';
import { SourceError } from './source-error.js';

/** More than a report of ours has: see the bounds of hops and findings. */
const maxHops = 1_000_000;
const maxFindings = 200_000;
/** Longest text that is taken from a report, in characters. */
const maxText = 1_000;

/** A hop of a saved report. */
export interface SavedHop {
  id: string;
  mtls: HopState;
  /** Why, in one sentence, cut where it is long. */
  why: string;
}

/** A finding of a saved report. */
export interface SavedFinding {
  kind: string;
  severity: Severity;
  title: string;
  hop: string | null;
  client: string | null;
  server: string | null;
  certificate: string | null;
  suppressed: boolean;
}

/** What a saved report says of hops and findings, as it was written: nothing in it is harmless. */
export interface SavedReport {
  hops: SavedHop[];
  findings: SavedFinding[];
}

/** Whether an input begins as a JSON document and not as records, and so can't be analysed. False for what can't be read: whoever reads it says why. */
export async function looksLikeReport(path: string): Promise<boolean> {
  try {
    const source = await openSource(path);
    try {
      const head = new Uint8Array(64);
      const length = await source.read(head, 0);
      if (looksLikeRecords(head.subarray(0, length))) return false;
      return /^\ufeff?\s*\{/.test(new TextDecoder().decode(head.subarray(0, length)));
    } finally {
      await source.close();
    }
  } catch {
    return false;
  }
}

/** Reads a JSON report, packed or not. Throws a `SourceError` for what is none, was cut, or can't be read. */
export async function readSavedReport(path: string): Promise<SavedReport> {
  const source = await openSource(path).catch((thrown: unknown) => {
    // Of inputs a directory stands for the captures in it.
    if (!(thrown instanceof SourceError) || thrown.code !== 'no-captures') throw thrown;
    throw new SourceError('not-a-report', path, 'it is a directory', thrown);
  });
  try {
    const reading = new Reading();
    const scanner = new ReportScanner((section, text) => reading.take(section, text));
    const chunk = new Uint8Array(chunkLength);
    for (;;) {
      const length = await source.read(chunk, 0);
      if (length === 0) break;
      scanner.push(chunk, length);
    }
    if (source.endedEarly !== null) throw new ReportScanError(source.endedEarly);
    scanner.end();
    return reading.finish();
  } catch (thrown) {
    if (thrown instanceof ReportScanError) throw new SourceError('not-a-report', path, thrown.message);
    throw thrown;
  } finally {
    await source.close();
  }
}

type Members = Readonly<Record<string, unknown>>;

class Reading {
  readonly #report: SavedReport = { hops: [], findings: [] };
  #format: unknown = null;
  #version: unknown = null;

  take(section: ReportSection, text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new ReportScanError(`what stands under "${section}" is not JSON`);
    }
    if (section === 'format') this.#format = value;
    else if (section === 'version') this.#version = value;
    else if (section === 'summary') refuseFiltered(value);
    else if (section === 'hops') this.#keep(this.#report.hops, hopOf(value), maxHops);
    else this.#keep(this.#report.findings, findingOf(value), maxFindings);
  }

  finish(): SavedReport {
    if (this.#format !== 'barewire-report') throw new ReportScanError('not a report that --format json wrote');
    const version = String(this.#version);
    if (version.split('.')[0] !== reportVersion.split('.')[0])
      throw new ReportScanError(`a report of version ${version.slice(0, 20)}; this program reads ${reportVersion}`);
    return this.#report;
  }

  #keep<T>(list: T[], item: T | null, most: number): void {
    if (item === null) throw new ReportScanError('a hop or a finding lacks what it must have');
    if (list.length === most) throw new ReportScanError(`more than ${most} hops or findings`);
    list.push(item);
  }
}

// What was filtered by a baseline lacks what was known then, which would all be new now.
function refuseFiltered(summary: unknown): void {
  if (isObject(summary) && isObject(summary.baseline))
    throw new ReportScanError('made with --baseline, so it holds only a part; compare with a whole report');
}

function hopOf(value: unknown): SavedHop | null {
  if (!isObject(value)) return null;
  const { id, mtls, why } = value;
  const state = hopStates.find((known) => known === mtls);
  if (!isShort(id) || state === undefined) return null;
  return { id, mtls: state, why: typeof why === 'string' ? why.slice(0, maxText) : '' };
}

function findingOf(value: unknown): SavedFinding | null {
  if (!isObject(value)) return null;
  const { kind, title, suppressed } = value;
  const severity = severities.find((known) => known === value.severity);
  if (!isShort(kind) || severity === undefined) return null;
  return {
    kind,
    severity,
    title: typeof title === 'string' ? title.slice(0, maxText) : kind,
    hop: shortOrNull(value.hop),
    client: shortOrNull(value.client),
    server: shortOrNull(value.server),
    // Reports did not always have it.
    certificate: shortOrNull(value.certificate),
    suppressed: isObject(suppressed),
  };
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxText;
}

function shortOrNull(value: unknown): string | null {
  return isShort(value) ? value : null;
}
