// One number and one letter for a run, by a rule that a person can check with the report in hand.
import { type Severity, severities } from '../model/finding.js';
import type { Hop, HopState } from '../model/hop.js';
import { networkServices } from '../model/network-service.js';
import type { Summary } from '../model/report.js';

/** What a hop is worth; null = undecided, and counted against the best that can be reached. */
const worth: Readonly<Record<HopState, number | null>> = {
  enforced: 100,
  // A client was refused: that is what enforcement looks like.
  rejected: 100,
  presented: 90,
  optional: 50,
  'server-only': 40,
  cleartext: 0,
  unknown: null,
  resumed: null,
};

/** Points that each finding takes, at most `maxDeduction` together; a finding of low severity or less takes none. */
const deductions: Readonly<Partial<Record<Severity, number>>> = { critical: 10, high: 4, medium: 1 };
const maxDeduction = 40;

/** The most that is left beside a finding of this severity: the best letter is then D, or B. */
const ceilings: Readonly<Partial<Record<Severity, number>>> = { critical: 54, high: 84 };

/** What a run with nothing decided but one hop in a thousand could reach. */
const undecidedCeiling = 50;

/** A hop undecided is enough to fall short of an A. */
const bestUndecided = 89;

/** The least score of each letter, best first. */
const letters: readonly (readonly [number, NonNullable<Summary['grade']>])[] = [
  [90, 'A'],
  [75, 'B'],
  [55, 'C'],
  [35, 'D'],
  [0, 'F'],
];

/**
 * Scores a run from 0 to 100, and grades it. The mean over the hops that are decided (enforced and rejected 100, presented
 * 90, optional 50, server-only 40, cleartext 0), less 10 for each critical finding, 4 for a high and 1 for a medium one, at
 * most 40 together. It is at most 54 beside a critical finding, 84 beside a high one, and where some hops are undecided
 * (unknown, or resumed from outside the capture) 89, falling to 50 as their share grows. A from 90, B from 75, C from 55,
 * D from 35. Hops that are encrypted but not TLS don't count, nor do those in clear that serve the network itself (DNS, NTP, …).
 * Null = no hop is decided.
 */
export function scoreOf(
  hops: readonly Hop[],
  findings: Readonly<Record<Severity, number>>,
): { score: Summary['score']; grade: Summary['grade'] } {
  let decided = 0;
  let undecided = 0;
  let points = 0;
  for (const hop of hops) {
    if (hop.kind === 'opaque' || servesNetwork(hop)) continue;
    const value = worth[hop.mtls];
    if (value === null) undecided++;
    else {
      decided++;
      points += value;
    }
  }
  if (decided === 0) return { score: null, grade: null };
  let deduction = 0;
  let ceiling = 100;
  for (const severity of severities) {
    const count = findings[severity];
    deduction += count * (deductions[severity] ?? 0);
    if (count > 0) ceiling = Math.min(ceiling, ceilings[severity] ?? 100);
  }
  if (undecided > 0) {
    const share = undecided / (decided + undecided);
    ceiling = Math.min(ceiling, bestUndecided - (bestUndecided - undecidedCeiling) * share);
  }
  const score = Math.floor(Math.max(0, Math.min(ceiling, points / decided - Math.min(deduction, maxDeduction))));
  return { score, grade: letters.find(([least]) => score >= least)![1] };
}

/** Whether nobody would expect TLS on the hop: there was nothing to judge. */
function servesNetwork({ mtls, protocols }: Hop): boolean {
  return mtls === 'cleartext' && protocols.length > 0 && protocols.every((protocol) => networkServices.has(protocol));
}
