import { useMemo, useState } from 'preact/hooks';
import { type HopState, hopStates } from '../../../model/hop.js';
import { count } from '../../quantities.js';
import { type Card, type HopMap, type Line, layoutHops, type MapHop, plainName } from './map-layout.js';
import { Chip, Section } from './parts.js';
import { linkTo, toggled, usePage, useSettled, useView } from './state.js';
import type { PageHop } from './view.js';
import { Mark, markPath, stateMeanings, stateWords } from './words.js';

/** A map that is higher is not blown up to fill the page, in CSS pixels. */
const tallMap = 500;
/** A wide map is made smaller as far as its text can be read; then it scrolls. */
const leastScale = 0.56;
/** Hops that are laid out at most; the layout of more takes longer than a reader waits, and nobody could read it. */
export const maxLaidOut = 2_000;

/** A hop of the map, with the hops that carry its requests on. */
export interface DrawnHop extends MapHop {
  forwardsTo: readonly string[];
}

interface Props {
  map: HopMap;
  /** Hops that are asked for and not on the map. */
  leftOut: number;
  /** All hops, also those that are filtered away. */
  hopById: ReadonlyMap<string, DrawnHop>;
  address: string;
}

/** The map of a report's page. */
export function ReportMapSection({ hops: asked, address }: { hops: readonly PageHop[]; address: string }) {
  const { report } = usePage();
  const hops = useSettled(asked);
  const map = useMemo(() => layoutHops(hops.slice(0, maxLaidOut)), [hops]);
  const leftOut = map.leftOut + Math.max(0, hops.length - maxLaidOut);
  return <HopMapSection map={map} leftOut={leftOut} hopById={report.hopById} address={address} />;
}

/** The hops as a picture: who talks to whom, how far mutual TLS reaches, and which legs belong together. */
export function HopMapSection({ map, leftOut, hopById, address }: Props) {
  const { filters, setFilters } = useView();
  const [over, setOver] = useState<string | null>(null);
  const lit = useMemo(
    () => pathOf(over ?? (address.startsWith('hop-') ? address.slice(4) : null), hopById),
    [over, address, hopById],
  );
  const present = useMemo(() => {
    const states = new Set<HopState>();
    for (const { mtls } of hopById.values()) states.add(mtls);
    return hopStates.filter((state) => states.has(state));
  }, [hopById]);
  return (
    <Section
      id="map"
      title="Hop map"
      note="Who talks to whom. Dotted lines inside a proxy join what came in with what carried it on."
    >
      {map.lines.length === 0 ? (
        <p class="none">{hopById.size === 0 ? 'No hop was seen.' : 'No hop matches.'}</p>
      ) : (
        <div
          class={`map${lit === null ? '' : ' dimmed'}`}
          tabIndex={0}
          role="region"
          aria-label="Hop map, scrolls sideways"
        >
          <MapPicture map={map} hopById={hopById} lit={lit} setOver={setOver} />
        </div>
      )}
      <div class="chips legend" role="group" aria-label="Filter hops by state">
        {present.map((state) => (
          <Chip
            key={state}
            tone={state}
            on={filters.states.has(state)}
            onToggle={() => setFilters({ states: toggled(filters.states, state) })}
          >
            <span title={stateMeanings[state]}>
              <svg width="26" height="8" aria-hidden="true" class={`line ${state}`}>
                <path d="M1,4 H25" />
              </svg>
              <Mark tone={state} /> {stateWords[state]}
            </span>
          </Chip>
        ))}
      </div>
      {leftOut > 0 && <p class="note">The map shows the worst; {count(leftOut)} more hops are in the list below.</p>}
    </Section>
  );
}

interface PictureProps {
  map: HopMap;
  hopById: ReadonlyMap<string, DrawnHop>;
  lit: ReadonlySet<string> | null;
  setOver(hop: string | null): void;
}

