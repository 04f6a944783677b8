// What the server did with the client's answer: told from the records that it sent after it had received the answer.
import type { ClientAuth } from '../../model/connection-record.js';
import type { InferenceSide } from './inference-input.js';
import { isPadded, paddingBlock } from './inference-patterns.js';
import type { RecordRun } from './inference-records.js';
import { isAlertLength, paddingUnit } from './inference-sizes.js';

/** The end of a connection. */
export interface InferredOutcome {
  outcome: ClientAuth['outcome'];
  /** Both sides went on to application data. */
  established: boolean;
}

/** A connection's second half; each direction's records from the first after the ServerHello on. */
export interface AfterAnswer {
  client: RecordRun;
  server: RecordRun;
  clientSide: InferenceSide;
  serverSide: InferenceSide;
  /** Index of the client's Finished. */
  finished: number;
  /** Zero octets that each side adds to its records; -1 = not known. */
  clientPadding: number;
  serverPadding: number;
  /** Records of the server's flight; -1 = not told. */
  flightCount: number;
  /** The client was asked for a certificate, or may have been. */
  asked: boolean;
}

/** A second ticket is as long as the first, or a cipher block longer or shorter: its time and nonce may differ. */
const ticketDifference = 16;

/** Where records are padded, tickets and an alert are no more than this; what is beyond is data. */
const mostTicketsAndAlerts = 3;

const untold: InferredOutcome = Object.freeze({ outcome: 'unknown', established: false });

/** Judges what came after the client's answer. */
export function judgeOutcome(after: AfterAnswer): InferredOutcome {
  const { client, server } = after;
  const from = firstAnswer(after);
  let end = server.count;
  const block = isPadded(server) ? paddingBlock(server) : 0;
  if (block > paddingUnit) {
    return end - from > mostTicketsAndAlerts ? { outcome: 'accepted', established: hasData(after) } : untold;
  }
  while (end > from && mayBeAlert(after, end - 1, block)) end--;
  // In a block of 16 no ticket has room, but a short answer has, before the farewell.
  if (block > 0 && end === from && server.count - end > 1) return untold;
  const answers = end - from;
  const clientEnds = clientEndFrame(after);
  const serverEnds = firstOf(
    end < server.count ? server.frame(end) : 0,
    firstOf(after.serverSide.finFrame, after.serverSide.rstFrame),
  );
  const serverEndsFirst = serverEnds > client.frame(0) && (clientEnds === 0 || serverEnds <= clientEnds);
  const isWhole = after.serverSide.complete && after.clientSide.complete;
  if (answers === 0) {
    if (mayHaveEndedBefore(after, serverEnds)) return untold;
    if (isReadInSilence(after, clientEnds, serverEnds)) return { outcome: 'accepted', established: false };
    return { outcome: serverEndsFirst && isWhole ? 'rejected' : 'unknown', established: false };
  }
  const tickets = Math.min(answers, ticketsAmong(after, from, end));
  const clientData = hasData(after);
  if (answers > tickets) return { outcome: 'accepted', established: clientData };
  // Tickets are sent by a server that is content with the client: what it did then tells them from a first answer.
  if (clientEnds > 0 && !serverEndsFirst) return { outcome: 'accepted', established: false };
  if (mayHaveEndedBefore(after, serverEnds)) return untold;
  const mayBeAnswer = clientData && answers === 1;
  // Ticket or answer, it is sent to a client whose Finished was in order, and there was nothing else to refuse.
  if (mayBeAnswer && !after.asked) return { outcome: 'accepted', established: true };
  return { outcome: serverEndsFirst && isWhole && !mayBeAnswer ? 'dropped' : 'unknown', established: false };
}

/**
 * Whether the server had nothing to refuse, nor to answer (syslog): the client sent data and left, and the server's end is no
 * reset, as it were with octets unread.
 */
function isReadInSilence(after: AfterAnswer, clientEnds: number, serverEnds: number): boolean {
  const { asked, serverSide, client } = after;
  if (asked || serverSide.finFrame === 0 || serverSide.rstFrame > 0 || isPadded(client)) return false;
  return clientEnds > 0 && clientEnds < serverEnds && hasData(after);
}

/** Index of the first record that the server sent after it had the client's first; where no ACK tells, by frames. */
function firstAnswer({ client, server }: AfterAnswer): number {
  for (let at = 0; at < server.count; at++) {
    const acknowledged = server.acknowledged(at);
    if (acknowledged < 0 ? server.frame(at) > client.frame(0) : acknowledged >= client.end(0)) return at;
  }
  return server.count;
}

/** How many of the server's records from `from` on are, or may be, session tickets. */
function ticketsAmong({ server, flightCount }: AfterAnswer, from: number, end: number): number {
  // Go and GnuTLS send theirs at the end of the flight where they don't ask for a certificate.
  if (flightCount >= 0 && from > flightCount) return 0;
  if (end - from < 2 || server.acknowledged(from) !== server.acknowledged(from + 1)) return 1;
  const difference = Math.abs(server.length(from) - server.length(from + 1));
  return difference === 0 || difference === ticketDifference ? 2 : 1;
}

/** Whether a record of the server can be an alert, where it pads to `block`; 0 = it doesn't. */
function mayBeAlert({ server, serverPadding }: AfterAnswer, index: number, block: number): boolean {
  return block > 0 ? server.inner(index) === block : isAlertLength(server.content(index), serverPadding);
}

/** Whether the client sent more than its Finished and an alert. */
function hasData({ client, finished, clientPadding }: AfterAnswer): boolean {
  if (isPadded(client)) {
    if (client.count - finished > 2) return true;
    return client.count - finished > 1 && client.inner(finished + 1) > paddingBlock(client);
  }
  for (let at = finished + 1; at < client.count; at++) {
    if (!isAlertLength(client.content(at), clientPadding)) return true;
  }
  return false;
}

/** Frame in which the client began to end the connection; 0 = it did not. */
function clientEndFrame({ client, clientSide, finished, clientPadding }: AfterAnswer): number {
  const last = client.count - 1;
  const alert = last > finished && isAlertLength(client.content(last), clientPadding) ? client.frame(last) : 0;
  return firstOf(alert, firstOf(clientSide.finFrame, clientSide.rstFrame));
}

/** Whether a padded client's last record may be the farewell that the server's end answers. */
function mayHaveEndedBefore({ client, finished }: AfterAnswer, serverEnds: number): boolean {
  const last = client.count - 1;
  if (last <= finished || !isPadded(client)) return false;
  return client.inner(last) === paddingBlock(client) && client.frame(last) < serverEnds;
}

function firstOf(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}
