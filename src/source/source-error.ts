import { systemReason } from '../base/system-reason.js';

/** Why an input could not be read at all. Stable: exit codes and other programs lean on it. */
export type SourceErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'is-empty'
  | 'no-captures'
  | 'not-a-capture'
  | 'not-a-report'
  | 'already-read';

/** An input that could not be read at all; `cause` is the system's error where there is one. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  readonly path: string;

  constructor(code: SourceErrorCode, path: string, message: string, cause?: unknown) {
    super(`${path}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
  }
}

/** Makes a `SourceError` of what the file system threw. */
export function sourceErrorOf(path: string, thrown: unknown): SourceError {
  if (thrown instanceof SourceError) return thrown;
  const system = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (system === 'ENOENT' || system === 'ENOTDIR') return new SourceError('not-found', path, 'no such file', thrown);
  if (system === 'EACCES' || system === 'EPERM') {
    return new SourceError('not-readable', path, 'reading it is not permitted', thrown);
  }
  const message = thrown instanceof Error ? systemReason(thrown) : String(thrown);
  return new SourceError('not-readable', path, message, thrown);
}