function MapPicture({ map, hopById, lit, setOver }: PictureProps) {
  const { width, height } = map;
  return (
    <svg
      role="group"
      aria-label="Hops"
      width={width}
      height={height}
      style={{
        maxWidth: `${height < tallMap ? width * 1.2 : width}px`,
        minWidth: `${Math.max(Math.min(width, 620), width * leastScale)}px`,
      }}
      viewBox={`0 0 ${width} ${height}`}
    >
      {map.cards.map((card) => (
        <CardPicture key={card.key} card={card} lit={lit} />
      ))}
      {map.lines.map((line) => (
        <LinePicture key={line.hops[0]} line={line} hopById={hopById} lit={lit} setOver={setOver} />
      ))}
    </svg>
  );
}

function LinePicture({ line, hopById, lit, setOver }: { line: Line } & Omit<PictureProps, 'map'>) {
  const [first = ''] = line.hops;
  const hop = hopById.get(first);
  if (hop === undefined) return null;
  const isLit = lit !== null && line.hops.some((id) => lit.has(id));
  const name = `${hopName(hop)}: ${stateWords[line.state]}${line.hops.length > 1 ? `, and ${line.hops.length - 1} more clients` : ''}`;
  return (
    <a
      href={linkTo(`hop-${hop.id}`)}
      aria-label={name}
      class={`edge ${line.state}${isLit ? ' lit' : ''}`}
      onMouseEnter={() => setOver(first)}
      onMouseLeave={() => setOver(null)}
      onFocus={() => setOver(first)}
      onBlur={() => setOver(null)}
    >
      <title>{`${name}. ${hop.why}`}</title>
      <path class="reach" d={line.path} />
      <path class="stroke" d={line.path} />
      <g class="placed" transform={`translate(${line.x} ${line.y})`}>
        <circle r="10" />
        <path class="sign" d={markPath(line.state)} transform="translate(-6 -6) scale(.75)" />
        {line.label !== '' && (
          <text y="24" text-anchor="middle">
            {line.label}
          </text>
        )}
      </g>
    </a>
  );
}

const roleWords = { client: 'client', proxy: 'proxy', service: 'service', both: 'client and service' } as const;

function CardPicture({ card, lit }: { card: Card; lit: ReadonlySet<string> | null }) {
  const { x, y, width, height } = card;
  return (
    <g class={`card placed ${card.role}`} transform={`translate(${x} ${y})`}>
      <rect width={width} height={height} rx="7" />
      <text class="card-title" x="12" y="17">
        {shortened(card.title, 24)}
        <title>{card.title}</title>
      </text>
      <text class="card-role" x="12" y="30">
        {card.subtitle === '' ? roleWords[card.role] : `${roleWords[card.role]} · ${shortened(card.subtitle, 24)}`}
      </text>
      {card.rows.map((row) => (
        <text key={row.text} class="card-row" x="12" y={row.y - y + 4}>
          {row.text}
        </text>
      ))}
      <g class="placed" transform={`translate(${-x} ${-y})`}>
        {card.joins.map((join) => (
          <path
            key={`${join.from} ${join.to}`}
            class={`join ${join.certainty}${lit?.has(join.from) && lit.has(join.to) ? ' lit' : ''}`}
            d={join.path}
          />
        ))}
      </g>
    </g>
  );
}

/** 'web (10.0.0.5) to 10.0.0.9:8443'. */
export function hopName({ client, server }: Pick<MapHop, 'client' | 'server'>): string {
  const name = (host: { ip: string; name: string | null }): string =>
    host.name === null ? host.ip : `${plainName(host.name)} (${host.ip})`;
  return `${name(client)} to ${server.name === null ? '' : `${plainName(server.name)} `}${server.ip.includes(':') ? `[${server.ip}]` : server.ip}:${server.port}`;
}

// The hop and all that it was forwarded from or on to.
function pathOf(id: string | null, hopById: ReadonlyMap<string, DrawnHop>): ReadonlySet<string> | null {
  if (id === null || !hopById.has(id)) return null;
  const path = new Set<string>();
  const visit = (at: string, next: (hop: DrawnHop) => readonly string[]): void => {
    const hop = hopById.get(at);
    if (hop === undefined) return;
    path.add(at);
    for (const other of next(hop)) if (!path.has(other)) visit(other, next);
  };
  visit(id, (hop) => hop.forwardedFrom.map(({ hop: front }) => front));
  visit(id, (hop) => hop.forwardsTo);
  return path;
}

function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}
