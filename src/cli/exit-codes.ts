/** Exit statuses: a contract with scripts. */
export const exitCodes = {
  /** Analysed. */
  done: 0,
  /** Analysed, and what `--fail-on` or `--fail-under` names was found. */
  found: 1,
  /** Bad usage, or the output can't be written. */
  usage: 2,
  /** An input could not be read at all; what could be read is reported. */
  unreadable: 3,
  /** A bug in this program: never 1, which says that something was found. */
  bug: 70,
  /** Interrupted (128 + SIGINT); what was learnt until then is reported. */
  interrupted: 130,
} as const;

/** Something the caller of the command line has to put right: printed as one line, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
