import type { ConnectionRecord } from '../model/connection-record.js';
import { count } from './quantities.js';
import { untoldReason, type Verdict, verdictOf } from './verdict.js';

/** Later flows are not looked up as originals of resumptions; 8 MB of bits. */
const maxFlowsRemembered = 1 << 26;

/** Counts connections by verdict as they come, in a bit a flow and a few counters. */
export class AnswerTally {
  readonly #verdicts: Record<Verdict, number> = {
    mutual: 0,
    refused: 0,
    'one-way': 0,
    resumed: 0,
    cleartext: 0,
    opaque: 0,
    untold: 0,
    empty: 0,
  };
  readonly #reasons: Map<string, number> = new Map();
  readonly #mutualFlows: FlowSet = new FlowSet();
  #resumedMutual = 0;
  #inferred = 0;

  /** Counts one connection. */
  add(flow: ConnectionRecord): void {
    const verdict = verdictOf(flow);
    this.#verdicts[verdict]++;
    if (verdict === 'mutual') {
      this.#mutualFlows.add(flow.id);
      if (flow.tls?.clientAuth.certainty === 'inferred') this.#inferred++;
    }
    if (verdict === 'resumed' && this.#mutualFlows.has(flow.tls?.resumedFrom ?? 0)) this.#resumedMutual++;
    if (verdict === 'untold') {
      const reason = untoldReason(flow);
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  /** The answer in one sentence, every count with what it is a part of. */
  sentence(): string {
    const { mutual, refused, resumed, cleartext, opaque, untold, empty } = this.#verdicts;
    const oneWay = this.#verdicts['one-way'];
    const spoken = mutual + refused + oneWay + resumed + cleartext + opaque + untold;
    if (spoken === 0)
      return empty === 0 ? 'No connections.' : `No connection said anything (${count(empty)} without payload).`;
    const others: string[] = [];
    if (cleartext > 0) others.push(`${count(cleartext)} cleartext`);
    if (oneWay > 0) others.push(`${count(oneWay)} one-way TLS`);
    if (refused > 0) others.push(`${count(refused)} refused over the client certificate`);
    if (resumed > 0) others.push(`${count(resumed)} resumed${this.#inheritance(resumed)}`);
    if (opaque > 0) others.push(`${count(opaque)} encrypted but not TLS`);
    if (untold > 0) others.push(`${count(untold)} can't be told (${this.#because(untold)})`);
    if (empty > 0) others.push(`${count(empty)} more without payload`);
    const likely = this.#inferred > 0 ? ` (${count(this.#inferred)} inferred)` : '';
    const connections =
      spoken === 1 ? 'the one connection' : `${mutual === spoken ? 'all ' : ''}${count(spoken)} connections`;
    const of = mutual === spoken ? '' : mutual === 0 ? 'none of ' : `${count(mutual)} of `;
    const start = `Mutual TLS on ${spoken === 1 && mutual === 0 ? '0 of 1 connection' : of + connections}${likely}`;
    return others.length === 0 ? `${start}.` : `${start}; ${others.join(', ')}.`;
  }

  #inheritance(resumed: number): string {
    const mutual = this.#resumedMutual;
    if (mutual === 0) return '';
    return mutual === resumed ? ' from mutual handshakes' : ` (${count(mutual)} from mutual handshakes)`;
  }

  #because(untold: number): string {
    const reasons = [...this.#reasons].sort((a, b) => b[1] - a[1]);
    return reasons.map(([reason, times]) => (times === untold ? reason : `${count(times)} ${reason}`)).join(', ');
  }
}

// Flow ids, a bit each: a run may have millions.
class FlowSet {
  #bits: Uint8Array = new Uint8Array(1024);

  add(id: number): void {
    if (id > maxFlowsRemembered) return;
    const at = id >>> 3;
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = this.#bits[at]! | (1 << (id & 7));
  }

  has(id: number): boolean {
    return id <= maxFlowsRemembered && ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }
}
