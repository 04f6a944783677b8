import { scaleUtc } from 'd3-scale';
import { useMemo } from 'preact/hooks';
import { count, countOf } from '../../quantities.js';
import { endpoint } from './load.js';
import { plainName } from './map-layout.js';
import { Section } from './parts.js';
import { linkTo, usePage } from './state.js';
import { type HopLife, hopLives, stretchesOf, timelineBins } from './timeline.js';
import type { PageHop } from './view.js';
import { type Column, VirtualTable } from './virtual-table.js';
import { clockText, dayMilliseconds, timeText, verdictTone, verdictWords } from './words.js';

const stripHeight = 18;

/** Each hop over time: when it was used, and when its verdict turned. */
export function TimelineSection({ hops, address }: { hops: readonly PageHop[]; address: string }) {
  const { report } = usePage();
  const all = useMemo(() => hopLives(report.hops, report.flowById), [report]);
  const lives = useMemo(() => {
    if (hops === report.hops) return all;
    const asked = new Set(hops);
    return all.filter(({ hop }) => asked.has(hop));
  }, [all, hops, report]);
  const [start, end] = useMemo(() => spanOf(report.flows), [report]);
  const columns = useMemo(() => timelineColumns(start, end), [start, end]);
  if (all.length === 0) return null;
  const turned = lives.filter(({ turns }) => turns.length > 0).length;
  return (
    <Section
      id="timeline"
      title="Timeline"
      note={`${turned === 0 ? 'No hop changed its state' : `${countOf(turned, 'hop')} changed ${turned === 1 ? 'its' : 'their'} state, first in the list`}. ${timeText(start, 0)} to ${timeText(end, 0)} UTC${report.flowsLeftOut > 0 ? ', of the flows in this page' : ''}.`}
    >
      <VirtualTable
        label="Hops over time"
        layout="timeline-row"
        columns={columns}
        rows={lives}
        rowHeight={34}
        keyOf={({ hop }) => hop.id}
        linkOf={({ hop }) => linkTo(hop.anchor)}
        selected={linkTo(address)}
        none="No hop matches."
      />
      <Axis start={start} end={end} />
    </Section>
  );
}

function timelineColumns(start: number, end: number): readonly Column<HopLife>[] {
  return [
    { name: 'hop', title: 'Hop', cell: ({ hop }) => <span title={hop.id}>{hopEnds(hop)}</span> },
    { name: 'strip', title: 'Over time', cell: ({ flows }) => <Strip flows={flows} start={start} end={end} /> },
    { name: 'turns', title: 'Changes', cell: (life) => <Turns life={life} /> },
  ];
}

function Strip({ flows, start, end }: { flows: HopLife['flows']; start: number; end: number }) {
  const stretches = useMemo(() => stretchesOf(flows, start, end), [flows, start, end]);
  const words = `${countOf(flows.length, 'flow')}: ${[...new Set(stretches.map(({ verdict }) => verdictWords[verdict]))].join(', then ')}`;
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${timelineBins} ${stripHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <path class="base" d={`M0,${stripHeight / 2} H${timelineBins}`} />
      {stretches.map(({ from, to, verdict }) => (
        <rect
          key={from}
          class={verdictTone(verdict)}
          x={from}
          width={Math.max(to - from, 1.6)}
          y={verdict === 'cleartext' ? 0 : verdict === 'mutual' ? 5 : 3}
          height={verdict === 'cleartext' ? stripHeight : verdict === 'mutual' ? stripHeight - 10 : stripHeight - 6}
        >
          <title>{verdictWords[verdict]}</title>
        </rect>
      ))}
    </svg>
  );
}

function hopEnds({ client, server }: PageHop): string {
  const name = (host: PageHop['client']): string => (host.name === null ? host.ip : plainName(host.name));
  return `${name(client)} → ${server.name === null ? endpoint(server.ip, server.port) : `${plainName(server.name)}:${server.port}`}`;
}

function Turns({ life }: { life: HopLife }) {
  const { turns, flows } = life;
  const [first] = turns;
  if (first === undefined) return <span class="quiet">{verdictWords[flows[0]?.verdict ?? 'empty']} throughout</span>;
  const more = turns.length > 1 ? ` and ${count(turns.length - 1)} more` : '';
  return (
    <span>
      <a href={linkTo(`flow-${first.flow.id}`)}>
        {clockText(first.flow.start).slice(0, flows.at(-1)!.end - flows[0]!.start > 60_000 ? 8 : 12)}
      </a>{' '}
      {verdictWords[first.before]} → {verdictWords[first.after]}
      {more}
    </span>
  );
}

function Axis({ start, end }: { start: number; end: number }) {
  const scale = scaleUtc([start, Math.max(end, start + 1)], [0, 100]);
  const format = end - start < 5_000 ? clockText : (time: number) => shortTime(time, end - start);
  return (
    <div class="row timeline-row axis" aria-hidden="true">
      <div class="cell" />
      <div class="cell ticks">
        {scale.ticks(5).map((tick) => (
          <span key={tick.getTime()} style={{ left: `${scale(tick)}%` }}>
            {format(tick.getTime())}
          </span>
        ))}
      </div>
      <div class="cell" />
    </div>
  );
}

// Seconds within a day, minutes over days, days over months.
function shortTime(time: number, span: number): string {
  const text = timeText(time, 0);
  if (span < dayMilliseconds) return text.slice(11);
  return span < 60 * dayMilliseconds ? text.slice(5, 16) : text.slice(0, 10);
}

function spanOf(flows: readonly { start: number; end: number }[]): [number, number] {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const flow of flows) {
    if (flow.start < start) start = flow.start;
    if (flow.end > end) end = flow.end;
  }
  return flows.length === 0 ? [0, 1] : [start, end];
}
