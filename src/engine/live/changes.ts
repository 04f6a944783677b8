// What is new in a report against those before it: live sniffing tells the difference between two reports, so that it can't
// say anything else than the report at its end.
import type { Finding } from '../../model/finding.js';
import type { Hop, HopState } from '../../model/hop.js';
import type { LiveEvent } from '../../model/live.js';
import { severityRank } from '../judging/finding-groups.js';

/** Hops and findings remembered as told, each; the least recently seen is forgotten first, and told again if it comes back. */
export const maxTold = 200_000;

/** States by what a hop is taken for when two parts of its connections say different things: what decides first. */
const deciding: readonly HopState[] = [
  'cleartext',
  'server-only',
  'optional',
  'enforced',
  'presented',
  'rejected',
  'resumed',
  'unknown',
];

/** From worst to best, of states that say something; a hop that is forgotten in part is told as better only. */
const worstFirst: readonly HopState[] = ['cleartext', 'server-only', 'optional', 'rejected', 'presented', 'enforced'];

interface ToldFinding {
  severity: Finding['severity'];
  count: number;
  /** Milliseconds. */
  at: number;
}

interface ToldHop {
  /** What was told. */
  state: HopState;
  /** What its ended connections say, and what its open ones said; null = nothing yet. */
  ended: HopState | null;
  open: HopState | null;
}

/** Compares reports, and tells what changed. */
export class LiveChanges {
  /** Told hops and findings that were forgotten for want of room. */
  forgotten = 0;
  readonly #tell: (event: LiveEvent) => void;
  readonly #repeatAfter: number | null;
  readonly #findings: Map<string, ToldFinding> = new Map();
  readonly #hops: Map<string, ToldHop> = new Map();

  /** A finding that goes on is told again after `repeatAfter` milliseconds; null = never. */
  constructor(repeatAfter: number | null, tell: (event: LiveEvent) => void) {
    this.#repeatAfter = repeatAfter;
    this.#tell = tell;
  }

  /** A finding of the report of ended connections, or of those that are open (`open`), at `now` milliseconds. */
  finding(finding: Finding, open: boolean, time: string | null, now: number): void {
    if (finding.suppressed !== null) return;
    const key = keyOf(finding);
    const told = this.#findings.get(key);
    const { severity, count } = finding;
    if (told === undefined) {
      this.#remember(this.#findings, key, { severity, count, at: now });
      this.#tell({ event: 'finding', time, why: 'new', finding });
      return;
    }
    this.#remember(this.#findings, key, told);
    if (severityRank(severity) < severityRank(told.severity)) {
      told.severity = severity;
      this.#tell({ event: 'finding', time, why: 'raised', finding });
    } else if (!open && this.#repeatAfter !== null && count !== told.count && now - told.at >= this.#repeatAfter) {
      told.at = now;
      told.count = count;
      this.#tell({ event: 'finding', time, why: 'repeated', finding });
    }
  }

  /** A hop of the report of ended connections, or of those that are open. */
  hop(hop: Hop, open: boolean, time: string | null): void {
    let told = this.#hops.get(hop.id);
    const before = told?.state ?? null;
    told ??= { state: hop.mtls, ended: null, open: null };
    this.#remember(this.#hops, hop.id, told);
    if (open) told.open = decided(told.open, hop.mtls);
    else told.ended = hop.mtls;
    told.state = decided(told.open, told.ended ?? 'unknown');
    if (told.state !== before) this.#tell({ event: 'hop', time, before, hop });
  }

  /**
   * A hop of the first report after older connections were forgotten: what is not seen any more is no news, but that something
   * bad was not seen for so long is.
   */
  hopAfterForgetting(hop: Hop, time: string | null): void {
    const told = this.#hops.get(hop.id);
    if (told === undefined) return;
    const before = told.state;
    told.state = hop.mtls;
    told.ended = hop.mtls;
    told.open = null;
    const was = worstFirst.indexOf(before);
    if (was >= 0 && worstFirst.indexOf(hop.mtls) > was) this.#tell({ event: 'hop', time, before, hop });
  }

  /** Puts it behind all others, and forgets the first when there are too many. */
  #remember<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key);
    map.set(key, value);
    if (map.size <= maxTold) return;
    this.forgotten++;
    const [oldest] = map.keys();
    map.delete(oldest!);
  }
}

/** What a finding is about: one is told once. */
function keyOf({ kind, hop, client, server, certificate, capture }: Finding): string {
  const subject = hop ?? certificate ?? server ?? client ?? `capture ${capture}`;
  return `${kind} ${subject}`;
}

function decided(a: HopState | null, b: HopState): HopState {
  return a !== null && deciding.indexOf(a) <= deciding.indexOf(b) ? a : b;
}
