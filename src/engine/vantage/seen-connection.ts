import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Passage } from './passage.js';
import type { Sighting } from './sighting.js';

/** A connection, as far as the captures so far show it. */
export interface SeenConnection {
  /** Whose record is reported. */
  best: Sighting;
  /** Null = it is told already. */
  record: ConnectionRecord | null;
  /** Where else it was seen. */
  others: Passage[] | null;
}
