// What all connections of a segment say of one line, folded: counts and the first evidence, never the connections.
import { formatEndpoint } from '../base/address.js';
import type { Certainty, ConnectionRecord } from '../model/connection-record.js';
import type { PolicyLine } from '../model/policy.js';
import type { RequirementAnswer } from './judge-requirement.js';
import type { PolicyException, Requirement, Segment } from './policy.js';

/** Hops, flows and frames that a line lists; as findings do. */
export const maxLineEvidence = 20;

/** Hops of one line that are told apart; beyond them a line can't PASS, and says why. */
export const maxLineHops = 100_000;

const certainties: readonly Certainty[] = ['observed', 'decrypted', 'inferred'];

/** Evidence of one kind of answer. */
class Evidence {
  count = 0;
  readonly hops: Set<string> = new Set();
  readonly flows: number[] = [];
  readonly frames: number[] = [];
  capture: number | null = null;
  surest: Certainty | 'none' = 'none';
  weakest: Certainty | 'none' = 'none';
  /** Connections whose answer is inferred. */
  inferred = 0;
  because = '';

  add({ id, capture }: ConnectionRecord, hop: string, answer: RequirementAnswer): void {
    this.count++;
    if (this.because === '') this.because = answer.because;
    this.capture ??= capture;
    if (this.hops.size < maxLineEvidence) this.hops.add(hop);
    if (this.flows.length < maxLineEvidence) this.flows.push(id);
    if (capture === this.capture) {
      for (const frame of answer.frames) {
        if (this.frames.length < maxLineEvidence && frame > 0 && !this.frames.includes(frame)) this.frames.push(frame);
      }
    }
    const rank = certainties.indexOf(answer.certainty);
    if (answer.certainty === 'inferred') this.inferred++;
    if (this.surest === 'none' || rank < certainties.indexOf(this.surest)) this.surest = answer.certainty;
    if (this.weakest === 'none' || rank > certainties.indexOf(this.weakest)) this.weakest = answer.certainty;
  }
}

/** One line of the policy over all connections. */
export class LineTally {
  readonly requirement: Requirement;
  readonly #segment: Segment;
  readonly #holds: Evidence = new Evidence();
  readonly #fails: Evidence = new Evidence();
  readonly #excused: Evidence = new Evidence();
  readonly #untold: Evidence = new Evidence();
  #idle = 0;
  #idleBecause = '';
  #exception: PolicyException | null = null;
  /** Whether each hop was seen to hold. */
  readonly #hops: Map<string, boolean> = new Map();
  #unkept = 0;

  constructor(segment: Segment, requirement: Requirement) {
    this.#segment = segment;
    this.requirement = requirement;
  }

  /** Adds what a connection says; `exception` covers it where it fails. */
  add(record: ConnectionRecord, answer: RequirementAnswer, exception: PolicyException | null): void {
    if (answer.answer === 'idle') {
      if (this.#idle++ === 0) this.#idleBecause = answer.because;
      return;
    }
    const hop = `${record.client.ip}->${formatEndpoint(record.server.ip, record.server.port)}`;
    if (answer.answer === 'fails') {
      if (exception !== null) this.#exception ??= exception;
      (exception === null ? this.#fails : this.#excused).add(record, hop, answer);
      return;
    }
    const holds = answer.answer === 'holds';
    const known = this.#hops.get(hop);
    if (known === undefined && this.#hops.size >= maxLineHops) this.#unkept++;
    else if (known !== true) this.#hops.set(hop, holds);
    (holds ? this.#holds : this.#untold).add(record, hop, answer);
  }

  /** The line as the report tells it. */
  report(): PolicyLine {
    const { requirement } = this;
    const { verdict, why, evidence } = this.#judge();
    return {
      line: requirement.line,
      segment: this.#segment.name,
      requires: requirement.requires,
      verdict,
      why,
      hops: [...evidence.hops],
      flows: evidence.flows,
      frames: [...evidence.frames].sort((a, b) => a - b),
      capture: evidence.frames.length > 0 ? evidence.capture : null,
      // One sure breach is enough to FAIL; a PASS is as sure as the least of what it rests on.
      certainty: verdict === 'FAIL' ? evidence.surest : verdict === 'PASS' ? evidence.weakest : 'none',
      connections: {
        holds: this.#holds.count,
        fails: this.#fails.count,
        excused: this.#excused.count,
        untold: this.#untold.count,
      },
      severity: this.#segment.severity,
      suppressed:
        verdict === 'FAIL' && this.#fails.count === 0 && this.#exception !== null
          ? { reason: this.#exception.reason, expires: this.#exception.expires }
          : null,
    };
  }

  #judge(): Pick<PolicyLine, 'verdict' | 'why'> & { evidence: Evidence } {
    const holds = this.#holds;
    const judged = holds.count + this.#fails.count + this.#excused.count + this.#untold.count;
    const of = (count: number): string => `${count} of ${connections(judged)}`;
    const excused =
      this.#excused.count === 0
        ? ''
        : ` ${of(this.#excused.count)} fail and are excused until ${this.#exception!.expires}.`;
    if (this.#fails.count > 0) {
      const others = this.#fails.count > 1 ? ' (the first)' : '';
      const why = `${of(this.#fails.count)} ${this.#fails.count === 1 ? 'breaks' : 'break'} it: ${this.#fails.because}${others}.${excused}`;
      return { verdict: 'FAIL', why, evidence: this.#fails };
    }
    if (this.#excused.count > 0) {
      const why = `${excused.trim()} First: ${this.#excused.because}.`;
      return { verdict: 'FAIL', why, evidence: this.#excused };
    }
    const openHops = [...this.#hops.values()].filter((held) => !held).length;
    if (holds.count > 0 && openHops === 0 && this.#unkept === 0) {
      const inferred = holds.inferred === 0 ? '' : ` (${holds.inferred} inferred)`;
      const beside =
        this.#untold.count === 0 ? '' : `; ${of(this.#untold.count)} can't be told, on hops where it was seen to hold`;
      return {
        verdict: 'PASS',
        why: `${of(holds.count)} on ${hops(this.#hops.size)} ${holds.count === 1 ? 'shows' : 'show'} it${inferred}: ${holds.because}${beside}.`,
        evidence: holds,
      };
    }
    return { verdict: 'UNSEEN', why: this.#unseenBecause(judged, openHops), evidence: this.#untold };
  }

  #unseenBecause(judged: number, openHops: number): string {
    if (this.#unkept > 0) return `There are more than ${maxLineHops} hops: not all of them could be told apart.`;
    if (judged > 0) {
      const held = this.#hops.size - openHops;
      const rest = held > 0 ? `; on ${hops(held)} it holds` : '';
      return `On ${openHops} of ${hops(this.#hops.size)} nothing can be told: ${this.#untold.because}${rest}.`;
    }
    if (this.#idle > 0)
      return `${connections(this.#idle)} in the segment, and none exercises it: ${this.#idleBecause}.`;
    return 'No connection in the captures is of this segment.';
  }
}

function connections(count: number): string {
  return `${count} connection${count === 1 ? '' : 's'}`;
}

function hops(count: number): string {
  return `${count} hop${count === 1 ? '' : 's'}`;
}
