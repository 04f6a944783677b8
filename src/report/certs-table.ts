import type { CertificateRecord } from '../model/certificate.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { CaptureInfo, Summary } from '../model/report.js';
import type { ReportSink } from '../model/report-sink.js';
import { CertificateProblems, certificateHeading, certificateLines, spanOf, validityIn } from './certificate-lines.js';
import { reportColumns, wrap } from './columns.js';
import { csvLine } from './csv.js';
import { JsonArray } from './json/array.js';
import { countOf } from './quantities.js';
import type { ReportOptions } from './report-format.js';
import type { TextOut } from './text-out.js';

/** Prints a line for each certificate, in order of first sight; validity is judged at the beginning of the capture. */
export function certsText(out: TextOut, options: ReportOptions): ReportSink {
  const { palette } = options;
  const captures: CaptureInfo[] = [];
  const problems = new CertificateProblems();
  let printed = 0;
  let hidden = 0;
  return {
    flow(record: ConnectionRecord): void {
      problems.add(record);
      if (record.tls?.version === 'TLSv1.3' && !record.tls.decrypted) hidden++;
    },
    capture(info: CaptureInfo): void {
      captures.push(info);
    },
    certificate(record: CertificateRecord): void {
      if (printed++ === 0) out.write(`${certificateHeading(palette)}\n`);
      out.write(`${certificateLines(record, captures, palette, problems.of(record.sha256)).join('\n')}\n`);
    },
    end(summary: Summary): void {
      const { tls, starttls } = summary.flows;
      const seen = printed === 0 ? 'No certificate was seen' : `${countOf(printed, 'certificate')} seen`;
      const of = `in ${countOf(tls + starttls, 'TLS connection')} (${countOf(summary.flows.total, 'flow')})`;
      const rest =
        hidden === 0
          ? ''
          : `; ${countOf(hidden, 'connection')} of TLS 1.3 ${hidden === 1 ? 'hides its own' : 'hide theirs'} without keys`;
      for (const line of wrap(`${seen} ${of}${rest}.`, reportColumns)) {
        out.write(`${palette.faint(line)}\n`);
      }
    },
  };
}

/** Prints an array of certificates as in the JSON report. */
export function certsJson(out: TextOut): ReportSink {
  const array = new JsonArray(out);
  return {
    certificate: (record: CertificateRecord) => array.element((json) => json.value(record)),
    end: () => array.end(),
  };
}

const csvColumns = [
  'sha256',
  'subject',
  'issuer',
  'serial',
  'notBefore',
  'notAfter',
  'whenCaptured',
  'subjectAltNames',
  'spiffeId',
  'keyType',
  'keyBits',
  'curve',
  'signatureAlgorithm',
  'selfSigned',
  'isCa',
  'extendedKeyUsage',
  'usedAs',
  'firstFrame',
  'parseError',
  'problems',
] as const;

/** Prints certificates as comma-separated values with a heading; lists inside a cell are separated by spaces. */
export function certsCsv(out: TextOut): ReportSink {
  const captures: CaptureInfo[] = [];
  const problems = new CertificateProblems();
  let heading = csvLine(csvColumns);
  return {
    flow: (record) => problems.add(record),
    capture(info: CaptureInfo): void {
      captures.push(info);
    },
    certificate(record: CertificateRecord): void {
      out.write(heading + csvLine([...csvCells(record, captures), [...problems.of(record.sha256)].join(' ')]));
      heading = '';
    },
    end: () => out.write(heading),
  };
}

function csvCells(record: CertificateRecord, captures: readonly CaptureInfo[]): (string | number | boolean | null)[] {
  return [
    record.sha256,
    record.subject,
    record.issuer,
    record.serial,
    record.notBefore,
    record.notAfter,
    validityIn(record, spanOf(captures)),
    record.subjectAltNames.join(' '),
    record.spiffeId,
    record.keyType,
    record.keyBits,
    record.curve,
    record.signatureAlgorithm,
    record.selfSigned,
    record.isCa,
    record.extendedKeyUsage.join(' '),
    record.usedAs.join(' '),
    record.firstFrame,
    record.parseError,
  ];
}
