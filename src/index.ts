/** The library: everything that the command line is made of. */
export {
  type AnalyzeOptions,
  type AnalyzeResult,
  analyze,
  type ReadingProgress,
} from './engine/analyze.js';
export { Expectation } from './engine/expectation.js';
export type { AnswerCounts } from './engine/judge.js';
export {
  type Selftest,
  type SelftestOutcome,
  type SelftestResult,
  selftest,
} from './engine/selftest/selftest.js';
export { TrustFileError } from './engine/trust-files.js';
export type { CertificateRecord } from './model/certificate.js';
export type * from './model/connection-record.js';
export type * from './model/content.js';
export type { Finding, Severity } from './model/finding.js';
export type { Hop, HopState } from './model/hop.js';
export type { CaptureHealth, CaptureInfo, PreflightItem, Report, Summary } from './model/report.js';
export type { ReportSink } from './model/report-sink.js';
export type { Product, RuleMetadata } from './model/rule.js';
export type * from './model/side.js';
export { explainSink } from './report/explain-sink.js';
export { harmless } from './report/harmless.js';
export { certsFormats, flowsFormats, hopsFormats, reportFormats } from './report/index.js';
export { type Palette, plainPalette } from './report/palette.js';
export { certificatePem } from './report/pem.js';
export { progressLine } from './report/progress-line.js';
export type { ReportFormat, ReportOptions } from './report/report-format.js';
export { rulesTable, ruleText } from './report/rules-catalogue.js';
export type { TextOut } from './report/text-out.js';
export { rules } from './rules/index.js';
export { SourceError, type SourceErrorCode } from './source/source-error.js';
