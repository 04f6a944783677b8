// Client authentication in TLS 1.3 without keys. CertificateRequest and Certificate are encrypted, but the lengths of records
// are not: Finished has one length for each hash and ends a flight, and a client sends Certificate if and only if it was
// asked (RFC 9846 §4.5.1; RFC 8446 §4.4.2). What the lengths don't decide stays unknown.
import type { ClientAuth } from '../../model/connection-record.js';
import { type ClientFlight, readClientFlight } from './inference-client-flight.js';
import type { InferenceInput } from './inference-input.js';
import { type InferredOutcome, judgeOutcome } from './inference-outcome.js';
import { findFinished, findVerifyAndFinished, isPadded, paddingBlock, paddingOf } from './inference-patterns.js';
import { packedRecordFields, RecordRun } from './inference-records.js';
import { readServerFlight, type ServerFlight } from './inference-server-flight.js';
import {
  emptyCertificateOctets,
  type InferenceSizes,
  inferenceSizes,
  jssePadding,
  paddedInner,
  paddingUnit,
} from './inference-sizes.js';

/** A verdict from lengths. */
export interface InferredClientAuth extends ClientAuth {
  certainty: 'inferred' | 'none';
  /** Strong: the flights agree, or one is exact and the other says nothing. Null without a verdict. */
  strength: 'strong' | 'weak' | null;
  /** Frame that carried the client's Finished. */
  clientFinishedFrame: number | null;
  /** Both sides went on to protected application data. */
  established: boolean;
  /**
   * Frame from which on the client may have answered a request that came after the handshake; 0 = it did not offer that, or
   * sent nothing more of the length that ends such an answer.
   */
  laterAnswerFrame: number;
}

/** Padding to a longer block hides a small certificate as well as an empty list. */
const longestTellingBlock = 256;

/** Judges a connection. */
export function inferClientAuth(input: InferenceInput): InferredClientAuth {
  const sizes = inferenceSizes(input.suite);
  if (sizes === null)
    return unknown(null, 'the lengths of handshake messages under this cipher suite are not known here');
  const first = firstAfterServerHello(input);
  const client = new RecordRun(input.client.records, Math.max(0, first), clientWhole(input, first), sizes.tag);
  const server = new RecordRun(input.server.records, 0, input.server.whole, sizes.tag);
  const answer = readClientFlight(client, sizes);
  const request = readServerFlight(server, answer.kind === 'none' ? -1 : client.acknowledged(0), sizes);
  const verdict = judge(input, client, answer, request, sizes);
  if (verdict.certainty === 'none') return verdict;
  if (answer.kind === 'none') {
    // Nothing tells what the client said later.
    if (input.offersPostHandshakeAuth) verdict.laterAnswerFrame = input.serverHelloFrame;
    return verdict;
  }
  const finished = answer.finished >= 0 ? answer.finished : 0;
  const { outcome, established } = judgeOutcome({
    client,
    server,
    clientSide: input.client,
    serverSide: input.server,
    finished,
    clientPadding: paddingOf(client, answer.finished, sizes),
    serverPadding: paddingOf(server, request.finished, sizes),
    flightCount: request.finished < 0 ? -1 : request.count,
    asked: verdict.status !== 'not-requested',
  });
  verdict.outcome = outcome;
  verdict.established = established;
  if (answer.finished >= 0) verdict.clientFinishedFrame = client.frame(answer.finished);
  if (input.offersPostHandshakeAuth) {
    verdict.laterAnswerFrame = laterAnswerFrame(input, client, finished, sizes);
    notePostHandshakeAuth(verdict, client, finished, sizes);
  }
  return verdict;
}

/** How a resumed session went on: Finished is the client's first record of its length after early data. */
export function inferResumedEnd(input: InferenceInput): InferredOutcome {
  const sizes = inferenceSizes(input.suite);
  const first = firstAfterServerHello(input);
  if (sizes === null || first < 0) return { outcome: 'unknown', established: false };
  const client = new RecordRun(input.client.records, first, clientWhole(input, first), sizes.tag);
  const server = new RecordRun(input.server.records, 0, input.server.whole, sizes.tag);
  const finished = findFinished(client, sizes);
  if (finished < 0) return { outcome: 'unknown', established: false };
  const serverFinished = findFinished(server, sizes);
  return judgeOutcome({
    client,
    server,
    clientSide: input.client,
    serverSide: input.server,
    finished,
    clientPadding: paddingOf(client, finished, sizes),
    serverPadding: paddingOf(server, serverFinished, sizes),
    flightCount: serverFinished + 1,
    asked: true,
  });
}

