// The policy for a person: what fails first, what can't be told next, what holds last.
import type { PolicyLine, PolicyReport, PolicyVerdict } from '../model/policy.js';
import { cell, reportColumns, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';

const order: readonly PolicyVerdict[] = ['FAIL', 'UNSEEN', 'PASS'];

// 2 + 8 + 70 = 80 columns.
const verdictColumns = 8;
const margin = ' '.repeat(2 + verdictColumns);
const textColumns = reportColumns - margin.length;

/** Frames of a line that are printed. */
const framesShown = 6;
/** Hops in no segment that are printed. */
const hopsShown = 5;

/** The policy on at most `room` lines, with the blank line before it: what fails and what is unseen. */
export function policyScreen(report: PolicyReport, room: number, palette: Palette): string[] {
  const lines = ['', ...title(report, palette)];
  const open = ordered(report).filter((line) => line.verdict !== 'PASS' && line.suppressed === null);
  let shown = 0;
  for (const line of open) {
    const isLast = shown === open.length - 1;
    if (lines.length + 2 + (isLast ? 0 : 1) > room) break;
    lines.push(head(line, palette), palette.faint(margin + shorten(evidence(line), textColumns)));
    shown++;
  }
  if (open.length > shown) lines.push(`  … and ${countOf(open.length - shown, 'more line')}: --verbose`);
  return lines;
}

/** Every line of the policy, its exceptions, and what no segment is about. */
export function policyWhole(report: PolicyReport, palette: Palette): string[] {
  const lines = ['', ...title(report, palette)];
  for (const line of ordered(report)) {
    lines.push(head(line, palette));
    lines.push(...wrap(evidence(line), textColumns).map((text) => palette.faint(margin + text)));
    if (line.suppressed !== null) {
      const text = `excused until ${line.suppressed.expires}: ${harmless(line.suppressed.reason, 400)}`;
      lines.push(...wrap(text, textColumns).map((one) => palette.faint(margin + one)));
    }
  }
  for (const exception of report.exceptions) {
    const state = exception.expired === true ? 'EXPIRED' : 'until';
    const use = `silences ${countOf(exception.findings, 'finding')}, excuses ${countOf(exception.connections, 'connection')}`;
    const text =
      `exception on line ${exception.line}, ${state} ${exception.expires}, of ${harmless(exception.owner, 100)}: ` +
      `${harmless(exception.reason, 400)}; ${use}.`;
    lines.push(...wrap(text, reportColumns - 2).map((line) => `  ${line}`));
  }
  if (report.exceptions.length > 0) {
    lines.push(...wrap(report.clock, reportColumns - 2).map((line) => palette.faint(`  ${line}`)));
  }
  const { connections, hops } = report.unmatched;
  if (connections > 0) {
    const more = hops.length > hopsShown ? ', …' : '';
    const text = `in no segment: ${countOf(connections, 'connection')} (${hops
      .slice(0, hopsShown)
      .map((hop) => harmless(hop))
      .join(', ')}${more})`;
    lines.push(...wrap(text, reportColumns - 2).map((line) => `  ${line}`));
  }
  return lines;
}

/** A verdict in its colour. */
function paint(verdict: PolicyVerdict, text: string, palette: Palette): string {
  return { PASS: palette.good, FAIL: palette.bad, UNSEEN: palette.doubtful }[verdict](text);
}

function ordered({ lines }: PolicyReport): PolicyLine[] {
  return [...lines].sort(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
      Number(a.suppressed !== null) - Number(b.suppressed !== null) ||
      a.line - b.line,
  );
}

function title({ file, verdict, lines, unmatched }: PolicyReport, palette: Palette): string[] {
  const of = (wanted: PolicyVerdict): number => lines.filter((line) => line.verdict === wanted).length;
  const excused = lines.filter(({ suppressed }) => suppressed !== null).length;
  const parts = [
    `${count(of('FAIL'))} of ${countOf(lines.length, 'line')} FAIL${excused > 0 ? ` (${count(excused)} excused)` : ''}`,
    `${count(of('UNSEEN'))} UNSEEN`,
    `${count(of('PASS'))} PASS`,
  ];
  const rest = unmatched.connections > 0 ? `; ${countOf(unmatched.connections, 'connection')} in no segment` : '';
  const text = `POLICY  ${verdict}  ${harmless(file)}: ${parts.join(', ')}${rest}`;
  const [first = '', ...others] = wrap(text, reportColumns);
  const coloured =
    palette.strong('POLICY') + first.slice('POLICY'.length).replace(verdict, paint(verdict, verdict, palette));
  return [coloured, ...others.map((line) => `  ${line}`)];
}

function head({ verdict, line, segment, requires }: PolicyLine, palette: Palette): string {
  const text = shorten(`line ${line}  ${harmless(segment, 60)}: ${harmless(requires, 200)}`, textColumns);
  return `  ${paint(verdict, cell(verdict, verdictColumns), palette)}${text}`;
}

/** Why, on which hop, and in which frames. */
function evidence({ verdict, why, hops, flows, frames, certainty }: PolicyLine): string {
  const inferred = certainty === 'inferred' ? 'Inferred: ' : '';
  const places: string[] = [];
  if (hops[0] !== undefined) places.push(`${harmless(hops[0])}${hops.length > 1 ? ' and others' : ''}`);
  if (flows[0] !== undefined) places.push(`flow ${flows[0]}${flows.length > 1 ? ', …' : ''}`);
  if (frames.length > 0) {
    const more = frames.length > framesShown ? ', …' : '';
    places.push(`${frames.length === 1 ? 'frame' : 'frames'} ${frames.slice(0, framesShown).join(', ')}${more}`);
  }
  // What holds is known by its counts; where to look matters for the rest.
  const where = verdict === 'PASS' || places.length === 0 ? '' : ` ${places.join('; ')}.`;
  return `${inferred}${harmless(why, 1000)}${where}`;
}
