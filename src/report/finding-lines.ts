// Findings for a person: on a screen each kind once with its first case, with --verbose every finding with its evidence.
import type { Finding, Severity } from '../model/finding.js';
import { cell, displayWidth, noBreak, reportColumns, rightCell, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';
import { paintSeverity } from './rules-catalogue.js';

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

const severityColumns = 10;
const margin = ' '.repeat(2 + severityColumns);
const textColumns = reportColumns - margin.length;

/** Frames of a finding that are printed; the filter has them all. */
const framesShown = 6;

/** Findings of one kind and severity. */
interface KindOfFindings {
  first: Finding;
  findings: number;
}

/** Takes the findings, most severe first, and lays them out. */
export class FindingList {
  readonly #keep: number;
  readonly #kept: Finding[] = [];
  readonly #kinds: Map<string, KindOfFindings> = new Map();
  readonly #counts: Map<Severity, number> = new Map();
  total = 0;
  #suppressed = 0;

  /** At most `keep` findings are kept for `all`. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  add(finding: Finding): void {
    this.total++;
    if (finding.suppressed !== null) {
      this.#suppressed++;
      if (this.#kept.length < this.#keep) this.#kept.push(finding);
      return;
    }
    this.#counts.set(finding.severity, (this.#counts.get(finding.severity) ?? 0) + 1);
    if (this.#kept.length < this.#keep) this.#kept.push(finding);
    const key = `${finding.severity} ${finding.kind}`;
    const kind = this.#kinds.get(key);
    if (kind === undefined) this.#kinds.set(key, { first: finding, findings: 1 });
    else kind.findings++;
  }

  /** Every kind once with its first case, on at most `room` lines with the title and the blank line before it. */
  screen(room: number, palette: Palette): string[] {
    if (this.total === 0) return [];
    const lines = ['', ...this.#title(palette)];
    const kinds = [...this.#kinds.values()];
    let shown = 0;
    for (const kind of kinds) {
      const isLast = shown === kinds.length - 1;
      if (lines.length + 2 + (isLast ? 0 : 1) > room) break;
      lines.push(...kindLines(kind, palette));
      shown++;
    }
    const hidden = kinds.length - shown;
    if (hidden > 0) lines.push(`  … and ${countOf(hidden, 'more kind')} of findings: --verbose`);
    return lines;
  }

  /** Every finding that was kept. */
  all(palette: Palette): string[] {
    if (this.total === 0) return [];
    const lines = ['', ...this.#title(palette)];
    for (const finding of this.#kept) lines.push(...findingLines(finding, palette));
    const hidden = this.total - this.#kept.length;
    if (hidden > 0) lines.push(`  … and ${countOf(hidden, 'more finding')}: --format json`);
    return lines;
  }

  #title(palette: Palette): string[] {
    const parts = severities
      .filter((severity) => this.#counts.has(severity))
      .map((severity) => `${count(this.#counts.get(severity)!)} ${severity}`);
    // What the policy silences is told, and weighs nothing.
    if (this.#suppressed > 0) parts.push(`${count(this.#suppressed)} silenced by the policy`);
    return [`${palette.strong('FINDINGS')}  ${count(this.total)}: ${parts.join(', ')}`];
  }
}

function kindLines({ first, findings }: KindOfFindings, palette: Palette): string[] {
  const cases = findings > 1 ? `${count(findings)} cases` : first.count > 1 ? countOf(first.count, 'flow') : '';
  return [headLine(first, cases, palette), palette.faint(margin + whereWithin(first, textColumns))];
}

/** One finding with its place, frames and detail, for 80 columns. */
export function findingLines(finding: Finding, palette: Palette): string[] {
  const lines = [headLine(finding, countOf(finding.count, 'flow'), palette)];
  lines.push(...wrap(whereText(finding), textColumns).map((line) => margin + line.replaceAll(noBreak, ' ')));
  const inferred = inferredPrefix(finding.certainty, finding.detail);
  lines.push(
    ...wrap(inferred + harmless(finding.detail, 2000), textColumns).map((line) => palette.faint(margin + line)),
  );
  if (finding.suppressed !== null) {
    const { reason, expires } = finding.suppressed;
    const text = `suppressed: ${harmless(reason, 400)}${expires === null ? '' : ` (until ${harmless(expires)})`}`;
    lines.push(...wrap(text, textColumns).map((line) => palette.faint(margin + line)));
  }
  return lines;
}

function headLine(finding: Finding, right: string, palette: Palette): string {
  const severity = paintSeverity(cell(finding.severity, severityColumns), finding.severity, palette);
  const room = textColumns - (right === '' ? 0 : displayWidth(right) + 1);
  const title = shorten(harmless(finding.title), room);
  return `  ${severity}${title}${rightCell(right, textColumns - displayWidth(title))}`.trimEnd();
}

/** On one line, with as many frames as fit whole: what is left of a number that is cut is another frame. */
function whereWithin(finding: Finding, columns: number): string {
  for (let most = framesShown; most > 0; most--) {
    const text = whereText(finding, most).replaceAll(noBreak, ' ');
    if (displayWidth(text) <= columns) return text;
  }
  const place = whereText(finding, 0);
  // Two long addresses: the service is the one to know.
  const { hop, server } = finding;
  const service = hop === null || server === null ? null : `${harmless(finding.kind)}: … → ${harmless(server)}`;
  return displayWidth(place) > columns && service !== null ? shorten(service, columns) : shorten(place, columns);
}

/** The kind, as `analyze rules KIND` takes it, and where it was seen. */
function whereText(finding: Finding, most: number = framesShown): string {
  const places = [placeOf(finding), framesText(finding, most)].filter((text) => text !== '');
  return [harmless(finding.kind), ...(places.length > 0 ? [places.join(', ')] : [])].join(': ');
}

/** The hop, or whichever end the finding is about. */
function placeOf({ hop, client, server }: Finding): string {
  if (client !== null && server !== null) return `${harmless(client)} → ${harmless(server)}`;
  return harmless(hop ?? server ?? client ?? '');
}

function framesText({ frames }: Finding, most: number): string {
  if (frames.length === 0 || most === 0) return '';
  const shown = frames.slice(0, most).join(', ');
  return `${Math.min(most, frames.length) === 1 ? 'frame' : 'frames'}${noBreak}${shown}${frames.length > most ? ', …' : ''}`;
}

/** What a detail begins with where its certainty is not said in it. */
export function inferredPrefix(certainty: Finding['certainty'], detail: string): string {
  return certainty === 'inferred' && !/^(?:Inferred\b|Not readable, only inferred\b)/.test(detail) ? 'Inferred: ' : '';
}
