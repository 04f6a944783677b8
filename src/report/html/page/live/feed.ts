// Listens to the analyzer, and keeps what it tells as one picture that never changes: each message that changes something makes
// another. What comes in pieces is shown when it is whole.
import { type Hop, hopStates } from '../../../../model/hop.js';
import {
  type LiveFinding,
  type LiveHappening,
  type LiveHop,
  type LiveNews,
  type LiveState,
  maxLiveEvents,
  maxLiveFindings,
} from '../../live-data.js';
import { type Sample, sampleOf, withSample } from './rates.js';

/** The analyzer tells something every second: after so many milliseconds without a word it is lost. */
const silence = 8_000;

/** Milliseconds after which a connection that the browser gave up is tried again. */
const pause = 4_000;

/** How the page and the analyzer stand. */
export type Connection = 'waiting' | 'live' | 'lost' | 'ended';

/** A hop of the page. */
export interface ShownHop extends LiveHop {
  /** Place in the order in which hops came: it never changes. */
  order: number;
  forwardsTo: readonly string[];
}

/** All that the page draws from. */
export interface LivePicture {
  connection: Connection;
  /** When the connection became what it is, in milliseconds since 1970 UTC. */
  since: number;
  state: LiveState | null;
  samples: readonly Sample[];
  /** Worst first, then as they came. */
  hops: readonly ShownHop[];
  hopById: ReadonlyMap<string, ShownHop>;
  /** Newest first. */
  findings: readonly LiveFinding[];
  happenings: readonly LiveHappening[];
}

/** Before the first word. */
const nothing: Omit<LivePicture, 'since'> = {
  connection: 'waiting',
  state: null,
  samples: [],
  hops: [],
  hopById: new Map(),
  findings: [],
  happenings: [],
};

/** The stream of the analyzer. */
export class LiveFeed {
  picture: LivePicture = { ...nothing, since: Date.now() };
  readonly #url: string;
  readonly #hops: Map<string, LiveHop & { order: number }> = new Map();
  #listener: () => void = () => {};
  #events: EventSource | null = null;
  #heard = 0;
  #order = 0;
  #timer = 0;
  /** What came of a message that goes on in the next. */
  #pending: Partial<LivePicture> = {};
  #hopsChanged = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** Calls `listener` when there is another picture. */
  listen(listener: () => void): void {
    this.#listener = listener;
  }

  /** Connects, and tries again until the analyzer says that it has ended. */
  connect(): void {
    clearInterval(this.#timer);
    this.#open();
    this.#timer = window.setInterval(() => this.#watch(), 1_000);
  }

  #open(): void {
    this.#events?.close();
    this.#heard = Date.now();
    const events = new EventSource(this.#url);
    this.#events = events;
    events.onmessage = ({ data }: MessageEvent<string>) => this.#take(JSON.parse(data) as LiveNews);
    events.onerror = () => this.#become('lost');
  }

  // A browser tries again by itself where it thinks that it helps, and doesn't notice a machine that has gone without a word.
  #watch(): void {
    if (this.picture.connection === 'ended') return;
    const quiet = Date.now() - this.#heard;
    const givenUp = this.#events?.readyState === EventSource.CLOSED;
    if (quiet > silence) this.#become('lost');
    if (quiet > silence || (givenUp && quiet > pause)) this.#open();
  }

  #become(connection: Connection): void {
    if (this.picture.connection === connection) return;
    if (connection === 'lost' && this.picture.connection === 'waiting') return;
    this.picture = { ...this.picture, connection, since: Date.now() };
    this.#listener();
  }

  #take(news: LiveNews): void {
    this.#heard = Date.now();
    const next: LivePicture = { ...this.picture, ...this.#pending };
    if (news.anew) {
      this.#hops.clear();
      this.#hopsChanged = true;
      Object.assign(next, { samples: [], findings: [], happenings: [] });
    }
    if (news.state !== null) {
      next.state = news.state;
      next.samples = withSample(next.samples, sampleOf(news.state));
    }
    for (const hop of news.hops) {
      const order = this.#hops.get(hop.id)?.order ?? this.#order++;
      this.#hops.set(hop.id, { ...hop, order });
      this.#hopsChanged = true;
    }
    if (news.findings.length > 0) {
      next.findings = [...news.findings.reverse(), ...next.findings].slice(0, maxLiveFindings);
    }
    if (news.happenings.length > 0) {
      next.happenings = [...news.happenings.reverse(), ...next.happenings].slice(0, maxLiveEvents);
    }
    if (news.more) {
      const { state, samples, findings, happenings } = next;
      this.#pending = { state, samples, findings, happenings };
      return;
    }
    this.#pending = {};
    if (this.#hopsChanged) Object.assign(next, linkedHops(this.#hops.values()));
    this.#hopsChanged = false;
    const connection = news.ended ? 'ended' : 'live';
    if (connection !== next.connection) {
      next.connection = connection;
      next.since = Date.now();
    }
    if (news.ended) {
      this.#events?.close();
      clearInterval(this.#timer);
    }
    this.picture = next;
    this.#listener();
  }
}

// Worst first, each with the hops that it is carried on by.
function linkedHops(held: Iterable<LiveHop & { order: number }>): Pick<LivePicture, 'hops' | 'hopById'> {
  const byState = new Map<Hop['mtls'], ShownHop[]>(hopStates.map((state) => [state, []]));
  const hopById = new Map<string, ShownHop>();
  const joined = new Map<string, string[]>();
  for (const hop of held) {
    for (const { hop: front } of hop.forwardedFrom) {
      const carried = joined.get(front);
      if (carried === undefined) joined.set(front, [hop.id]);
      else carried.push(hop.id);
    }
    const shown: ShownHop = { ...hop, forwardsTo: [] };
    hopById.set(hop.id, shown);
    byState.get(hop.mtls)?.push(shown);
  }
  for (const [front, forwardsTo] of joined) {
    const shown = hopById.get(front);
    if (shown !== undefined) shown.forwardsTo = forwardsTo;
  }
  return { hops: [...byState.values()].flat(), hopById };
}
