// What the server's flight says of a CertificateRequest: between EncryptedExtensions and Certificate there is one record more
// where a server writes one record a message (RFC 9846, Protocol Overview; RFC 8446 §2).
import { findVerifyAndFinished, isPadded, messageEnd } from './inference-patterns.js';
import type { RecordRun } from './inference-records.js';
import type { InferenceSizes } from './inference-sizes.js';

/** What a server's flight shows. */
export interface ServerFlight {
  /** Whether it holds a CertificateRequest; null = its records don't tell. */
  requested: boolean | null;
  /** Each record is one message, and none can be two. */
  exact: boolean;
  /** Index of its last record, the Finished; -1 = not told. */
  finished: number;
  /** Records of the flight. */
  count: number;
}

/** EncryptedExtensions with a name, a protocol and groups; with a CertificateRequest in the same record it is longer. */
const longestExtensionsOctets = 72;

const untold: ServerFlight = Object.freeze({ requested: null, exact: false, finished: -1, count: 0 });

/** Reads the flight from the server's first records; `bound` is how far the client had received when it answered, or -1. */
export function readServerFlight(records: RecordRun, bound: number, sizes: InferenceSizes): ServerFlight {
  let count = 0;
  while (count < records.whole && (bound < 0 || records.offset(count) < bound)) count++;
  if (count > 0 && isPadded(records)) return readPadded(bound, count);
  const finished = findVerifyAndFinished(records, 1, sizes);
  if (finished < 0 || finished >= count) return untold;
  let messages = 0;
  const starts = [0, 0, 0, 0];
  for (let at = 0; at < finished - 1; at = messageEnd(records, at) + 1) {
    if (messages < starts.length) starts[messages] = at;
    messages++;
  }
  const plainExtensions = records.content(0) <= longestExtensionsOctets;
  if (messages === 2) return { requested: false, exact: plainExtensions, finished, count: finished + 1 };
  if (messages !== 3) return untold;
  // A list of authorities can be longer than a certificate, but so is all but the last piece of a certificate in pieces.
  const ascending = records.content(starts[1]!) < records.content(starts[2]!);
  return { requested: true, exact: plainExtensions && ascending, finished, count: finished + 1 };
}

function readPadded(bound: number, count: number): ServerFlight {
  if (bound < 0 || (count !== 4 && count !== 5)) return untold;
  return { requested: count === 5, exact: false, finished: count - 1, count };
}
