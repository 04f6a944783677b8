// Live sniffing for people: a line for each event, and the status line below them.
import type { Finding, Severity } from '../../model/finding.js';
import { hopStates } from '../../model/hop.js';
import type { LiveEvent, LiveStatus } from '../../model/live.js';
import { cell, shorten } from '../columns.js';
import { harmless } from '../harmless.js';
import type { Palette } from '../palette.js';
import { count } from '../quantities.js';
import { paintSeverity } from '../rules-catalogue.js';

const severityColumns = 9;

/** One event on one line, without the line's end. */
export function liveEventLine(event: LiveEvent, palette: Palette): string {
  const clock = `${clockOf(event.time)}  `;
  switch (event.event) {
    case 'finding':
      return clock + findingText(event.finding, event.why, palette);
    case 'hop': {
      const { hop, before } = event;
      const change = before === null ? hop.mtls : `${before} -> ${hop.mtls}`;
      return `${clock}${palette.strong(cell('hop', severityColumns))}${harmless(hop.id)}: ${palette.strong(change)}: ${palette.faint(harmless(hop.why, 500))}`;
    }
    case 'notice':
      return `${clock}${palette.doubtful(cell('note', severityColumns))}${harmless(event.text, 500)}`;
  }
}

function findingText(finding: Finding, why: 'new' | 'raised' | 'repeated', palette: Palette): string {
  const severity: Severity = finding.severity;
  const place = harmless(finding.hop ?? finding.server ?? finding.client ?? '');
  const again = why === 'new' ? '' : ` (${why})`;
  const where = place === '' ? '' : ` ${place}`;
  return `${paintSeverity(cell(severity, severityColumns), severity, palette)}${harmless(finding.kind)}${again}${where}: ${palette.faint(harmless(finding.detail, 500))}`;
}

/** '14:02:11', in UTC as all times of a report. */
function clockOf(time: string | null): string {
  return time?.slice(11, 19) ?? '--:--:--';
}

/** The status in at most `columns` columns. */
export function liveStatusLine(status: LiveStatus, columns: number): string {
  const { hops, findings, dropped } = status;
  const states = hopStates
    .filter((state) => hops[state] !== undefined)
    .map((state) => `${count(hops[state]!)} ${state}`);
  const worst = (['critical', 'high', 'medium'] as const)
    .filter((severity) => findings[severity] > 0)
    .map((severity) => `${count(findings[severity])} ${severity}`);
  const silent = status.interfaces
    .filter(({ sniffing }) => !sniffing)
    .map(({ name }) => `${harmless(name)} is not sniffed`);
  const parts = [
    ...silent,
    `${count(Math.round(status.packetsPerSecond))} packets/s`,
    `${count(status.openFlows)} open`,
    dropped === null ? 'drops unknown' : `${count(dropped)} dropped`,
    states.length === 0 ? 'no hops yet' : `hops: ${states.join(', ')}`,
    ...(worst.length === 0 ? [] : [`findings: ${worst.join(', ')}`]),
  ];
  return shorten(parts.join(' | '), columns);
}
