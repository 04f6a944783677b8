import { cell } from '../columns.js';
import { harmless } from '../harmless.js';
import type { Palette } from '../palette.js';

/** An interface as it is listed. */
export interface ListedInterface {
  name: string;
  addresses: readonly string[];
  state: string;
  backend: string | null;
  why: string | null;
}

const nameColumns = 18;
const stateColumns = 9;
const openColumns = 14;

/** The interfaces as a table; below each that can't be sniffed, what mends it. */
export function interfacesTable(interfaces: readonly ListedInterface[], palette: Palette): string[] {
  if (interfaces.length === 0) return ['no interfaces'];
  const lines = [
    palette.strong(
      `${cell('INTERFACE', nameColumns)}${cell('STATE', stateColumns)}${cell('SNIFFED BY', openColumns)}ADDRESSES`,
    ),
  ];
  for (const { name, addresses, state, backend, why } of interfaces) {
    const by = backend === null ? palette.bad(cell('nothing', openColumns)) : palette.good(cell(backend, openColumns));
    lines.push(
      `${cell(harmless(name), nameColumns)}${cell(harmless(state), stateColumns)}${by}${addresses.join(', ')}`.trimEnd(),
    );
    if (why !== null) lines.push(`  ${palette.doubtful(harmless(why, 300))}`);
  }
  return lines;
}
