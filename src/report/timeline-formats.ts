// What `analyze timeline` prints.

import { formatEndpoint } from '../base/address.js';
import type { ConnectionState, HopTimeline, MutualTlsStop, Timeline, TimelineInterval } from '../model/timeline.js';
import { cell, reportColumns, shorten, wrap } from './columns.js';
import { csvLine } from './csv.js';
import { harmless } from './harmless.js';
import { escapedJson } from './json/escaped.js';
import type { Palette } from './palette.js';
import { count, countOf, duration, moment } from './quantities.js';

/** Intervals of a hop that are printed without `verbose`; a hop that flaps has thousands. */
const maxIntervals = 20;

/** Hops that are printed without `verbose`. */
const maxHops = 50;

const spanColumns = 30;
const stateColumns = 20;

/** How a timeline is printed. */
export type TimelineFormat = (timeline: Timeline, options: { palette: Palette; verbose: boolean }) => string;

/** The answer first: where mutual TLS stopped, and who was last; then each hop that changed; then how many did not. */
function timelineText(timeline: Timeline, { palette, verbose }: { palette: Palette; verbose: boolean }): string {
  const { hops, stops, connections, leftOut } = timeline;
  const lines: string[] = [];
  if (hops.length === 0) lines.push(palette.strong('No connections.'));
  else if (stops.length === 0) lines.push(palette.strong(calmSentence(hops)));
  for (const stop of stops) lines.push(...wrap(stopSentence(stop), reportColumns).map((line) => palette.strong(line)));
  const changing = hops.filter(({ intervals }) => intervals.length > 1);
  const shown = verbose ? hops : changing.slice(0, maxHops);
  for (const hop of shown) lines.push('', ...hopLines(hop, palette, verbose));
  lines.push('');
  if (!verbose && changing.length > maxHops)
    lines.push(palette.faint(`${countOf(changing.length - maxHops, 'more hop')} changed: --verbose shows all`));
  const still = hops.length - changing.length;
  const states = stillStates(hops);
  lines.push(
    ...wrap(
      `${countOf(hops.length, 'hop')}, ${countOf(connections, 'connection')}; ${count(still)} of ${count(hops.length)} did not change${states}`,
      reportColumns,
    ).map((line) => palette.faint(line)),
  );
  const [clock] = timeline.clocks;
  if (clock !== undefined)
    lines.push(
      ...wrap(
        `In order by one clock, though ${timeline.clocks.length === 1 ? "one capture's clock is" : `the clocks of ${count(timeline.clocks.length)} captures are`} off (by ${duration(Math.abs(clock.aheadSeconds))}${timeline.clocks.length === 1 ? '' : ' and others'}): times are those of each capture.`,
        reportColumns,
      ).map((line) => palette.faint(line)),
    );
  if (leftOut > 0) lines.push(`${countOf(leftOut, 'connection')} more left out: too many for one timeline`);
  return `${lines.join('\n')}\n`;
}

function calmSentence(hops: readonly HopTimeline[]): string {
  const had = hops.filter(({ intervals }) => intervals.some(({ state }) => state === 'presented')).length;
  if (had === 0) return `Mutual TLS was not seen on any of ${countOf(hops.length, 'hop')}.`;
  return `Mutual TLS was not seen to stop: it was there on ${count(had)} of ${countOf(hops.length, 'hop')}.`;
}

function stopSentence({ server, stop, last, certainty }: MutualTlsStop): string {
  const how = certainty === 'inferred' ? ' (inferred)' : '';
  const who = last.identity === null ? last.client : `${harmless(last.identity)} (${last.client})`;
  return (
    `${serverText(server)}: mutual TLS stopped${how} at ${moment(stop.time)}, frame ${stop.frame}: ${harmless(stop.client)} ` +
    `${servedWords[stop.state]}. The last client with a certificate was ${harmless(who)}, at ${moment(last.time)}, frame ${last.frame}.`
  );
}

const servedWords: Readonly<Record<ConnectionState, string>> = {
  cleartext: 'was served in cleartext',
  'server-only': 'was not asked for one',
  optional: 'was served without one',
  unknown: "can't be told",
  resumed: 'resumed a session',
  rejected: 'was refused',
  presented: 'presented one',
};

