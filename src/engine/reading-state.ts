import type { CaptureInfo } from '../model/report.js';
import type { SourceErrorCode } from '../source/source-error.js';

/** An input that could not be read at all. */
export interface UnreadableInput {
  path: string;
  code: SourceErrorCode;
  message: string;
}

/** What the reading of captures came to so far, beside connections. */
export class ReadingState {
  readonly captures: CaptureInfo[] = [];
  readonly unreadable: UnreadableInput[] = [];
  /** How often each bound of reading bit, by name. */
  readonly limits: Record<string, number> = {};
  /** The id that the next connection gets. */
  nextId = 1;

  /** A bound bit so often more. */
  limit(name: string, count: number): void {
    if (count > 0) this.limits[name] = (this.limits[name] ?? 0) + count;
  }
}
