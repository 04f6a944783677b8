import { useEffect, useMemo, useState } from 'preact/hooks';
import { count } from '../../../quantities.js';
import type { LiveFinding } from '../../live-data.js';
import { Bar } from '../bar.js';
import { hopColumns } from '../hop-columns.js';
import { HopMapSection } from '../hop-map.js';
import { Section } from '../parts.js';
import { usePrinting } from '../printing.js';
import {
  type Filters,
  isFiltered,
  linkTo,
  matches,
  noFilters,
  searchText,
  textsOfFinding,
  textsOfHop,
  useAddress,
  useSettled,
  ViewContext,
  wordsOf,
} from '../state.js';
import { VirtualTable } from '../virtual-table.js';
import { LiveAnswer } from './answer.js';
import type { LiveFeed, LivePicture, ShownHop } from './feed.js';
import { FindingsSection } from './findings.js';
import { HappeningsSection } from './happenings.js';
import { LiveHopPanel } from './hop-panel.js';
import { useSteadyMap } from './steady-map.js';

const sections = [
  ['map', 'Map'],
  ['findings', 'Findings'],
  ['events', 'Events'],
  ['hops', 'Hops'],
] as const;

/** The whole live page. */
export function LiveApp({ feed }: { feed: LiveFeed }) {
  const latest = usePicture(feed);
  // What moves by itself can be stopped (WCAG 2.2, success criterion 2.2.2).
  const [held, setHeld] = useState<LivePicture | null>(null);
  const picture = held ?? latest;
  const [filters, setAll] = useState<Filters>(noFilters);
  const printing = usePrinting();
  const address = useAddress();
  const query = useSettled(filters.query);
  const asked = useMemo(() => ({ ...filters, query }), [filters.states, filters.severities, query]);
  const { hops, findings } = useShown(picture, asked);
  const { map, leftOut } = useSteadyMap(hops, picture.hopById, '.map', asked);
  const setFilters = (change: Partial<Filters>): void => setAll((before) => ({ ...before, ...change }));
  useTitle(latest);
  const open = address.startsWith('hop-') ? picture.hopById.get(address.slice(4)) : undefined;
  return (
    <ViewContext.Provider value={{ filters, setFilters, printing }}>
      <Bar
        sections={sections}
        searched="hops and findings"
        query={filters.query}
        setQuery={(words) => setFilters({ query: words })}
        filtered={isFiltered(filters)}
        clear={() => setAll(noFilters)}
      />
      <div class={`layout live${open === undefined ? '' : ' open'}`}>
        <main>
          <LiveAnswer
            picture={picture}
            latest={latest}
            paused={held !== null}
            pause={(paused) => setHeld(paused ? latest : null)}
            connect={() => feed.connect()}
          />
          <HopMapSection map={map} leftOut={leftOut} hopById={picture.hopById} address={address} />
          <div class="streams">
            <FindingsSection findings={findings} total={picture.findings.length} />
            <HappeningsSection happenings={picture.happenings} hopById={picture.hopById} />
          </div>
          <Section
            id="hops"
            title="Hops"
            note={`${count(hops.length)}${hops.length === picture.hops.length ? '' : ` of ${count(picture.hops.length)}`}: each client with each service it uses, the worst first.`}
          >
            <VirtualTable
              label="Hops"
              layout="live-hops-row"
              columns={hopColumns}
              rows={hops}
              rowHeight={34}
              keyOf={({ id }) => id}
              linkOf={({ id }) => linkTo(`hop-${id}`)}
              selected={linkTo(address)}
              none={picture.hops.length === 0 ? 'No hop was seen so far.' : 'No hop matches.'}
            />
            {(picture.state?.hopsLeftOut ?? 0) > 0 && (
              <p class="note">{count(picture.state?.hopsLeftOut ?? 0)} more hops don’t fit into this page.</p>
            )}
          </Section>
          <footer>
            Barewire {picture.state?.toolVersion}. This page loads nothing but what the analyzer at {location.host}{' '}
            tells. All times are UTC.
          </footer>
        </main>
        {open !== undefined && <LiveHopPanel hop={open} picture={picture} />}
      </div>
    </ViewContext.Provider>
  );
}

function usePicture(feed: LiveFeed): LivePicture {
  const [picture, setPicture] = useState(feed.picture);
  useEffect(() => {
    feed.listen(() => setPicture(feed.picture));
    setPicture(feed.picture);
  }, [feed]);
  return picture;
}

function useTitle({ state, connection }: LivePicture): void {
  const { critical = 0, high = 0 } = state?.findings ?? {};
  const names = state?.interfaces.map(({ name }) => name).join(', ');
  const parts = [
    critical + high > 0 ? `(${critical + high})` : '',
    connection === 'lost' ? 'lost:' : connection === 'ended' ? 'ended:' : '',
    'Barewire live',
    names === undefined ? '' : `· ${names}`,
  ];
  const title = parts.filter((part) => part !== '').join(' ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

const hopText = searchText<ShownHop>(textsOfHop);
const findingText = searchText<LiveFinding>(textsOfFinding);

// What the search and the filters leave of hops and findings.
function useShown(
  picture: LivePicture,
  { query, states, severities }: Filters,
): { hops: readonly ShownHop[]; findings: readonly LiveFinding[] } {
  const words = useMemo(() => wordsOf(query), [query]);
  const hops = useMemo(
    () =>
      words.length + states.size === 0
        ? picture.hops
        : picture.hops.filter((hop) => (states.size === 0 || states.has(hop.mtls)) && matches(words, hopText(hop))),
    [picture.hops, words, states],
  );
  const findings = useMemo(
    () =>
      words.length + severities.size === 0
        ? picture.findings
        : picture.findings.filter(
            (one) => (severities.size === 0 || severities.has(one.severity)) && matches(words, findingText(one)),
          ),
    [picture.findings, words, severities],
  );
  return { hops, findings };
}
