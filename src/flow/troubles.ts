import type { Direction } from '../model/stream.js';
import type { FlowTroubles } from './flow-facts.js';
import { maxGapsListed } from './limits.js';

/** What went wrong, by flow: kept apart from the table, as few flows are troubled. */
export class Troubles {
  /** Gaps that were not listed, as their connection had too many. */
  unlistedGaps = 0;
  readonly #byFlow: Map<number, FlowTroubles> = new Map();

  /** Notes an anomaly, once for each flow. */
  note(flow: number, anomaly: string): void {
    this.#made(flow).anomalies.add(anomaly);
  }

  /** Lists a missing range of the stream. */
  gap(flow: number, direction: Direction, offset: number, length: number): void {
    const { gaps } = this.#made(flow);
    if (gaps.length < maxGapsListed) gaps.push({ direction, offset, length });
    else this.unlistedGaps++;
  }

  /** What was noted on a flow so far, or null. */
  of(flow: number): FlowTroubles | null {
    return this.#byFlow.get(flow) ?? null;
  }

  /** Hands out what was noted on a flow, or null, and forgets it. */
  take(flow: number): FlowTroubles | null {
    const troubles = this.#byFlow.get(flow);
    if (troubles === undefined) return null;
    this.#byFlow.delete(flow);
    return troubles;
  }

  #made(flow: number): FlowTroubles {
    let troubles = this.#byFlow.get(flow);
    if (troubles === undefined) {
      troubles = { gaps: [], anomalies: new Set() };
      this.#byFlow.set(flow, troubles);
    }
    return troubles;
  }
}
