// Profiles for a person: what is violated first, and how much of each could be seen at all.
import type { ProfileReport, ProfileRequirementReport, RequirementVerdict } from '../model/policy.js';
import { cell, reportColumns, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';

const order: readonly RequirementVerdict[] = ['violated', 'not-observable', 'not-exercised', 'conformant'];

const words: Readonly<Record<RequirementVerdict, string>> = {
  violated: 'violated',
  conformant: 'conformant',
  'not-exercised': 'not exercised',
  'not-observable': 'not observable',
};

// 2 + 16 + 62 = 80 columns.
const verdictColumns = 16;
const margin = ' '.repeat(2 + verdictColumns);
const textColumns = reportColumns - margin.length;
/** Violations of one profile on a screen. */
const shownOnScreen = 2;

/** The profile in a few lines: the counts, and what is violated first. */
export function profileScreen(report: ProfileReport, palette: Palette): string[] {
  const lines = ['', ...title(report, palette)];
  const violated = ordered(report).filter(({ verdict }) => verdict === 'violated');
  for (const requirement of violated.slice(0, shownOnScreen)) {
    const { id, why } = requirement;
    lines.push(head(requirement, shorten(`${id}: ${harmless(why, 500)}`, textColumns), palette));
  }
  const more = violated.length - shownOnScreen;
  if (more > 0) lines.push(`  … and ${countOf(more, 'more violation')}: --verbose`);
  return lines;
}

/** Every requirement of the profile, with its source. */
export function profileWhole(report: ProfileReport, palette: Palette): string[] {
  const lines = ['', ...title(report, palette)];
  lines.push(
    ...wrap(`Judged on ${report.scope}. ${report.source}`, reportColumns - 2).map((line) => palette.faint(`  ${line}`)),
  );
  for (const requirement of ordered(report)) {
    const { text, clause, level, why, flows } = requirement;
    const clauseText = clause === null ? '' : ` (${clause})`;
    const [first = '', ...others] = wrap(`${text}${clauseText}${level === 'should' ? ' [should]' : ''}`, textColumns);
    lines.push(head(requirement, first, palette), ...others.map((line) => margin + line));
    const where =
      requirement.verdict === 'violated'
        ? ` Flow ${flows.slice(0, 5).join(', ')}${flows.length > 5 ? ', …' : ''}.`
        : '';
    lines.push(...wrap(harmless(why, 500) + where, textColumns).map((line) => palette.faint(margin + line)));
  }
  return lines;
}

function ordered({ requirements }: ProfileReport): ProfileRequirementReport[] {
  return [...requirements].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function title({ name, date, requirements }: ProfileReport, palette: Palette): string[] {
  const parts = order.map((verdict) => {
    const times = requirements.filter((requirement) => requirement.verdict === verdict).length;
    return `${count(times)} ${words[verdict]}`;
  });
  const [first = '', ...others] = wrap(`PROFILE  ${name} (${date}): ${parts.join(', ')}`, reportColumns);
  return [palette.strong('PROFILE') + first.slice('PROFILE'.length), ...others.map((line) => `  ${line}`)];
}

function head({ verdict }: ProfileRequirementReport, text: string, palette: Palette): string {
  const paint = {
    violated: palette.bad,
    conformant: palette.good,
    'not-exercised': palette.faint,
    'not-observable': palette.doubtful,
  }[verdict];
  return `  ${paint(cell(words[verdict], verdictColumns))}${text}`;
}
