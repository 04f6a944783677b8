// TLS 1.3 encrypts tickets and shows them again in clear (RFC 9846 / 8446 §4.2.11, §4.6.1): a ticket's length is in the record
// that brought it, and in the pre_shared_key extension that uses it. Stateless tickets hold the session, most often with the
// client's certificate, so that their length tells sessions apart.
import type { Direction } from '../model/stream.js';
import { RecordRun } from './inference-records.js';
import { maxTicketPeers } from './limits.js';
import { other } from './listener.js';
import { maxProtectedRecords, type TlsObservations } from './tls-observations.js';

/** Full handshakes remembered between a client and a service, and records after each that may hold a ticket. */
const maxOriginals = 4;
const maxTicketRecords = 6;

/** Of a record: type octet and tag. */
const protectionOctets = 17;
/** Of NewSessionTicket: header 4, lifetime 4, age_add 4, lengths of nonce 1, ticket 2 and extensions 2. */
const ticketHeadOctets = 17;
/** Octets of the nonce that stacks give a ticket (OpenSSL and Go 8, others 0 to 32). */
const nonceOctets: readonly number[] = [0, 1, 2, 4, 8, 16, 32];
/** Added by early_data in the ticket, and by JSSE's padding of each record. */
const additions: readonly number[] = [0, 8, 16];

interface Original {
  flow: number;
  /** Outer lengths of records that may hold a ticket. */
  lengths: number[];
}

/**
 * Ties resumptions of TLS 1.3 to their full handshake by the length of the ticket, where no keys tell. Bounded: whoever came
 * first is forgotten first.
 */
export class TicketLinks {
  readonly #originals: Map<string, Original[]> = new Map();

  /** A full handshake of flow `flow`, between the two that `peers` names. */
  remember(peers: string, flow: number, seen: TlsObservations, client: Direction): void {
    const lengths = ticketLengths(seen, client);
    if (lengths.length === 0) return;
    const known = this.#originals.get(peers);
    if (known !== undefined) {
      if (known.length === maxOriginals) known.shift();
      known.push({ flow, lengths });
      return;
    }
    this.#originals.set(peers, [{ flow, lengths }]);
    if (this.#originals.size <= maxTicketPeers) return;
    for (const oldest of this.#originals.keys()) {
      this.#originals.delete(oldest);
      return;
    }
  }

  /** Flow of the latest full handshake between them that brought a ticket of so many octets; null = none. */
  origin(peers: string, ticketOctets: number): number | null {
    const known = this.#originals.get(peers);
    if (known === undefined) return null;
    for (let at = known.length - 1; at >= 0; at--) {
      const { flow, lengths } = known[at]!;
      if (lengths.some((length) => holdsTicket(length, ticketOctets))) return flow;
    }
    return null;
  }
}

/** Lengths of what the server sent first in knowledge of the client's part: its tickets are the first of it. */
function ticketLengths(seen: TlsObservations, client: Direction): number[] {
  const lengths: number[] = [];
  const answers = seen.of(client).protectedRecords;
  const packed = seen.of(other(client)).protectedRecords;
  if (answers === null || packed === null || answers.length === 0) return lengths;
  const answer = new RecordRun(answers, 0, maxProtectedRecords, protectionOctets - 1);
  const run = new RecordRun(packed, 0, maxProtectedRecords, protectionOctets - 1);
  for (let at = 0; at < run.count && lengths.length < maxTicketRecords; at++) {
    if (run.acknowledged(at) > answer.offset(0) && !lengths.includes(run.length(at))) lengths.push(run.length(at));
  }
  return lengths;
}

function holdsTicket(recordOctets: number, ticketOctets: number): boolean {
  const rest = recordOctets - protectionOctets - ticketHeadOctets - ticketOctets;
  for (const addition of additions) if (nonceOctets.includes(rest - addition)) return true;
  return false;
}