/** Index of the client's first record that is no early data; -1 = can't be told. */
function firstAfterServerHello({ client, offersEarlyData, serverHelloEnd }: InferenceInput): number {
  const count = client.records.length / packedRecordFields;
  for (let at = 0; at < count; at++) {
    const acknowledged = client.records[at * packedRecordFields + 2]!;
    if (acknowledged < 0 || serverHelloEnd < 0) return offersEarlyData ? -1 : at;
    if (acknowledged >= serverHelloEnd) return at;
  }
  return count;
}

function clientWhole({ client }: InferenceInput, first: number): number {
  return client.begun && first >= 0 ? client.whole : 0;
}

function judge(
  input: InferenceInput,
  client: RecordRun,
  answer: ClientFlight,
  request: ServerFlight,
  sizes: InferenceSizes,
): InferredClientAuth {
  const told = request.exact ? request.requested : null;
  if (answer.kind === 'none') return judgeServerAlone(input, client, request);
  const shown = `the client's first protected record after ServerHello (frame ${client.frame(0)}) ${answer.words}`;
  switch (answer.kind) {
    case 'gave-up':
      return unknown(told, `${shown}: it gave up before it answered; ${serverWords(request)}`);
    case 'not-requested':
      return decided(
        'not-requested',
        false,
        told !== true,
        `${shown}, so no certificate was asked for; ${serverWords(request)}`,
      );
    case 'declined': {
      const isStrong = told !== false && (answer.exact || told === true);
      return decided('declined', true, isStrong, `${shown}: asked, it sent no certificate; ${serverWords(request)}`);
    }
    case 'presented':
      if (!answer.exact && told === false) return unknown(null, `${shown}, but ${serverWords(request)}`);
      return decided(
        'presented',
        true,
        told === true || (answer.exact && told === null),
        `${shown}, so it sent a certificate; ${serverWords(request)}`,
      );
    case 'certificate':
      if (told !== true) return unknown(null, `${shown}, but what should follow a certificate is not there`);
      return decided('presented', true, false, `${shown}, so it sent a certificate; ${serverWords(request)}`);
    case 'padded':
      return judgePadded(client, shown, request, sizes);
    default:
      return unknown(told, `${shown}; ${serverWords(request)}`);
  }
}

/** The client's records are missing, in doubt or were never sent. */
function judgeServerAlone(input: InferenceInput, client: RecordRun, request: ServerFlight): InferredClientAuth {
  const why = whyNoAnswer(input, client);
  const told = request.exact ? request.requested : null;
  if (told === false && input.client.clearAlertFrame === 0)
    return decided('not-requested', false, false, `${serverWords(request)}; ${why}`);
  return unknown(told, `${why}; ${serverWords(request)}`);
}

function whyNoAnswer({ client, serverHelloFrame }: InferenceInput, records: RecordRun): string {
  if (!client.begun) return "the capture begins after the client's first octets, so its first record is in doubt";
  if (records.count > 0 || client.hiddenBecause !== null) {
    return `the client's first protected record is in doubt: ${client.hiddenBecause ?? 'it may be early data'}`;
  }
  if (client.clearAlertFrame > 0) return `the client gave up with an alert in clear (frame ${client.clearAlertFrame})`;
  return `the client sent no protected record after ServerHello in frame ${serverHelloFrame}`;
}

