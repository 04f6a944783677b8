// What the live page shows, kept while sniffing goes on, and read by each open page at its own pace. There is no queue for a
// page: everything held has a number that rises with every change, a page remembers the last number it was told, and reading
// gives what came after it. A page that is slow, or away for a while, misses nothing but the states in between.
import type { Finding } from '../../model/finding.js';
import type { Hop, HopState } from '../../model/hop.js';
import type { LiveEvent, LiveStatus } from '../../model/live.js';
import type { Summary } from '../../model/report.js';
import type { ReportSink } from '../../model/report-sink.js';
import { harmless } from '../harmless.js';
import {
  type LiveFinding,
  type LiveHappening,
  type LiveHop,
  type LiveState,
  maxLiveEvents,
  maxLiveFindings,
  maxLiveHops,
} from '../html/live-data.js';
import { harmlessValue } from '../html/script-block.js';

/** Room for new hops is made this often at most, as every page then begins anew. Milliseconds. */
const leastRoomPause = 60_000;

/** Hops that are in one message at most. */
const hopsInMessage = 2_000;

/** Entries of each list of a hop, and characters of a text. */
const maxListed = 8;
const maxWords = 500;

interface HeldHop {
  change: number;
  state: HopState;
  since: string | null;
  /** It was in a report: when it is in none any more, it was forgotten. */
  reported: boolean;
  /** A `LiveHop` as JSON, made once for all pages. */
  json: string;
}

/** How far a page has read. */
export interface LiveCursor {
  epoch: number;
  change: number;
  told: number;
}

/** The state that the live page shows. */
export class LivePage {
  readonly #run: string;
  readonly #toolVersion: string;
  /** In the order of their last change. */
  readonly #hops: Map<string, HeldHop> = new Map();
  readonly #findings: LiveFinding[] = [];
  readonly #happenings: LiveHappening[] = [];
  #summary: Pick<LiveState, 'sentence' | 'grade' | 'score'> = { sentence: null, grade: null, score: null };
  /** Rises when hops are dropped. */
  #epoch = 0;
  #change = 0;
  #told = 0;
  #leftOut = 0;
  #hasBeenFull = false;
  #roomMadeAt = Number.NEGATIVE_INFINITY;

  /** `run` is drawn for each run, so that a page doesn't take one for another. */
  constructor(run: string, toolVersion: string) {
    this.#run = run;
    this.#toolVersion = toolVersion;
  }

