import type { ConnectionRecord } from '../model/connection-record.js';
import { cell, displayWidth, rightCell, shorten } from './columns.js';
import { endpointText, spokenText } from './endpoints.js';
import type { Palette } from './palette.js';
import { verdictOf, verdictWords } from './verdict.js';
import { paintVerdict } from './verdict-paint.js';

// 7 + 2 + 40 + 2 + 14 + 15 = 80 columns.
const idColumns = 7;
const pairColumns = 40;
const spokenColumns = 13;

/** The heading above `flowLines`. */
export function flowHeading(palette: Palette): string {
  return palette.faint(
    `${rightCell('flow', idColumns)}  ${cell('client → server', pairColumns)}  ${cell('speaks', spokenColumns)} client cert`,
  );
}

/** A flow as one line of a table, or as two where its addresses are long (IPv6). */
export function flowLines(flow: ConnectionRecord, palette: Palette): string[] {
  const id = rightCell(String(flow.id), idColumns);
  const verdict = paintVerdict(verdictOf(flow), verdictWords(flow), palette);
  const spoken = cell(spokenText(flow), spokenColumns);
  const client = endpointText(flow.client);
  const server = endpointText(flow.server);
  const pair = `${client} → ${server}`;
  if (displayWidth(pair) <= pairColumns) return [`${id}  ${cell(pair, pairColumns)}  ${spoken} ${verdict}`];
  const margin = ' '.repeat(idColumns + 2);
  const second = displayWidth(server) + 2 <= pairColumns ? [`→ ${server}`] : [];
  if (second.length === 1 && displayWidth(client) <= pairColumns) {
    return [`${id}  ${cell(client, pairColumns)}  ${spoken} ${verdict}`, `${margin}${second[0]}`];
  }
  return [
    `${id}  ${shorten(client, 70)}`,
    `${margin}→ ${shorten(server, 60)}`,
    `${margin}${' '.repeat(pairColumns)}  ${spoken} ${verdict}`,
  ];
}
