// What records say of the captures that they were made of as places from which the same was seen.
import type { ClockPosition } from '../../model/clock.js';
import type { CaptureInfo, VantageSummary } from '../../model/report.js';
import type { VantageResult } from '../vantage/vantage-run.js';

/** Gathers what the reports of records say of their captures' clocks, and joins it with what the captures of this run show. */
export class SavedVantage {
  readonly #positions: Map<number, ClockPosition> = new Map();
  readonly #summary: VantageSummary = {
    captures: 0,
    connections: 0,
    repeated: 0,
    translated: 0,
    lacking: { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 },
  };
  #reports = 0;
  #isCompared = false;

  /** Takes the captures of one report, that stand from `first` on; `vantage` is null where it compared nothing. */
  add(captures: readonly CaptureInfo[], first: number, vantage: VantageSummary | null): void {
    this.#reports++;
    for (let at = first; at < captures.length; at++) {
      const leader = vantage === null ? first : leaderOf(captures, at);
      this.#positions.set(at, vantage === null ? placeOf(leader) : positionOf(captures, leader));
    }
    if (vantage === null) return;
    this.#isCompared = true;
    const sum = this.#summary;
    sum.captures += vantage.captures;
    sum.connections += vantage.connections;
    sum.repeated += vantage.repeated;
    sum.translated += vantage.translated;
    sum.lacking.gapFlows += vantage.lacking.gapFlows;
    sum.lacking.oneSidedFlows += vantage.lacking.oneSidedFlows;
    sum.lacking.midstreamFlows += vantage.lacking.midstreamFlows;
  }

  /** Both together; null where nothing was compared, and there was nothing to compare. */
  join(result: VantageResult | null): VantageResult | null {
    if (this.#reports === 0 || (result === null && this.#reports === 1 && !this.#isCompared)) return result;
    const sum = this.#summary;
    const own = result?.summary ?? nothingShared;
    return {
      summary: {
        captures: sum.captures + own.captures,
        connections: sum.connections + own.connections,
        repeated: sum.repeated + own.repeated,
        translated: sum.translated + own.translated,
        lacking: {
          gapFlows: sum.lacking.gapFlows + own.lacking.gapFlows,
          oneSidedFlows: sum.lacking.oneSidedFlows + own.lacking.oneSidedFlows,
          midstreamFlows: sum.lacking.midstreamFlows + own.lacking.midstreamFlows,
        },
      },
      clocks: (capture) => this.#positions.get(capture) ?? result?.clocks(capture) ?? placeOf(capture),
      unkept: result?.unkept ?? 0,
    };
  }
}

const nothingShared: VantageSummary = {
  captures: 0,
  connections: 0,
  repeated: 0,
  translated: 0,
  lacking: { gapFlows: 0, oneSidedFlows: 0, midstreamFlows: 0 },
};

/** A domain by itself; negative, as those of this run's own captures are not. */
function placeOf(capture: number): ClockPosition {
  return { domain: -1 - capture, offset: 0, uncertainty: 0 };
}

/** The first file of a rotated capture has its clock. */
function leaderOf(captures: readonly CaptureInfo[], capture: number): number {
  let leader = capture;
  while (leader > 0 && captures[leader]!.framesBefore > 0) leader--;
  return leader;
}

function positionOf(captures: readonly CaptureInfo[], leader: number): ClockPosition {
  const clock = captures[leader]!.clock ?? null;
  if (clock === null || clock.uncertaintySeconds === null || captures[clock.against] === undefined)
    return placeOf(leader);
  return {
    ...placeOf(leaderOf(captures, clock.against)),
    offset: clock.offsetSeconds,
    uncertainty: clock.uncertaintySeconds,
  };
}
