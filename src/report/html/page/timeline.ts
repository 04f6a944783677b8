// When a hop changed: its flows in the order of time, as a strip of bins and as the moments at which the verdict turned.
import type { Verdict } from '../../verdict.js';
import { verdicts } from '../page-data.js';
import type { Flow, PageHop } from './view.js';

/** Bins of a strip. */
export const timelineBins = 240;

/** A stretch of the strip, in bins; of several verdicts in a bin the worst is shown. */
export interface Stretch {
  from: number;
  to: number;
  verdict: Verdict;
  flows: number;
}

/** A turn of the verdict from one flow to the next. */
export interface Turn {
  before: Verdict;
  after: Verdict;
  flow: Flow;
}

/** The life of a hop. */
export interface HopLife {
  hop: PageHop;
  flows: Flow[];
  turns: Turn[];
}

/** Every hop with flows in the page, those that changed first. */
export function hopLives(hops: readonly PageHop[], flowById: ReadonlyMap<number, Flow>): HopLife[] {
  const lives: HopLife[] = [];
  for (const hop of hops) {
    const flows = hop.flows.map((id) => flowById.get(id)).filter((flow) => flow !== undefined);
    if (flows.length === 0) continue;
    flows.sort((a, b) => a.start - b.start);
    lives.push({ hop, flows, turns: turnsOf(flows) });
  }
  return lives.sort((a, b) => Number(b.turns.length > 0) - Number(a.turns.length > 0));
}

// What said nothing, or can't be told, is no change. A resumption goes on with what was settled.
function turnsOf(flows: readonly Flow[]): Turn[] {
  const turns: Turn[] = [];
  let before: Verdict | null = null;
  for (const flow of flows) {
    const { verdict } = flow;
    if (verdict === 'empty' || verdict === 'untold' || verdict === 'resumed') continue;
    if (before !== null && before !== verdict) turns.push({ before, after: verdict, flow });
    before = verdict;
  }
  return turns;
}

/** The flows of a hop over `[start, end]` as stretches. */
export function stretchesOf(flows: readonly Flow[], start: number, end: number): Stretch[] {
  const span = Math.max(end - start, 1);
  const binOf = (time: number): number =>
    Math.min(timelineBins - 1, Math.max(0, Math.floor(((time - start) / span) * timelineBins)));
  const worst = new Int8Array(timelineBins).fill(-1);
  const counts = new Uint32Array(timelineBins);
  for (const flow of flows) {
    const rank = verdicts.indexOf(flow.verdict);
    counts[binOf(flow.start)]!++;
    for (let bin = binOf(flow.start); bin <= binOf(flow.end); bin++) {
      if (worst[bin]! < 0 || rank < worst[bin]!) worst[bin] = rank;
    }
  }
  const stretches: Stretch[] = [];
  for (let bin = 0; bin < timelineBins; bin++) {
    if (worst[bin]! < 0) continue;
    const verdict = verdicts[worst[bin]!]!;
    const last = stretches.at(-1);
    if (last !== undefined && last.to === bin && last.verdict === verdict) {
      last.to = bin + 1;
      last.flows += counts[bin]!;
    } else stretches.push({ from: bin, to: bin + 1, verdict, flows: counts[bin]! });
  }
  return stretches;
}
