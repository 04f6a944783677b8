import type { Message } from './message.js';
import { RecurringText } from './recurring-text.js';

/** What a statement of SQL or CQL begins with, by which it is named in reports. */
const verbs: ReadonlySet<string> = new Set(
  (
    'SELECT INSERT UPDATE DELETE MERGE REPLACE CREATE ALTER DROP TRUNCATE GRANT REVOKE CALL EXEC EXECUTE COPY LOAD WITH VALUES ' +
    'DECLARE FETCH EXPLAIN ANALYZE VACUUM LOCK LISTEN NOTIFY DO PREPARE KILL FLUSH BACKUP RESTORE TABLE DESCRIBE BATCH LIST ' +
    'IDENTIFY_SYSTEM START_REPLICATION BASE_BACKUP IF WAITFOR BULK'
  ).split(' '),
);
/** Those that only set up a session or a transaction. */
const sessionVerbs: ReadonlySet<string> = new Set(
  'SET SHOW USE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE DEALLOCATE DISCARD RESET CLOSE END ABORT'.split(' '),
);
const longestVerb = 17;

/** The verb of the statement at a message's place, in capitals; 'QUERY' where it is none that is known. */
export function sqlVerb(message: Message): string {
  const { bytes, end } = message;
  let at = skipBlanks(bytes, message.at, end);
  // A comment in front, as middleware leaves it.
  if (bytes[at] === 0x2f && bytes[at + 1] === 0x2a && at + 1 < end) {
    while (at + 1 < end && !(bytes[at] === 0x2a && bytes[at + 1] === 0x2f)) at++;
    at = skipBlanks(bytes, at + 2, end);
  }
  let verbEnd = at;
  while (verbEnd < end && verbEnd - at <= longestVerb && isVerbOctet(bytes[verbEnd]!)) verbEnd++;
  const verb = words.of(bytes, at, verbEnd);
  return verbs.has(verb) || sessionVerbs.has(verb) ? verb : 'QUERY';
}

/** Whether a statement by this verb reaches data, and does more than set up its session. */
export function reachesData(verb: string): boolean {
  return !sessionVerbs.has(verb);
}

const words = new RecurringText('upper');

function isVerbOctet(octet: number): boolean {
  const lower = octet | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || octet === 0x5f;
}

/** Blanks, opening parentheses and semicolons. */
function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at]! <= 0x20 || bytes[at] === 0x28 || bytes[at] === 0x3b)) at++;
  return at;
}
