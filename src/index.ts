/** The library: everything that the command line is made of. */
export { systemReason } from './base/system-reason.js';
export {
  type AnalyzeOptions,
  type AnalyzeResult,
  analyze,
} from './engine/analyze.js';
export { CheckpointError } from './engine/checkpoint/files.js';
export { Baseline, BaselineSink } from './engine/comparing/baseline.js';
export {
  difference,
  type Snapshot,
  SnapshotSink,
  snapshotOf,
  snapshotOfReport,
  worstOf,
} from './engine/comparing/diff.js';
export { EvidenceGathering } from './engine/evidence/gathering.js';
export type {
  EvidenceFinding,
  EvidenceInput,
  EvidenceManifest,
  EvidenceOptionsTold,
  PayloadShown,
} from './engine/evidence/manifest.js';
export {
  checkEvidence,
  EvidenceError,
  type EvidenceOptions,
  writeEvidence,
} from './engine/evidence/write-evidence.js';
export { type Folder, foldSink } from './engine/fold-sink.js';
export { Expectation } from './engine/judging/expectation.js';
export type { AnswerCounts } from './engine/judging/judge.js';
export { LiveAnalysis, type LiveOptions } from './engine/live/live-analysis.js';
export { makeFolder } from './engine/make-folder.js';
export type { Moment, SelectionOptions } from './engine/packet-selection.js';
export { type LoadedPolicy, loadPolicy, PolicyFileError } from './engine/policy/files.js';
export type { ReadingProgress, RunProgress } from './engine/reading-progress.js';
export {
  type Selftest,
  type SelftestOutcome,
  type SelftestResult,
  selftest,
} from './engine/selftest/selftest.js';
export { TrustFileError } from './engine/trust-files.js';
export { PacketFilterError, type PacketTest, parsePacketFilter } from './flow/packet-filter.js';
export { StrictnessFolder } from './hops/strictness.js';
export { TimelineFolder } from './hops/timeline.js';
export type { CertificateRecord } from './model/certificate.js';
export type { CaptureClock } from './model/clock.js';
export type * from './model/connection-record.js';
export type * from './model/content.js';
export type * from './model/difference.js';
export { type Finding, type Severity, severities } from './model/finding.js';
export { type Hop, type HopState, hopStates } from './model/hop.js';
export type { LiveEvent, LiveStatus } from './model/live.js';
export type * from './model/policy.js';
export type { CaptureHealth, CaptureInfo, PreflightItem, Report, Summary, VantageSummary } from './model/report.js';
export type { ReportSink } from './model/report-sink.js';
export type { Product, RuleMetadata } from './model/rule.js';
export type * from './model/side.js';
export type {
  ClientHabit,
  Readiness,
  StrictClient,
  Strictness,
  StrictService,
} from './model/strictness.js';
export type {
  ConnectionState,
  HopTimeline,
  MutualTlsStop,
  Timeline,
  TimelineInterval,
  TimelineMark,
} from './model/timeline.js';
export { type DraftedFrom, draftPolicy } from './policy/draft-policy.js';
export { policySummary } from './policy/policy-summary.js';
export { differenceJson, differenceText } from './report/diff-text.js';
export { evidenceFormats, type ToldEvidence } from './report/evidence-summary.js';
export { explainSink } from './report/explain/sink.js';
export { harmless } from './report/harmless.js';
export { livePageHtml } from './report/html/live-html.js';
export { certsFormats, flowsFormats, hopsFormats, reportFormats } from './report/index.js';
export { NdjsonReport } from './report/json/ndjson.js';
export { interfacesTable } from './report/live/interfaces.js';
export { liveMetrics } from './report/live/metrics.js';
export { type LiveCursor, LivePage } from './report/live/page.js';
export { liveEventLine, liveStatusLine } from './report/live/text.js';
export { type Palette, plainPalette } from './report/palette.js';
export { certificatePem } from './report/pem.js';
export { progressLine } from './report/progress-line.js';
export type { ReportFormat, ReportOptions } from './report/report-format.js';
export { rulesTable, ruleText } from './report/rules-catalogue.js';
export { type StrictFormat, strictFormats } from './report/strict-formats.js';
export type { TextOut } from './report/text-out.js';
export { type TimelineFormat, timelineFormats } from './report/timeline-formats.js';
export { rules } from './rules/index.js';
export { profiles } from './rules/profiles/index.js';
export type { Profile } from './rules/profiles/profile.js';
export { type HostName, HostsFileError, readHostsFile } from './source/hosts-file.js';
export {
  type CaptureRequest,
  defaultBufferOctets,
  defaultSnapLength,
  LiveError,
} from './source/live/capture-request.js';
export { type InterfaceInfo, listInterfaces } from './source/live/interfaces.js';
export { looksLikeReport, type SavedFinding, type SavedHop, type SavedReport } from './source/saved-report.js';
export { SourceError, type SourceErrorCode } from './source/source-error.js';
