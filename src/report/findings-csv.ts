import type { Finding } from '../model/finding.js';
import type { ReportSink } from '../model/report-sink.js';
import { csvLine } from './csv.js';
import { findingFingerprint } from './finding-identity.js';
import type { TextOut } from './text-out.js';

const csvColumns = [
  'severity',
  'kind',
  'certainty',
  'hop',
  'client',
  'server',
  'certificate',
  'capture',
  'count',
  'frames',
  'flows',
  'title',
  'detail',
  'remediation',
  'cwe',
  'standards',
  'wiresharkFilter',
  'suppressed',
  'suppressedUntil',
  'fingerprint',
] as const;

/** Prints findings as comma-separated values with a heading; lists inside a cell are separated by spaces, standards by '; '. */
export function findingsCsv(out: TextOut): ReportSink {
  const paths: string[] = [];
  let heading = csvLine(csvColumns);
  return {
    capture({ path }): void {
      paths.push(path);
    },
    finding(finding): void {
      out.write(heading + csvLine(csvCells(finding, paths[finding.capture] ?? null)));
      heading = '';
    },
    end: () => out.write(heading),
  };
}

function csvCells(finding: Finding, path: string | null): (string | number | null)[] {
  return [
    finding.severity,
    finding.kind,
    finding.certainty,
    finding.hop,
    finding.client,
    finding.server,
    finding.certificate,
    path,
    finding.count,
    finding.frames.join(' '),
    finding.flows.join(' '),
    finding.title,
    finding.detail,
    finding.remediation,
    finding.references.cwe.join(' '),
    finding.references.standards.join('; '),
    finding.wiresharkFilter,
    finding.suppressed?.reason ?? null,
    finding.suppressed?.expires ?? null,
    findingFingerprint(finding),
  ];
}
