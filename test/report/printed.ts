import { expect } from 'vitest';
import type { CertificateRecord } from '../../src/model/certificate.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type { Finding } from '../../src/model/finding.js';
import type { Hop } from '../../src/model/hop.js';
import type { CaptureInfo } from '../../src/model/report.js';
import { displayWidth } from '../../src/report/columns.js';
import { isHarmful } from '../../src/report/harmless.js';
import { type Palette, plainPalette } from '../../src/report/palette.js';
import type { ReportFormat, ReportOptions } from '../../src/report/report-format.js';
import { summaryOf } from '../build/records.js';
import { TextCollector } from './text-collector.js';

/** Results to print. */
export interface Results {
  flows?: readonly ConnectionRecord[];
  captures?: readonly CaptureInfo[];
  certificates?: readonly CertificateRecord[];
  hops?: readonly Hop[];
  findings?: readonly Finding[];
  limits?: Record<string, number>;
}

/** What `format` prints of `results`. */
export function printed(
  format: ReportFormat,
  results: Results,
  verbose = false,
  palette: Palette = plainPalette,
  more: Partial<ReportOptions> = {},
): string {
  const out = new TextCollector();
  const sink = format(out, { toolVersion: '9.9.9', verbose, palette, ...more });
  for (const flow of results.flows ?? []) sink.flow?.(flow);
  for (const capture of results.captures ?? []) sink.capture?.(capture);
  for (const certificate of results.certificates ?? []) sink.certificate?.(certificate);
  for (const hop of results.hops ?? []) sink.hop?.(hop);
  for (const finding of results.findings ?? []) sink.finding?.(finding);
  sink.end(summaryOf(results.flows ?? [], results.hops?.length, results.limits));
  return out.text;
}

/** Fails for a line of more than 80 columns, and for a character that does something to a terminal. */
export function expectPrintable(text: string): void {
  const isBad = (line: string): boolean =>
    displayWidth(line) > 80 || Array.from(line).some((character) => isHarmful(character.codePointAt(0)!));
  expect(
    text
      .split('\n')
      .filter(isBad)
      .map((line) => JSON.stringify(line)),
  ).toEqual([]);
}
