// A table of any length: only the rows in view exist. Arrow keys walk its rows, and screen readers get the whole count.
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { useView } from './state.js';

/** Rows of a printed table. */
const printedRows = 200;
/** Height of a table that scrolls, in rows. */
const rowsInView = 14;

/** A column; `compare` makes it sortable. */
export interface Column<Row> {
  name: string;
  title: string;
  cell(row: Row): ComponentChildren;
  compare?(a: Row, b: Row): number;
  numeric?: boolean;
}

interface Props<Row> {
  label: string;
  /** Class with the widths of the columns. */
  layout: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowHeight: number;
  keyOf(row: Row): string | number;
  /** Where a row leads; its first cell is the link. */
  linkOf(row: Row): string;
  selected: string | null;
  none: string;
}

interface Order {
  column: string;
  descending: boolean;
}

/** A table with sortable columns. */
export function VirtualTable<Row>({
  label,
  layout,
  columns,
  rows,
  rowHeight,
  keyOf,
  linkOf,
  selected,
  none,
}: Props<Row>) {
  const { printing } = useView();
  const [order, setOrder] = useState<Order | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useSorted(rows, columns, order);
  const virtualizer = useVirtualizer(sorted.length, rowHeight, scroller);
  const [active, setActive] = useState(0);
  const focusWanted = useRef(false);
  const current = Math.max(0, Math.min(active, sorted.length - 1));
  // Keys may come faster than the table is drawn.
  const latest = useRef(current);
  latest.current = current;

  useEffect(() => {
    if (!focusWanted.current) return;
    const link = scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${latest.current + 2}"] a`);
    if (link === null || link === undefined) return;
    focusWanted.current = false;
    link.focus({ preventScroll: true });
  });

  const walk = (event: KeyboardEvent): void => {
    const page = rowsInView - 1;
    const at = latest.current;
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: sorted.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(sorted.length - 1, to));
    focusWanted.current = true;
    latest.current = next;
    setActive(next);
    virtualizer.scrollToIndex(next);
  };

  const shown = printing
    ? sorted.slice(0, printedRows).map((_row, index) => ({ index, start: 0 }))
    : virtualizer.getVirtualItems();
  return (
    <div class="table" role="table" aria-label={label} aria-rowcount={sorted.length + 1}>
      <div class={`row head ${layout}`} role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <HeadCell key={column.name} column={column} order={order} setOrder={setOrder} />
        ))}
      </div>
      {sorted.length === 0 && <p class="none">{none}</p>}
      <div
        ref={scroller}
        class="scroller"
        role="rowgroup"
        onKeyDown={walk}
        style={{ height: `${Math.min(sorted.length, rowsInView) * rowHeight}px` }}
      >
        <div role="presentation" class="rows" style={printing ? {} : { height: `${sorted.length * rowHeight}px` }}>
          {shown.map(({ index, start }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            const link = linkOf(row);
            return (
              <div
                key={keyOf(row)}
                role="row"
                class={`row ${layout}${link === selected ? ' selected' : ''}`}
                aria-rowindex={index + 2}
                style={printing ? {} : { height: `${rowHeight}px`, transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  if ((event.target as Element).closest('a, button') === null) location.hash = link;
                }}
              >
                {columns.map((column, at) => (
                  <div key={column.name} role="cell" class={`cell${column.numeric === true ? ' numeric' : ''}`}>
                    {at === 0 ? (
                      <a href={link} tabIndex={index === current ? 0 : -1} onFocus={() => setActive(index)}>
                        {column.cell(row)}
                      </a>
                    ) : (
                      column.cell(row)
                    )}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {printing && sorted.length > printedRows && <p>… and {sorted.length - printedRows} more</p>}
    </div>
  );
}

function HeadCell<Row>(props: { column: Column<Row>; order: Order | null; setOrder(order: Order | null): void }) {
  const { column, order, setOrder } = props;
  const own = order?.column === column.name ? order : null;
  const direction = own === null ? 'none' : own.descending ? 'descending' : 'ascending';
  const next =
    own === null ? { column: column.name, descending: false } : own.descending ? null : { ...own, descending: true };
  return (
    <div role="columnheader" class={`cell${column.numeric === true ? ' numeric' : ''}`} aria-sort={direction}>
      {column.compare === undefined ? (
        column.title
      ) : (
        <button type="button" onClick={() => setOrder(next)}>
          {column.title}
          <span aria-hidden="true" class="arrow">
            {own === null ? '' : own.descending ? ' ↓' : ' ↑'}
          </span>
        </button>
      )}
    </div>
  );
}

function useSorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null): readonly Row[] {
  const memory = useRef<{ rows: readonly Row[]; order: Order | null; sorted: readonly Row[] } | null>(null);
  if (memory.current?.rows === rows && memory.current.order === order) return memory.current.sorted;
  const compare = columns.find(({ name }) => name === order?.column)?.compare;
  const sorted =
    order === null || compare === undefined
      ? rows
      : [...rows].sort(order.descending ? (a, b) => compare(b, a) : compare);
  memory.current = { rows, order, sorted };
  return sorted;
}

function useVirtualizer(
  count: number,
  rowHeight: number,
  scroller: { current: HTMLDivElement | null },
): Virtualizer<HTMLDivElement, Element> {
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const options: VirtualizerOptions<HTMLDivElement, Element> = {
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    overscan: 8,
    initialRect: { width: 0, height: rowsInView * rowHeight },
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
