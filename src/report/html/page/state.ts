// What the reader asked for: search, filters and the address of what is open. All of the page draws from it.
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Finding, Severity } from '../../../model/finding.js';
import type { Hop, HopState } from '../../../model/hop.js';
import type { Verdict } from '../../verdict.js';
import type { Report } from './view.js';

/** What is shown of the lists; empty sets show all. */
export interface Filters {
  query: string;
  states: ReadonlySet<HopState>;
  severities: ReadonlySet<Severity>;
  verdicts: ReadonlySet<Verdict>;
  /** Only the flows of this hop. */
  hop: string | null;
}

/** Longer than between two letters of a quick typist. */
const settlingMilliseconds = 150;

/** Nothing filtered. */
export const noFilters: Filters = {
  query: '',
  states: new Set(),
  severities: new Set(),
  verdicts: new Set(),
  hop: null,
};

/** How the reader looks at what a page shows, whatever it is. */
export interface View {
  filters: Filters;
  setFilters(change: Partial<Filters>): void;
  /** The page is being printed: lists show their beginning in full. */
  printing: boolean;
}

/** The view for all parts of a page. */
export const ViewContext = createContext<View | null>(null);

/** The view. */
export function useView(): View {
  const view = useContext(ViewContext);
  if (view === null) throw new Error('no page around');
  return view;
}

/** What every part of a report's page gets. */
export interface PageState extends View {
  report: Report;
}

/** The page's state for its parts. */
export const PageContext = createContext<PageState | null>(null);

/** The page's state. */
export function usePage(): PageState {
  const state = useContext(PageContext);
  if (state === null) throw new Error('no page around');
  return state;
}

/** Whether anything is filtered. */
export function isFiltered({ query, states, severities, verdicts, hop }: Filters): boolean {
  return query.trim() !== '' || states.size + severities.size + verdicts.size > 0 || hop !== null;
}

/** The words of the query, lower case; all must be found. */
export function wordsOf(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether each of `words` is in `text`, both in lower case. */
export function matches(words: readonly string[], text: string): boolean {
  return words.every((word) => text.includes(word));
}

/** What is searched in a thing, in lower case; made once for each, as a reader types letter by letter. */
export function searchText<T extends object>(textsOf: (thing: T) => readonly (string | null)[]): (thing: T) => string {
  const known = new WeakMap<T, string>();
  return (thing) => {
    let text = known.get(thing);
    if (text === undefined) {
      text = textsOf(thing).join('\n').toLowerCase();
      known.set(thing, text);
    }
    return text;
  };
}

/** What of a hop is searched. */
export function textsOfHop(
  hop: Pick<Hop, 'id' | 'why' | 'mtls' | 'protocols' | 'versions' | 'identities'> & {
    readonly client: { name: string | null };
    readonly server: { name: string | null };
  },
): readonly (string | null)[] {
  const { id, client, server, why, mtls, protocols, versions, identities } = hop;
  return [id, client.name, server.name, why, mtls, ...protocols, ...versions, ...identities];
}

/** What of a finding is searched. */
export function textsOfFinding({
  kind,
  title,
  detail,
  hop,
  client,
  server,
}: Pick<Finding, 'kind' | 'title' | 'detail' | 'hop' | 'client' | 'server'>): readonly (string | null)[] {
  return [kind, title, detail, hop, client, server];
}

/** `set` with `value` in it, or out of it where it was. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}

/** The address within the page, without '#': 'flow-12', 'hop-…', 'finding-…', 'cert-…', or a section's. */
export function useAddress(): string {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const update = (): void => setAddress(readAddress());
    window.addEventListener('hashchange', update);
    return () => window.removeEventListener('hashchange', update);
  }, []);
  return address;
}

function readAddress(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

/** `value` as it was when it last rested for a moment: for what is too dear to be drawn anew with every letter typed. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => value), settlingMilliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** The link to an address within the page. */
export function linkTo(address: string): string {
  return `#${encodeURIComponent(address)}`;
}
