import type { LiveEvent } from '../../model/live.js';
import type { ReportSink } from '../../model/report-sink.js';
import type { CaptureRequest } from '../../source/live/capture-request.js';
import type { RingOptions } from '../../source/live/ring-writer.js';
import type { JudgingOptions } from '../judging/judging.js';

/** What is to be sniffed, and who hears of it. */
export interface LiveOptions extends JudgingOptions {
  capture: CaptureRequest;
  /** Hears of every connection as it ends, and of the report at the end. */
  sink: ReportSink;
  onEvent(event: LiveEvent): void;
  keylogs?: readonly string[];
  authorities?: readonly string[];
  revocationLists?: readonly string[];
  /** Keeps the packets beside the analysis. */
  ring?: RingOptions;
  /** Seconds after which a finding that goes on is told again; absent = never. */
  repeatSeconds?: number;
  /** Ends by itself after so many seconds, or packets. */
  durationSeconds?: number;
  maxPackets?: number;
  /** Ends by itself as soon as no line of the policy is UNSEEN. */
  untilDecided?: boolean;
  /** Connections followed at a time. */
  maxFlows?: number;
  /** Resident octets: before they are reached, ended connections are forgotten and silent ones ended early. */
  maxMemory?: number;
  /** Seconds of the past that reports cover, at least half of them. */
  rememberSeconds?: number;
  /** Called when every interface is being sniffed: root is not needed any more. */
  onStarted?(): void;
  onWarning?(text: string): void;
}
