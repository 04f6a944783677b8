// `analyze diff`: what changed between two captures or reports, for a person and as JSON.
import type { ChangeKind, Difference, FindingChange, HopChange } from '../model/difference.js';
import { displayWidth, reportColumns, wrap } from './columns.js';
import { findingPlace } from './finding-identity.js';
import { harmless } from './harmless.js';
import { JsonWriter } from './json/writer.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';

/** Changes of one kind that are listed; JSON has them all. */
const maxListed = 200;
const margin = ' '.repeat(4);

const headings: Readonly<Record<ChangeKind, string>> = {
  worse: 'WORSE',
  new: 'NEW',
  better: 'BETTER',
  gone: 'GONE',
};

/** The difference on lines of at most 80 columns, what is worse first. */
export function differenceText(found: Difference, palette: Palette): string {
  const lines = [palette.strong(sentence(found))];
  for (const change of ['worse', 'new', 'better', 'gone'] as const) {
    const hops = found.hops.filter((one) => one.change === change);
    const findings = found.findings.filter((one) => one.change === change);
    if (hops.length + findings.length === 0) continue;
    lines.push('', palette.strong(headings[change]));
    for (const hop of hops.slice(0, maxListed)) lines.push(...hopLines(hop, palette));
    if (hops.length > maxListed) lines.push(`  … and ${countOf(hops.length - maxListed, 'more hop')}: --format json`);
    for (const finding of findings.slice(0, maxListed)) lines.push(...findingLines(finding, palette));
    if (findings.length > maxListed)
      lines.push(`  … and ${countOf(findings.length - maxListed, 'more finding')}: --format json`);
  }
  lines.push(
    '',
    palette.faint(`${countOf(found.same.hops, 'hop')} and ${countOf(found.same.findings, 'finding')} unchanged`),
  );
  return `${lines.join('\n')}\n`;
}

/** The difference as one JSON object. */
export function differenceJson(found: Difference, before: string, after: string): string {
  let text = '';
  const decoder = new TextDecoder();
  const json = new JsonWriter({
    write: (chunk) => {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    },
  });
  json.value({ format: 'barewire-diff', version: '1.0', before, after, ...found });
  json.ascii('\n');
  json.flush();
  return text;
}

function sentence({ hops, findings }: Difference): string {
  const of = (list: readonly { change: ChangeKind }[], change: ChangeKind): number =>
    list.filter((one) => one.change === change).length;
  const told = (name: string, list: readonly { change: ChangeKind }[]): string => {
    const parts = (['worse', 'new', 'better', 'gone'] as const)
      .filter((change) => of(list, change) > 0)
      .map((change) => `${count(of(list, change))} ${change}`);
    return parts.length === 0 ? `no ${name} changed` : `${name}: ${parts.join(', ')}`;
  };
  const text = `${told('hops', hops)}; ${told('findings', findings)}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hopLines({ change, hop, before, after, why }: HopChange, palette: Palette): string[] {
  const states = before === null ? after! : after === null ? `was ${before}` : `${before} -> ${after}`;
  const painted = change === 'worse' ? palette.bad(states) : change === 'better' ? palette.good(states) : states;
  const lines = placed(`  ${painted}`, displayWidth(states) + 2, harmless(hop));
  return change === 'gone' ? lines : [...lines, ...aside(harmless(why, 500), palette)];
}

function findingLines(finding: FindingChange, palette: Palette): string[] {
  const { change, kind, title, before, after } = finding;
  const severity = change === 'worse' || change === 'better' ? `${before} -> ${after}` : (after ?? before)!;
  const painted = change === 'worse' || change === 'new' ? palette.bad(severity) : severity;
  const place = harmless(findingPlace(finding));
  const filler = ' '.repeat(Math.max(0, 10 - displayWidth(severity)));
  const lines = placed(`  ${painted}${filler}`, Math.max(10, displayWidth(severity)) + 2, harmless(kind));
  return [...lines, ...aside(place === '' ? harmless(title) : `${place}: ${harmless(title)}`, palette)];
}

/** `text` behind what takes `columns` already, or below it where it does not fit. */
function placed(start: string, columns: number, text: string): string[] {
  if (columns + 2 + displayWidth(text) <= reportColumns) return [`${start}  ${text}`];
  return [start, ...wrap(text, reportColumns - margin.length).map((line) => margin + line)];
}

function aside(text: string, palette: Palette): string[] {
  return wrap(text, reportColumns - margin.length).map((line) => palette.faint(margin + line));
}
