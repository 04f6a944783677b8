import type { ConnectionRecord } from '../model/connection-record.js';
import { count } from './quantities.js';
import { untoldReason, type Verdict, verdictOf } from './verdict.js';

/** Counts connections by verdict as they come; bounded by the number of verdicts and reasons. */
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
  #inferred = 0;

  /** Counts one connection. */
  add(flow: ConnectionRecord): void {
    const verdict = verdictOf(flow);
    this.#verdicts[verdict]++;
    if (verdict === 'mutual' && flow.tls?.clientAuth.certainty === 'inferred') this.#inferred++;
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
    if (resumed > 0) others.push(`${count(resumed)} resumed`);
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

  #because(untold: number): string {
    const reasons = [...this.#reasons].sort((a, b) => b[1] - a[1]);
    return reasons.map(([reason, times]) => (times === untold ? reason : `${count(times)} ${reason}`)).join(', ');
  }
}
