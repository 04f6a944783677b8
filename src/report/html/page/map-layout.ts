// The hop map as coordinates: hosts as cards in layers from left to right, hops as lines between them, and inside a proxy the
// lines that join the requests that come in with those that go out.
import { Graph, layout } from '@dagrejs/dagre';
import { type Hop, type HopState, hopStates } from '../../../model/hop.js';

/** Lines on the map; the worst hops come first, and what is left out is counted. */
export const maxMapLines = 120;
/** So many clients that do the same are drawn as one. */
const sameClients = 3;

const cardWidth = 224;
const headHeight = 38;
const rowHeight = 26;
const lineGap = 20;
/** Room that a character of a row takes, at most. */
const characterWidth = 6.8;
const rowCharacters = 24;

/** A host of the map. */
export interface Card {
  key: string;
  role: 'client' | 'proxy' | 'service' | 'both';
  title: string;
  subtitle: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Services of the host, one a row. */
  rows: { y: number; text: string; textWidth: number; hops: string[] }[];
  /** Lines from a request that comes in to the one that carries it on. */
  joins: { path: string; from: string; to: string; certainty: 'observed' | 'inferred' }[];
}

/** A hop of the map, or several that do the same. */
export interface Line {
  hops: string[];
  state: HopState;
  path: string;
  /** Where the mark of its state stands. */
  x: number;
  y: number;
  label: string;
}

/** The map, in units of CSS pixels. */
export interface HopMap {
  width: number;
  height: number;
  cards: Card[];
  lines: Line[];
  /** Hops that are not on it. */
  leftOut: number;
}

/** What the map shows of a hop. */
export type MapHop = Pick<
  Hop,
  'id' | 'client' | 'server' | 'mtls' | 'certainty' | 'why' | 'protocols' | 'versions' | 'forwardedFrom'
>;

interface Leg {
  hops: MapHop[];
  from: string;
  to: string;
}

interface Host {
  key: string;
  title: string;
  subtitle: string;
  services: Map<string, { text: string; hops: string[]; sources: string[] }>;
  outgoing: Leg[];
  joined: boolean;
}

/** A host's name without the kind of name that a certificate says it is. */
export function plainName(name: string): string {
  return name.replace(/^(?:DNS|IP|URI):/, '');
}

/**
 * Lays out the worst of `hops`. Their order is kept where the layout has a choice: a hop that changes its state, or a new one at
 * the end, leaves the others where they are as far as possible. With the map `before`, top and bottom are as they were there.
 */
export function layoutHops(hops: readonly MapHop[], before: HopMap | null = null): HopMap {
  const legs = mergeClients(hops.map((hop) => ({ hops: [hop], from: clientKey(hop, hops), to: serverKey(hop) })));
  const places = new Map(hops.map(({ id }, place) => [id, place]));
  const placeOf = ({ hops: [first] }: Leg): number => places.get(first!.id)!;
  const shown = legs
    .sort((a, b) => hopStates.indexOf(a.hops[0]!.mtls) - hopStates.indexOf(b.hops[0]!.mtls))
    .slice(0, maxMapLines)
    .sort((a, b) => placeOf(a) - placeOf(b));
  const hosts = hostsOf(shown);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 170, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const host of hosts.values()) graph.setNode(host.key, { width: cardWidth, height: heightOf(host) });
  for (const [at, { from, to }] of shown.entries()) if (from !== to) graph.setEdge(from, to, {}, String(at));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const isTurned = before !== null && isUpsideDown(before, height, (key) => graph.node(key) as Point | undefined);
  const centreOf = (key: string): Point => {
    const { x, y } = graph.node(key) as Point;
    return { x, y: isTurned ? height - y : y };
  };
  const cards = new Map<string, Card>();
  for (const host of hosts.values()) {
    const { x, y } = centreOf(host.key);
    cards.set(
      host.key,
      cardOf(host, x, y, (key) => centreOf(key).y),
    );
  }
  const exits = placeExits(shown, cards, hosts);
  const lines = shown.map((leg, at) => lineOf(leg, exits[at]!, cards.get(leg.to)!));
  joinLegs(shown, exits, cards);
  const drawn = shown.reduce((sum, leg) => sum + leg.hops.length, 0);
  return { width, height, cards: [...cards.values()], lines, leftOut: hops.length - drawn };
}

