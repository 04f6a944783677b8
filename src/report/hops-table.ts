import { type Hop, hopStates } from '../model/hop.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { reportColumns, wrap } from './columns.js';
import { csvLine } from './csv.js';
import { HopList, hopDetails, hopLines, hopReason } from './hop-list.js';
import { JsonArray } from './json/array.js';
import { countOf } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import type { TextOut } from './text-out.js';
import { vantageLines } from './vantage-lines.js';

/** Prints every hop with its path and its reason, worst first as they come; with `verbose` identities and bases too. */
export function hopsText(out: TextOut, options: ReportOptions): ReportSink {
  const { palette, verbose } = options;
  const captures: CaptureInfo[] = [];
  const hops: Hop[] = [];
  const list = new HopList(0);
  return {
    hop(hop: Hop): void {
      list.add(hop);
      hops.push(hop);
    },
    capture: (info: CaptureInfo) => captures.push(info),
    end(summary: Summary): void {
      for (const hop of hops) {
        const lines = [...hopLines(hop, palette), ...list.path(hop, palette), ...hopReason(hop, palette, true)];
        if (verbose) lines.push(...hopDetails(hop, palette));
        out.write(`${lines.join('\n')}\n`);
      }
      const states = hops.length === 0 ? '' : `, worst first: ${list.states()}`;
      const below = [countOf(hops.length, 'hop') + states, ...vantageLines(captures, summary.vantage)];
      for (const text of below) {
        for (const line of wrap(text, reportColumns)) out.write(`${palette.faint(line)}\n`);
      }
    },
  };
}

/** Prints an array of hops as in the JSON report. */
export function hopsJson(out: TextOut): ReportSink {
  const array = new JsonArray(out);
  return {
    hop: (hop: Hop) => array.element((json) => json.value(hop)),
    end: () => array.end(),
  };
}

const csvColumns = [
  'id',
  'clientIp',
  'serverIp',
  'serverPort',
  'serverName',
  'mtls',
  'rank',
  'certainty',
  'kind',
  'protocols',
  'versions',
  'flows',
  'firstFrame',
  'startTime',
  'endTime',
  'identities',
  'forwardedFrom',
  'why',
] as const;

/** Prints hops as comma-separated values with a heading; `rank` counts states from the worst (0). */
export function hopsCsv(out: TextOut): ReportSink {
  let heading = csvLine(csvColumns);
  return {
    hop(hop: Hop): void {
      out.write(heading + csvLine(csvCells(hop)));
      heading = '';
    },
    end: (_summary: Summary) => out.write(heading),
  };
}

function csvCells(hop: Hop): (string | number | null)[] {
  return [
    hop.id,
    hop.client.ip,
    hop.server.ip,
    hop.server.port,
    hop.server.name,
    hop.mtls,
    hopStates.indexOf(hop.mtls),
    hop.certainty,
    hop.kind,
    hop.protocols.join(' '),
    hop.versions.join(' '),
    hop.flowCount,
    hop.firstFrame,
    hop.startTime,
    hop.endTime,
    hop.identities.join(' '),
    hop.forwardedFrom.map(({ hop: id }) => id).join(' '),
    hop.why,
  ];
}