  /** Takes what happened, at `now` milliseconds. */
  event(event: LiveEvent, now: number): void {
    const { time } = event;
    if (event.event === 'finding') {
      pushBounded(this.#findings, maxLiveFindings, this.#findingOf(event.finding, event.why, time));
    } else if (event.event === 'notice') {
      const text = harmless(event.text, maxWords);
      pushBounded(this.#happenings, maxLiveEvents, { number: ++this.#told, time, text });
    } else {
      const { hop, before } = event;
      this.#hold(hop, time, this.#hops.get(hop.id)?.reported ?? false, now);
      if (before === null) return;
      const told = { number: ++this.#told, time, hop: harmless(hop.id), before, after: hop.mtls };
      pushBounded(this.#happenings, maxLiveEvents, { ...told, why: harmless(hop.why, maxWords) });
    }
  }

  /**
   * Takes the report so far, at `now` milliseconds: names and proxies of hops are known later than the hops themselves. Their
   * states come by events alone, which weigh connections that are open, too.
   */
  refresh(report: (sink: ReportSink) => Summary | null, now: number): void {
    const seen = new Set<string>();
    let unheld = 0;
    const summary = report({
      hop: (hop) => {
        seen.add(hop.id);
        const held = this.#hops.get(hop.id);
        if (held === undefined) {
          // Not told yet, or left out.
          unheld++;
          return;
        }
        held.reported = true;
        if (held.state === hop.mtls) this.#hold(hop, held.since, true, now);
      },
      end: () => {},
    });
    if (summary === null) return;
    this.#leftOut = this.#hasBeenFull ? unheld : 0;
    const { sentence, grade, score } = summary;
    this.#summary = { sentence: harmless(sentence, maxWords), grade, score };
    let dropped = 0;
    for (const [id, { reported }] of this.#hops) {
      if (!reported || seen.has(id)) continue;
      this.#hops.delete(id);
      dropped++;
    }
    if (dropped > 0) this.#epoch++;
  }

  /** Where a page begins that was last told `id`, or nothing that we know of. */
  cursorAt(id: string | undefined): LiveCursor {
    const [run, ...numbers] = (id ?? '').split('.');
    const [epoch = -1, change = 0, told = 0] = numbers.map(Number);
    const isKnown = run === this.#run && epoch === this.#epoch && change <= this.#change && told <= this.#told;
    return isKnown ? { epoch, change, told } : { epoch: -1, change: 0, told: 0 };
  }

  /** The name of `cursor`, for a page that comes back. */
  idOf({ epoch, change, told }: LiveCursor): string {
    return [this.#run, epoch, change, told].join('.');
  }

  /**
   * One message with what came after `cursor`, which moves on, as JSON (`LiveNews`); `more` = there is more already. Without
   * `status` the counts are left out.
   */
  read(cursor: LiveCursor, status: LiveStatus | null, ended: boolean): { json: string; more: boolean } {
    const anew = cursor.epoch !== this.#epoch;
    if (anew) Object.assign(cursor, { epoch: this.#epoch, change: 0, told: 0 } satisfies LiveCursor);
    const hops: string[] = [];
    let more = false;
    for (const { change, json } of this.#hops.values()) {
      if (change <= cursor.change) continue;
      if (hops.length === hopsInMessage) {
        more = true;
        break;
      }
      hops.push(json);
      cursor.change = change;
    }
    const isNew = ({ number }: { number: number }): boolean => number > cursor.told;
    const findings = this.#findings.filter(isNew);
    const happenings = this.#happenings.filter(isNew);
    cursor.told = this.#told;
    const state = status === null ? null : this.#stateOf(status);
    const rest = JSON.stringify({ anew, more, ended: ended && !more, state, findings, happenings });
    return { json: `${rest.slice(0, -1)},"hops":[${hops.join()}]}`, more };
  }

  #stateOf(status: LiveStatus): LiveState {
    const state = { ...status, ...this.#summary, toolVersion: this.#toolVersion, hopsLeftOut: this.#leftOut };
    return harmlessValue(state);
  }

  #hold(hop: Hop, since: string | null, reported: boolean, now: number): void {
    const held = this.#hops.get(hop.id);
    const json = JSON.stringify(liveHop(hop, since));
    if (held?.json === json) return;
    if (held === undefined && this.#hops.size >= maxLiveHops && !this.#makeRoom(now)) return;
    this.#hops.delete(hop.id);
    this.#hops.set(hop.id, { change: ++this.#change, state: hop.mtls, since, reported, json });
  }

  // Drops the tenth that changed longest ago; false where that was done a moment ago.
  #makeRoom(now: number): boolean {
    this.#hasBeenFull = true;
    if (now - this.#roomMadeAt < leastRoomPause) return false;
    this.#roomMadeAt = now;
    this.#epoch++;
    let left = maxLiveHops / 10;
    for (const id of this.#hops.keys()) {
      if (left-- === 0) break;
      this.#hops.delete(id);
    }
    return true;
  }

  #findingOf(finding: Finding, why: LiveFinding['why'], time: string | null): LiveFinding {
    const { severity, certainty, kind, title, detail, remediation, hop, client, server, wiresharkFilter } = finding;
    const words = { kind, title, detail, remediation, hop, client, server, wiresharkFilter };
    return { number: ++this.#told, time, why, severity, certainty, ...harmlessValue(words) };
  }
}

function liveHop(hop: Hop, since: string | null): LiveHop {
  const { id, client, server, protocols, versions, mtls, certainty, why, identities, forwardedFrom } = hop;
  const texts = (list: readonly string[]): string[] => list.slice(0, maxListed).map((text) => harmless(text));
  const nameOf = (name: string | null): string | null => (name === null ? null : harmless(name));
  return {
    id: harmless(id),
    client: { ip: harmless(client.ip), name: nameOf(client.name) },
    server: { ip: harmless(server.ip), port: server.port, name: nameOf(server.name) },
    protocols: texts(protocols),
    versions: texts(versions),
    mtls,
    certainty,
    why: harmless(why, maxWords),
    identities: texts(identities),
    forwardedFrom: forwardedFrom
      .slice(0, maxListed)
      .map((front) => ({ ...front, hop: harmless(front.hop), basis: harmless(front.basis) })),
    since,
  };
}

function pushBounded<T>(list: T[], most: number, entry: T): void {
  list.push(entry);
  if (list.length > most) list.shift();
}