// Whether the hosts of the map `before` would lie nearer to where they were if this one were turned over: a layout is as good
// either way up, and chooses anew each time.
function isUpsideDown(before: HopMap, height: number, centreOf: (key: string) => Point | undefined): boolean {
  let moved = 0;
  let movedTurned = 0;
  for (const card of before.cards) {
    const now = centreOf(card.key);
    if (now === undefined) continue;
    const was = card.y + card.height / 2;
    moved += Math.abs(now.y - was);
    movedTurned += Math.abs(height - now.y - was);
  }
  return movedTurned < moved;
}

// Within one machine a host would be a single card: there every service stands for itself.
function withinMachine(hop: MapHop): boolean {
  return hop.client.ip === hop.server.ip;
}

function serverKey(hop: MapHop): string {
  return withinMachine(hop) ? `${hop.server.ip} ${hop.server.port}` : hop.server.ip;
}

function clientKey(hop: MapHop, hops: readonly MapHop[]): string {
  if (!withinMachine(hop)) return hop.client.ip;
  const front = hops.find(({ id }) => id === hop.forwardedFrom[0]?.hop);
  return front !== undefined && withinMachine(front) ? serverKey(front) : hop.client.ip;
}

// Clients with one leg each to the same service in the same state, and no part in any way over a proxy.
function mergeClients(legs: Leg[]): Leg[] {
  const ends = new Map<string, number>();
  for (const { from, to } of legs) {
    ends.set(from, (ends.get(from) ?? 0) + 1);
    ends.set(to, (ends.get(to) ?? 0) + 1);
  }
  const groups = new Map<string, Leg[]>();
  const merged: Leg[] = [];
  for (const leg of legs) {
    const hop = leg.hops[0]!;
    if (ends.get(leg.from) !== 1 || hop.forwardedFrom.length > 0) {
      merged.push(leg);
      continue;
    }
    const key = `${leg.to} ${hop.server.port} ${hop.mtls}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [leg]);
    else group.push(leg);
  }
  for (const [key, group] of groups) {
    if (group.length < sameClients) merged.push(...group);
    else merged.push({ hops: group.flatMap(({ hops }) => hops), from: `clients ${key}`, to: group[0]!.to });
  }
  return merged;
}

function hostsOf(legs: readonly Leg[]): Map<string, Host> {
  const hosts = new Map<string, Host>();
  const host = (key: string, title: string, subtitle: string): Host => {
    let known = hosts.get(key);
    if (known === undefined) {
      known = { key, title, subtitle, services: new Map(), outgoing: [], joined: false };
      hosts.set(key, known);
    }
    return known;
  };
  for (const leg of legs) {
    const hop = leg.hops[0]!;
    const { client, server } = hop;
    const from =
      leg.hops.length > 1
        ? host(leg.from, `${leg.hops.length} clients`, `${client.ip} …`)
        : host(
            leg.from,
            client.name === null ? client.ip : plainName(client.name),
            client.name === null ? '' : client.ip,
          );
    from.outgoing.push(leg);
    if (leg.hops.some(({ forwardedFrom }) => forwardedFrom.length > 0)) from.joined = true;
    const to = host(
      leg.to,
      server.name === null ? server.ip : plainName(server.name),
      server.name === null ? '' : server.ip,
    );
    const port = String(server.port);
    const service = to.services.get(port);
    const ids = leg.hops.map(({ id }) => id);
    if (service === undefined) {
      const spoken = [hop.protocols[0], hop.versions[0]].filter((word) => word !== undefined).join(', ');
      to.services.set(port, { text: `:${port} ${spoken}`, hops: ids, sources: [leg.from] });
    } else {
      service.hops.push(...ids);
      service.sources.push(leg.from);
    }
  }
  return hosts;
}

function heightOf({ services, outgoing }: Host): number {
  return Math.max(headHeight + services.size * rowHeight + 8, headHeight + 8, (outgoing.length + 1) * lineGap);
}

function cardOf(host: Host, x: number, y: number, heightOfHost: (key: string) => number): Card {
  const height = heightOf(host);
  const left = x - cardWidth / 2;
  const top = y - height / 2;
  const serves = host.services.size > 0;
  const opens = host.outgoing.length > 0;
  return {
    key: host.key,
    role: serves ? (opens ? (host.joined ? 'proxy' : 'both') : 'service') : 'client',
    title: host.title,
    subtitle: host.subtitle,
    x: left,
    y: top,
    width: cardWidth,
    height,
    // In the order of who comes in, so that lines don't cross at the end.
    rows: [...host.services.values()]
      .map((service) => ({ service, from: mean(service.sources.map(heightOfHost)) }))
      .sort((a, b) => a.from - b.from)
      .map(({ service: { text, hops } }, at) => ({
        y: top + headHeight + (at + 0.5) * rowHeight,
        text: text.length <= rowCharacters ? text : `${text.slice(0, rowCharacters - 1)}…`,
        textWidth: Math.min(text.length, rowCharacters) * characterWidth,
        hops,
      })),
    joins: [],
  };
}

// Where each leg leaves its card: in the order of where it goes, so that lines don't cross at the start.
function placeExits(legs: readonly Leg[], cards: ReadonlyMap<string, Card>, hosts: ReadonlyMap<string, Host>): Point[] {
  const exits: Point[] = new Array(legs.length);
  for (const host of hosts.values()) {
    const card = cards.get(host.key)!;
    const ordered = [...host.outgoing].sort((a, b) => entryOf(a, cards.get(a.to)!).y - entryOf(b, cards.get(b.to)!).y);
    for (const [at, leg] of ordered.entries()) {
      const middle = card.y + card.height / 2;
      const y = middle + (at - (ordered.length - 1) / 2) * Math.min(rowHeight, card.height / (ordered.length + 1));
      exits[legs.indexOf(leg)] = { x: card.x + card.width, y };
    }
  }
  return exits;
}

interface Point {
  x: number;
  y: number;
}

function entryOf({ hops }: Leg, card: Card): Point {
  const row = card.rows.find((candidate) => candidate.hops.includes(hops[0]!.id));
  return { x: card.x, y: row?.y ?? card.y + card.height / 2 };
}

function lineOf(leg: Leg, exit: Point, card: Card): Line {
  const entry = entryOf(leg, card);
  const hop = leg.hops[0]!;
  const back = entry.x < exit.x;
  const bend = back ? 90 : Math.max(40, (entry.x - exit.x) / 2);
  return {
    hops: leg.hops.map(({ id }) => id),
    state: hop.mtls,
    path: `M${round(exit.x)},${round(exit.y)} C${round(exit.x + bend)},${round(exit.y)} ${round(entry.x - bend)},${round(entry.y)} ${round(entry.x)},${round(entry.y)}`,
    // The middle of the curve: by symmetry of its handles the middle of its ends.
    x: (exit.x + entry.x) / 2,
    y: (exit.y + entry.y) / 2,
    label: leg.hops.length > 1 ? `${leg.hops.length} hops` : hop.certainty === 'inferred' ? 'inferred' : '',
  };
}

function joinLegs(legs: readonly Leg[], exits: readonly Point[], cards: ReadonlyMap<string, Card>): void {
  for (const [at, leg] of legs.entries()) {
    const card = cards.get(leg.from)!;
    const exit = exits[at]!;
    const drawn = new Set<Card['rows'][number]>();
    for (const { hop: front, certainty } of leg.hops.flatMap(({ forwardedFrom }) => forwardedFrom)) {
      const row = card.rows.find(({ hops }) => hops.includes(front));
      if (row === undefined || drawn.has(row)) continue;
      drawn.add(row);
      const start = card.x + 12 + row.textWidth + 6;
      const middle = (start + exit.x) / 2;
      const path = `M${round(start)},${round(row.y)} C${round(middle)},${round(row.y)} ${round(middle)},${round(exit.y)} ${round(exit.x)},${round(exit.y)}`;
      card.joins.push({ path, from: front, to: leg.hops[0]!.id, certainty });
    }
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
