import type { Summary } from '../model/report.js';
import { harmless } from './harmless.js';
import { countOf } from './quantities.js';

/** What `--baseline` left out, in a sentence; null without one. The path is harmless, but it is text from outside. */
export function baselineNote({ baseline }: Pick<Summary, 'baseline'>): string | null {
  if (baseline === undefined) return null;
  const { path, knownFindings, knownHops } = baseline;
  const known = `${countOf(knownFindings, 'finding')} and ${countOf(knownHops, 'hop')} already known to the baseline are left out`;
  return `Only what is new or worse: ${known} (${harmless(path)}).`;
}
