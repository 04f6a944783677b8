import { type Hop, type HopState, hopStates } from '../model/hop.js';
import { cell, displayWidth, rightCell, shorten, wrap } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, countOf } from './quantities.js';
import { paintHopState } from './verdict-paint.js';

// 2 + 12 + 54 + 12 = 80 columns.
const stateColumns = 12;
const hopColumns = 54;
const flowsColumns = 12;
const margin = ' '.repeat(2 + stateColumns);
const textColumns = hopColumns + flowsColumns;

/** Keeps the first hops of every state, so that the worst can be listed; all are counted. */
export class HopList {
  readonly #keep: number;
  readonly #kept: Map<HopState, Hop[]> = new Map();
  readonly #counts: Map<HopState, number> = new Map();
  total = 0;

  /** At most `keep` hops of a state are kept. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** Counts a hop, and keeps it while there is room. */
  add(hop: Hop): void {
    this.total++;
    this.#counts.set(hop.mtls, (this.#counts.get(hop.mtls) ?? 0) + 1);
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
  const flows = rightCell(countOf(hop.flows.length, 'flow'), flowsColumns);
  const client = harmless(hop.client.ip);
  const server = serviceText(hop);
  const spoken = hopSpoken(hop);
  const pair = `${client} → ${server}`;
  if (displayWidth(pair) <= hopColumns - 10) {
    const room = hopColumns - displayWidth(pair) - 2;
    return [`  ${state}${cell(`${pair}  ${shorten(spoken, room)}`, hopColumns)}${flows}`];
  }
  return [
    `  ${state}${cell(shorten(client, hopColumns - 1), hopColumns)}${flows}`,
    `${margin}${shorten(`→ ${server}  ${spoken}`, textColumns)}`,
  ];
}

/** Why the hop has its state: on one line, or on as many as it takes with the identities that were shown. */
export function hopReason(hop: Hop, palette: Palette, whole: boolean): string[] {
  const why = harmless(hop.why, 1000);
  if (!whole) return [palette.faint(margin + shorten(why, textColumns))];
  const lines = wrap(why, textColumns);
  for (const identity of hop.identities.slice(0, 20))
    lines.push(shorten(`client identity: ${harmless(identity)}`, textColumns));
  if (hop.identities.length > 20)
    lines.push(`… and ${countOf(hop.identities.length - 20, 'more identity', 'more identities')}`);
  for (const front of hop.forwardedFrom.slice(0, 20)) {
    lines.push(
      ...wrap(`carries requests of ${harmless(front.hop)} (${front.certainty}): ${harmless(front.basis)}`, textColumns),
    );
  }
  return lines.map((line) => palette.faint(margin + line));
}

function serviceText(hop: Hop): string {
  const ip = harmless(hop.server.ip);
  const address = ip.includes(':') ? `[${ip}]:${hop.server.port}` : `${ip}:${hop.server.port}`;
  return hop.server.name === null ? address : `${address} ${harmless(hop.server.name, 64)}`;
}

function hopSpoken(hop: Hop): string {
  const words = [...hop.versions, ...hop.protocols].map((word) => harmless(word, 32));
  return words.length === 0 ? hop.kind : words.join(', ');
}
