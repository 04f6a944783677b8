import { type Hop, type HopState, hopStates, type NameSource } from '../model/hop.js';
import { cell, displayWidth, noBreak, rightCell, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';
import { paintHopState } from './verdict-paint.js';

// 2 + 12 + 54 + 12 = 80 columns.
const stateColumns = 12;
const hopColumns = 54;
const flowsColumns = 12;
const margin = ' '.repeat(2 + stateColumns);
/** Identities and front hops of one hop that are printed. */
const maxDetails = 20;
const textColumns = hopColumns + flowsColumns;
/** Hops whose states are remembered, to be named as the front of others. */
const maxRemembered = 50_000;
/** Legs of one path that are printed; a path in a circle ends here. */
const maxLegs = 5;

const stateWords: Readonly<Record<HopState, string>> = {
  enforced: 'mutual TLS',
  presented: 'mutual TLS',
  optional: 'TLS, certificate optional',
  'server-only': 'one-way TLS',
  resumed: 'resumed TLS',
  rejected: 'refused',
  cleartext: 'cleartext',
  unknown: "can't be told",
};

/** Where a name is from. */
const sourceWords: Readonly<Record<NameSource, string>> = {
  hosts: 'hosts file',
  kubernetes: 'Kubernetes',
  sni: 'asked for',
  capture: 'name block of the capture',
  dns: 'answer of DNS',
  certificate: 'certificate',
};

/** Keeps the first hops of every state, so that the worst can be listed; all are counted. */
export class HopList {
  readonly #keep: number;
  readonly #kept: Map<HopState, Hop[]> = new Map();
  readonly #counts: Map<HopState, number> = new Map();
  /** By id: what a path through them says. */
  readonly #remembered: Map<string, Pick<Hop, 'mtls' | 'forwardedFrom'>> = new Map();
  total = 0;

  /** At most `keep` hops of a state are kept. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Counts a hop, and keeps it while there is room. */
  add(hop: Hop): void {
    this.total++;
    this.#counts.set(hop.mtls, (this.#counts.get(hop.mtls) ?? 0) + 1);
    if (this.#remembered.size < maxRemembered) this.#remembered.set(hop.id, hop);
    const kept = this.#kept.get(hop.mtls);
    if (kept === undefined) this.#kept.set(hop.mtls, [hop]);
    else if (kept.length < this.#keep) kept.push(hop);
  }

  /** The worst hops, at most `most`. */
  worst(most: number): Hop[] {
    const hops: Hop[] = [];
    for (const state of hopStates) hops.push(...(this.#kept.get(state) ?? []).slice(0, most - hops.length));
    return hops;
  }

  /** The way that requests take over several hops, as lines; none where the hop is not joined to another. */
  path(hop: Hop, palette: Palette): string[] {
    const [front] = hop.forwardedFrom;
    if (front === undefined) return [];
    const others = hop.forwardedFrom.length - 1;
    const legs = [hop.id];
    let surely = true;
    for (let at: Pick<Hop, 'forwardedFrom'> | undefined = hop; at !== undefined && legs.length < maxLegs; ) {
      const before: Hop['forwardedFrom'][number] | undefined = at.forwardedFrom[0];
      if (before === undefined || legs.includes(before.hop)) break;
      legs.unshift(before.hop);
      if (before.certainty !== 'observed') surely = false;
      at = this.#remembered.get(before.hop);
    }
    const words = legs.map((id, at) => {
      const [client = '', server = ''] = harmless(id, 200).split('->');
      const state = id === hop.id ? hop.mtls : this.#remembered.get(id)?.mtls;
      const from = at === 0 ? `${client}${others > 0 ? ` (and ${count(others)} more)` : ''} ` : '';
      // A leg is not broken over two lines where it fits on one.
      const leg = `${from}→ ${server}${state === undefined ? '' : ` ${stateWords[state]}`}`;
      return leg.replaceAll(' ', noBreak);
    });
    const text = `${surely ? 'path' : 'path, inferred'}: ${words.join(' ')}`;
    return wrap(text, textColumns).map((line) => margin + palette.strong(line.replaceAll(noBreak, ' ')));
  }

  /** How many hops are in each state, worst first: '3 cleartext, 1 enforced'. */
  states(): string {
    const parts: string[] = [];
    for (const state of hopStates) {
      const times = this.#counts.get(state);
      if (times !== undefined) parts.push(`${count(times)} ${state}`);
    }
    return parts.join(', ');
  }
}

/** A hop as a line, or as two where its addresses are long. */
export function hopLines(hop: Hop, palette: Palette): string[] {
  const state = paintHopState(hop.mtls, cell(hop.mtls, stateColumns), palette);
  const flows = rightCell(countOf(hop.flowCount, 'flow'), flowsColumns);
  const client = harmless(hop.client.ip);
  const server = serviceText(hop);
  const pair = `${client} → ${server}`;
  const room = hopColumns - displayWidth(pair) - 2;
  if (room >= 8) return [`  ${state}${cell(`${pair}  ${hopSpoken(hop, room)}`, hopColumns)}${flows}`];
  const second = shorten(`→ ${server}`, textColumns - 20);
  return [
    `  ${state}${cell(shorten(client, hopColumns - 1), hopColumns)}${flows}`,
    `${margin}${second}  ${hopSpoken(hop, textColumns - displayWidth(second) - 2)}`,
  ];
}

/** Why the hop has its state: cut to one line, or on as many as it takes. */
export function hopReason(hop: Hop, palette: Palette, whole: boolean): string[] {
  // The sentence states; how it is known belongs to it.
  const inferred = hop.certainty === 'inferred' ? 'inferred: ' : '';
  const why = inferred + harmless(hop.why, 1000);
  const lines = whole ? wrap(why, textColumns) : [shorten(why, textColumns)];
  return lines.map((line) => palette.faint(margin + line));
}

/** The server's name, the identities that clients showed on the hop, and the hops whose requests it carries. */
export function hopDetails(hop: Hop, palette: Palette): string[] {
  const lines: string[] = [];
  for (const end of ['client', 'server'] as const) {
    const { name, nameSource } = hop[end];
    if (name === null) continue;
    const source = nameSource ? ` (${sourceWords[nameSource]})` : '';
    lines.push(shorten(`${end} name: ${harmless(name)}${source}`, textColumns));
  }
  for (const identity of hop.identities.slice(0, maxDetails)) {
    lines.push(shorten(`client identity: ${harmless(identity)}`, textColumns));
  }
  const more = hop.identities.length - maxDetails;
  if (more > 0) lines.push(`… and ${countOf(more, 'more identity', 'more identities')}`);
  for (const front of hop.forwardedFrom.slice(0, maxDetails)) {
    const text = `carries requests of ${harmless(front.hop)} (${front.certainty}): ${harmless(front.basis)}`;
    lines.push(...wrap(text, textColumns));
  }
  return lines.map((line) => palette.faint(margin + line));
}

function serviceText(hop: Hop): string {
  const ip = harmless(hop.server.ip);
  return ip.includes(':') ? `[${ip}]:${hop.server.port}` : `${ip}:${hop.server.port}`;
}

// Versions, protocols and the server's name, as many as fit: a cut word would only puzzle.
function hopSpoken(hop: Hop, columns: number): string {
  const words = [...hop.versions, ...hop.protocols];
  if (words.length === 0) words.push(hop.kind);
  if (hop.server.name !== null) words.push(hop.server.name);
  let text = '';
  for (const word of words) {
    const longer = text === '' ? shorten(harmless(word), columns) : `${text}, ${harmless(word)}`;
    if (displayWidth(longer) > columns) break;
    text = longer;
  }
  return text;
}