function judgePadded(
  client: RecordRun,
  shown: string,
  request: ServerFlight,
  sizes: InferenceSizes,
): InferredClientAuth {
  const block = paddingBlock(client);
  const paddedFinished = paddedInner(sizes.finished, block);
  const basis = `${shown} of ${block} octets`;
  const first = client.inner(0);
  if (first > paddedFinished) {
    if (request.exact && request.requested === false) return unknown(null, `${basis}; ${serverWords(request)}`);
    return decided('presented', true, false, `${basis}, more than a padded Finished, so it holds a certificate`);
  }
  if (first < paddedFinished) {
    // An alert fills one block as well.
    if (client.whole > 1 && client.inner(1) === paddedFinished) {
      const follows = 'less than a padded Finished, which follows: asked, it sent no certificate';
      return decided('declined', true, false, `${basis}, ${follows}`);
    }
    const told = request.exact ? request.requested : null;
    return unknown(told, `${basis}, less than a padded Finished, which does not follow; ${serverWords(request)}`);
  }
  if (paddedInner(emptyCertificateOctets, block) < paddedFinished) {
    return judgePaddedFinished(block, basis, request);
  }
  if (request.requested === null) return unknown(null, `${basis}, which tells nothing; ${serverWords(request)}`);
  if (!request.requested) return decided('not-requested', false, false, `${basis}; ${serverWords(request)}`);
  if (block > longestTellingBlock) {
    return unknown(true, `${basis}, which a small certificate fits as well; ${serverWords(request)}`);
  }
  return decided('declined', true, false, `${basis}, too few for a certificate; ${serverWords(request)}`);
}

/**
 * The first record is as long as a padded Finished, and an empty Certificate alone is shorter; both together would be as long.
 * Who pads to 16 octets (mbedTLS, OpenSSL when told to) writes a record a message.
 */
function judgePaddedFinished(block: number, basis: string, request: ServerFlight): InferredClientAuth {
  const words = `${basis}, the size of a padded Finished; ${serverWords(request)}`;
  if (request.requested === true) return unknown(request.exact ? true : null, words);
  if (request.requested === null && block !== paddingUnit) return unknown(null, words);
  return decided('not-requested', false, false, words);
}

function serverWords({ requested, exact, count }: ServerFlight): string {
  if (requested === null) return "the server's records tell nothing of a request";
  const flight = `the server's flight of ${count} records ${requested ? 'has one for a CertificateRequest' : 'has none for a CertificateRequest'}`;
  return exact ? flight : `${flight}, by their number`;
}

/**
 * Whoever is asked later answers with at least an empty Certificate and a Finished (RFC 9846 / 8446 §4.6.2). The stacks that
 * offer it (OpenSSL, GnuTLS, wolfSSL) write a record a message, so that the Finished stands alone.
 */
function laterAnswerFrame(
  { client: side }: InferenceInput,
  client: RecordRun,
  finished: number,
  sizes: InferenceSizes,
): number {
  const padded = isPadded(client) ? paddedInner(sizes.finished, paddingBlock(client)) : 0;
  for (let at = finished + 1; at < client.count; at++) {
    if (padded > 0 && client.inner(at) >= padded) return client.frame(at);
    const rest = client.content(at) - sizes.finished;
    if (rest === 0 || rest === jssePadding || rest === emptyCertificateOctets) return client.frame(at);
  }
  return side.complete ? 0 : client.frame(client.count - 1);
}

/** Certificates asked for later look like the first answer did; application data may look so too. */
function notePostHandshakeAuth(
  verdict: InferredClientAuth,
  client: RecordRun,
  finished: number,
  sizes: InferenceSizes,
): void {
  const later = findVerifyAndFinished(client, finished + 2, sizes);
  if (later < 0) return;
  verdict.basis += `; post-handshake authentication was offered, and frame ${client.frame(later)} may end one`;
}

function decided(
  status: ClientAuth['status'],
  requested: boolean,
  isStrong: boolean,
  basis: string,
): InferredClientAuth {
  return {
    status,
    requested,
    outcome: 'unknown',
    certainty: 'inferred',
    strength: isStrong ? 'strong' : 'weak',
    basis,
    clientFinishedFrame: null,
    established: false,
    laterAnswerFrame: 0,
  };
}

function unknown(requested: boolean | null, basis: string): InferredClientAuth {
  return {
    status: 'unknown',
    requested,
    outcome: 'unknown',
    certainty: 'none',
    strength: null,
    basis,
    clientFinishedFrame: null,
    established: false,
    laterAnswerFrame: 0,
  };
}
