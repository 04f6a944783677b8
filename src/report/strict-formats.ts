// What `analyze ready-for-strict` prints.

import { formatEndpoint } from '../base/address.js';
import type { ClientHabit, StrictClient, Strictness, StrictService } from '../model/strictness.js';
import { cell, reportColumns, shorten, wrap } from './columns.js';
import { csvLine } from './csv.js';
import { harmless } from './harmless.js';
import { escapedJson } from './json/escaped.js';
import type { Palette } from './palette.js';
import { count, countOf, moment } from './quantities.js';

/** Clients of a service that are printed without `verbose`. */
const maxClients = 20;

const clientColumns = 25;
const habitColumns = 32;

/** How the answer is printed. */
export type StrictFormat = (strictness: Strictness, options: { palette: Palette; verbose: boolean }) => string;

const habitWords: Readonly<Record<ClientHabit, string>> = {
  cleartext: 'in cleartext',
  declines: 'asked, shows none',
  'bad-certificate': 'bad certificate',
  refused: 'refused already',
  'never-asked': 'never asked',
  resumed: 'resumed sessions only',
  untold: "can't be told",
  presents: 'presents a certificate',
};

function strictText(strictness: Strictness, { palette, verbose }: { palette: Palette; verbose: boolean }): string {
  const { services, leftOut } = strictness;
  const lines: string[] = [];
  const broken = services.filter(({ breaks }) => breaks > 0).length;
  // Of a service without a client that would break, one that can't be told is no good news.
  const untold = services.filter(({ breaks, unproven }) => breaks === 0 && unproven > 0).length;
  const answer =
    services.length === 0
      ? 'No service was seen that could require client certificates.'
      : `If client certificates were required today, clients of ${count(broken)} of ${countOf(services.length, 'service')} would break${untold > 0 ? `; for clients of ${count(untold)} it can't be told` : ''}.`;
  lines.push(...wrap(answer, reportColumns).map((line) => palette.strong(line)));
  for (const service of services) lines.push('', ...serviceLines(service, palette, verbose));
  if (leftOut > 0) lines.push('', `${countOf(leftOut, 'connection')} left out: too many clients`);
  return `${lines.join('\n')}\n`;
}

function serviceLines(service: StrictService, palette: Palette, verbose: boolean): string[] {
  const { clients, breaks } = service;
  const lines = wrap(sentence(service), reportColumns).map((line) =>
    breaks > 0 ? palette.bad(line) : palette.strong(line),
  );
  const open = verbose ? clients : clients.filter(({ readiness }) => readiness !== 'ready');
  const shown = verbose ? open : open.slice(0, maxClients);
  for (const client of shown) lines.push(...clientLines(client, palette));
  if (open.length > shown.length)
    lines.push(palette.faint(`  ${countOf(open.length - shown.length, 'client')} more: --verbose shows all`));
  return lines;
}

/** '2 of 7 clients of 10.0.0.9:8443 (api) would break, 3 can't be told; 2 are ready.' */
function sentence({ server, clients, breaks, unproven, ready }: StrictService): string {
  const endpoint = formatEndpoint(server.ip, server.port);
  const name = harmless(server.name === null ? endpoint : `${endpoint} (${server.name})`);
  const parts = [`${count(breaks)} of ${countOf(clients.length, 'client')} of ${name} would break`];
  if (unproven > 0) parts.push(`${count(unproven)} can't be told`);
  if (ready > 0) parts.push(`${count(ready)} ${ready === 1 ? 'is' : 'are'} ready`);
  return `${parts.join(', ')}.`;
}

function clientLines(client: StrictClient, palette: Palette): string[] {
  const { readiness, habit, certainty, count: times, connections, last, problems } = client;
  const { ip, name } = client.client;
  const who = `${cell(harmless(name === null ? ip : `${ip} (${name})`), clientColumns)} `;
  const likely = certainty === 'inferred' ? 'likely ' : '';
  const words = cell(`${likely}${habitWords[habit]}, ${count(times)} of ${count(connections)}`, habitColumns);
  const paint = readiness === 'breaks' ? palette.bad : readiness === 'ready' ? palette.good : palette.doubtful;
  // Month to minute: the rest of the line is needed, and JSON and CSV have the whole.
  const when = moment(last.time).slice(5, 16);
  const lines = [
    `  ${who}${paint(words)}${shorten(`#${last.frame} ${when}`, reportColumns - 2 - clientColumns - 1 - habitColumns)}`,
  ];
  const more = [
    problems.length > 0 ? problems.join(', ') : '',
    client.identity === null ? '' : `${client.elsewhere ? 'shows elsewhere ' : ''}${harmless(client.identity)}`,
  ].filter((part) => part !== '');
  if (more.length > 0) lines.push(palette.faint(shorten(`    ${more.join('; ')}`, reportColumns)));
  return lines;
}

const csvColumns = [
  'server',
  'serverName',
  'client',
  'clientName',
  'readiness',
  'now',
  'certainty',
  'count',
  'connections',
  'lastSeen',
  'flow',
  'capture',
  'frame',
  'problems',
  'identity',
  'identityElsewhere',
] as const;

/** A line for each client of each service. */
function strictCsv({ services }: Strictness): string {
  let text = csvLine(csvColumns);
  for (const { server, clients } of services) {
    for (const {
      client,
      readiness,
      habit,
      certainty,
      count: times,
      connections,
      last,
      problems,
      identity,
      elsewhere,
    } of clients) {
      text += csvLine([
        formatEndpoint(server.ip, server.port),
        server.name,
        client.ip,
        client.name,
        readiness,
        habit,
        certainty,
        times,
        connections,
        last.time,
        last.flow,
        last.capture,
        last.frame,
        problems.join(' '),
        identity,
        elsewhere,
      ]);
    }
  }
  return text;
}

/** The formats of `analyze ready-for-strict`. */
export const strictFormats: Readonly<Record<'text' | 'json' | 'csv', StrictFormat>> = {
  text: strictText,
  json: (strictness) => `${escapedJson(strictness)}\n`,
  csv: strictCsv,
};
