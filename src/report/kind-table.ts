import type { ConnectionRecord, FlowKind } from '../model/connection-record.js';
import type { Summary } from '../model/report.js';
import { cell, displayWidth, reportColumns, rightCell } from './columns.js';
import { harmless } from './harmless.js';
import type { Palette } from './palette.js';
import { count, share } from './quantities.js';

const kinds: readonly FlowKind[] = ['cleartext', 'tls', 'starttls', 'opaque', 'unknown', 'empty'];

/** More names than the protocols and versions known here: a flood of made-up ones ends in 'other'. */
const maxNames = 200;

/** Counts what the flows of each kind speak: versions of TLS, protocols of the rest. */
export class KindTable {
  readonly #names: Map<FlowKind, Map<string, number>> = new Map();

  /** Counts one flow. */
  add(flow: ConnectionRecord): void {
    const name = spokenName(flow);
    if (name === null) return;
    let names = this.#names.get(flow.kind);
    if (names === undefined) {
      names = new Map();
      this.#names.set(flow.kind, names);
    }
    const known = names.has(name) || names.size < maxNames ? name : 'other';
    names.set(known, (names.get(known) ?? 0) + 1);
  }

  /** A line for each kind that occurs: count, total, share, and what was spoken. */
  lines(summary: Summary, palette: Palette): string[] {
    const { total } = summary.flows;
    const lines: string[] = [];
    for (const kind of kinds) {
      const part = summary.flows[kind];
      if (part === 0) continue;
      const start = `  ${cell(kind, 12)}${rightCell(`${count(part)} of ${count(total)}`, 20)}${rightCell(share(part, total), 7)}   `;
      lines.push((start + palette.faint(this.#spoken(kind, reportColumns - start.length))).trimEnd());
    }
    return lines;
  }

  // As many as fit whole, the commonest first: what is left of a count that is cut is another count.
  #spoken(kind: FlowKind, columns: number): string {
    const names = [...(this.#names.get(kind) ?? [])]
      .sort((a, b) => b[1] - a[1])
      .map(([name, times]) => `${harmless(name, 32)} ${count(times)}`);
    for (let shown = names.length; shown > 0; shown--) {
      const text = names.slice(0, shown).join(', ') + (shown < names.length ? ', …' : '');
      if (displayWidth(text) <= columns) return text;
    }
    return names.length === 0 ? '' : '…';
  }
}

function spokenName(flow: ConnectionRecord): string | null {
  if (flow.kind !== 'tls') return flow.protocol;
  return flow.tls?.version ?? (flow.transport === 'udp' ? flow.protocol : 'no answer');
}
