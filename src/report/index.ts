import { certsCsv, certsJson, certsText } from './certs-table.js';
import { ecsReport } from './ecs/ecs.js';
import { findingsCsv } from './findings-csv.js';
import { flowsCsv, flowsJson, flowsText } from './flows-table.js';
import { hopsCsv, hopsJson, hopsText } from './hops-table.js';
import { htmlReport } from './html/html.js';
import { jsonReport } from './json/json.js';
import { ndjsonReport } from './json/ndjson.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';
import type { ReportFormat } from './report-format.js';
import { sarifReport } from './sarif.js';
import { textReport } from './text.js';

/** The formats of a whole report, by the name that `--format` takes. */
export const reportFormats: Readonly<
  Record<'text' | 'json' | 'ndjson' | 'sarif' | 'junit' | 'markdown' | 'csv' | 'ecs' | 'html', ReportFormat>
> = {
  text: textReport,
  json: jsonReport,
  ndjson: ndjsonReport,
  sarif: sarifReport,
  junit: junitReport,
  markdown: markdownReport,
  csv: findingsCsv,
  ecs: ecsReport,
  html: htmlReport,
};

/** The formats of `analyze flows`. */
export const flowsFormats: Readonly<Record<'text' | 'json' | 'csv', ReportFormat>> = {
  text: flowsText,
  json: flowsJson,
  csv: flowsCsv,
};

/** The formats of `analyze hops`. */
export const hopsFormats: Readonly<Record<'text' | 'json' | 'csv', ReportFormat>> = {
  text: hopsText,
  json: hopsJson,
  csv: hopsCsv,
};

/** The formats of `analyze certs`. */
export const certsFormats: Readonly<Record<'text' | 'json' | 'csv', ReportFormat>> = {
  text: certsText,
  json: certsJson,
  csv: certsCsv,
};