function hopLines(hop: HopTimeline, palette: Palette, verbose: boolean): string[] {
  const { client, server, intervals } = hop;
  const name = client.name === null ? client.ip : `${client.ip} (${client.name})`;
  const lines = [palette.strong(shorten(`${harmless(name)} -> ${serverText(server)}`, reportColumns))];
  const most = verbose ? intervals.length : maxIntervals;
  const skipped = Math.max(0, intervals.length - most);
  for (const [at, interval] of intervals.entries()) {
    // The first ones and the last: how it began, and how it ended.
    if (skipped > 0 && at >= most - 5 && at < most - 5 + skipped) {
      if (at === most - 5) lines.push(palette.faint(`  ${countOf(skipped, 'interval')} more: --verbose shows all`));
      continue;
    }
    lines.push(intervalLine(interval, palette));
    const { identities } = interval;
    if (identities.length > 0) lines.push(palette.faint(shorten(`    ${identityText(identities)}`, reportColumns)));
  }
  return lines;
}

function intervalLine(interval: TimelineInterval, palette: Palette): string {
  const { connections, first, until } = interval;
  const span = cell(spanText(first.time, until), spanColumns);
  return `  ${span}${painted(interval, palette)}${countOf(connections, 'connection')}, frame ${first.frame}`;
}

/** '2026-11-21 20:03:12-20:03:13'; over midnight '2026-11-21 20:03-11-22 00:10'. */
function spanText(from: string, until: string): string {
  const start = moment(from).replace(' UTC', '');
  const end = moment(until).replace(' UTC', '');
  const isDay = start.slice(0, 10) === end.slice(0, 10);
  return isDay ? `${start}-${end.slice(11)}` : `${start.slice(0, -3)}-${end.slice(5, -3)}`;
}

function identityText(identities: readonly string[]): string {
  const [first = '', ...others] = identities.map((identity) => harmless(identity));
  return others.length === 0 ? first : `${first} and ${count(others.length)} more`;
}

function painted({ state, certainty }: TimelineInterval, palette: Palette): string {
  const text = cell(certainty === 'inferred' && state !== 'unknown' ? `${state} (likely)` : state, stateColumns);
  if (state === 'presented') return palette.good(text);
  return state === 'unknown' || state === 'resumed' || state === 'rejected'
    ? palette.doubtful(text)
    : palette.bad(text);
}

function stillStates(hops: readonly HopTimeline[]): string {
  const states: Map<ConnectionState, number> = new Map();
  for (const { intervals } of hops) {
    const [only] = intervals;
    if (intervals.length === 1 && only !== undefined) states.set(only.state, (states.get(only.state) ?? 0) + 1);
  }
  if (states.size === 0) return '';
  return `: ${[...states].map(([state, hopsIn]) => `${count(hopsIn)} ${state}`).join(', ')}`;
}

function serverText({ ip, port, name }: HopTimeline['server']): string {
  const endpoint = formatEndpoint(ip, port);
  return harmless(name === null ? endpoint : `${endpoint} (${name})`);
}

const csvColumns = [
  'hop',
  'clientName',
  'serverName',
  'state',
  'from',
  'lastConnection',
  'until',
  'certainty',
  'connections',
  'firstFlow',
  'firstCapture',
  'firstFrame',
  'lastFlow',
  'lastCapture',
  'lastFrame',
  'identities',
] as const;

/** A line an interval. */
function timelineCsv({ hops }: Timeline): string {
  let text = csvLine(csvColumns);
  for (const { hop, client, server, intervals } of hops) {
    for (const { state, certainty, first, last, until, connections, identities } of intervals) {
      text += csvLine([
        hop,
        client.name,
        server.name,
        state,
        first.time,
        last.time,
        until,
        certainty,
        connections,
        first.flow,
        first.capture,
        first.frame,
        last.flow,
        last.capture,
        last.frame,
        identities.join(' '),
      ]);
    }
  }
  return text;
}

/** The formats of `analyze timeline`. */
export const timelineFormats: Readonly<Record<'text' | 'json' | 'csv', TimelineFormat>> = {
  text: timelineText,
  json: (timeline) => `${escapedJson(timeline)}\n`,
  csv: timelineCsv,
};
