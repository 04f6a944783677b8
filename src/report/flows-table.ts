import type { ConnectionRecord } from '../model/connection-record.js';
import type { Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { communityId } from './community-id.js';
import { csvLine } from './csv.js';
import { flowHeading, flowLines } from './flow-lines.js';
import { JsonArray } from './json/array.js';
import { FlowJsonWriter } from './json/flow.js';
import { countOf } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import type { TextOut } from './text-out.js';
import { verdictOf } from './verdict.js';

/** Prints a line for each flow, as flows end. */
export function flowsText(out: TextOut, options: ReportOptions): ReportSink {
  const { palette } = options;
  let heading = `${flowHeading(palette)}\n`;
  return {
    flow(record: ConnectionRecord): void {
      out.write(`${heading}${flowLines(record, palette).join('\n')}\n`);
      heading = '';
    },
    end: (summary: Summary) => out.write(`${palette.faint(countOf(summary.flows.total, 'flow'))}\n`),
  };
}

/** Prints an array of flows as in the JSON report, streamed. */
export function flowsJson(out: TextOut): ReportSink {
  const array = new JsonArray(out);
  const flows = new FlowJsonWriter(array.json);
  return {
    flow: (record: ConnectionRecord) => array.element(() => flows.write(record)),
    end: () => array.end(),
  };
}

const csvColumns = [
  'id',
  'transport',
  'clientIp',
  'clientPort',
  'serverIp',
  'serverPort',
  'startTime',
  'endTime',
  'firstFrame',
  'lastFrame',
  'clientPackets',
  'serverPackets',
  'clientBytes',
  'serverBytes',
  'closed',
  'gaps',
  'kind',
  'protocol',
  'version',
  'cipherSuite',
  'serverName',
  'verdict',
  'clientAuth',
  'requested',
  'outcome',
  'certainty',
  'resumedFrom',
  'ja3',
  'ja4',
  'communityId',
] as const;

/** Prints flows as comma-separated values with a heading, one flow a line. */
export function flowsCsv(out: TextOut): ReportSink {
  let heading = csvLine(csvColumns);
  return {
    flow(record: ConnectionRecord): void {
      out.write(heading + csvLine(csvCells(record)));
      heading = '';
    },
    end: () => out.write(heading),
  };
}

function csvCells(flow: ConnectionRecord): (string | number | boolean | null)[] {
  const { tls } = flow;
  const auth = tls?.clientAuth ?? null;
  return [
    flow.id,
    flow.transport,
    flow.client.ip,
    flow.client.port,
    flow.server.ip,
    flow.server.port,
    flow.startTime,
    flow.endTime,
    flow.firstFrame,
    flow.lastFrame,
    flow.packets.client,
    flow.packets.server,
    flow.bytes.client,
    flow.bytes.server,
    flow.closed,
    flow.gaps.length,
    flow.kind,
    flow.protocol,
    tls?.version ?? null,
    tls?.serverHello?.cipherSuite.name ?? null,
    tls?.clientHello?.serverName ?? null,
    verdictOf(flow),
    auth?.status ?? null,
    auth?.requested ?? null,
    auth?.outcome ?? null,
    auth?.certainty ?? null,
    tls?.resumedFrom ?? null,
    tls?.clientHello?.ja3 ?? null,
    tls?.clientHello?.ja4 ?? null,
    communityId(flow),
  ];
}
