import type { Direction } from '../../model/stream.js';
import { tlsVersions } from '../../registry/tls-versions.js';
import { other } from '../listener.js';
import { outOfStep } from '../tls/record-layer.js';
import { maxProtectedRecords, type ObservedDirection, type TlsObservations } from '../tls/tls-observations.js';
import { type InferredClientAuth, inferClientAuth, inferResumedEnd } from './inference.js';
import type { InferenceInput, InferenceSide } from './inference-input.js';
import type { InferredOutcome } from './inference-outcome.js';
import { packedRecordFields } from './inference-records.js';

/** The verdict on a full handshake of TLS 1.3 from what was observed; null for any other. */
export function inferFromObservations(seen: TlsObservations, client: Direction): InferredClientAuth | null {
  if (seen.answer.resumed !== false) return null;
  const input = inferenceInput(seen, client);
  return input === null ? null : inferClientAuth(input);
}

/** How a resumed TLS 1.3 session went on; null for any other. */
export function inferResumedFromObservations(seen: TlsObservations, client: Direction): InferredOutcome | null {
  if (seen.answer.resumed !== true) return null;
  const input = inferenceInput(seen, client);
  return input === null ? null : inferResumedEnd(input);
}

function inferenceInput(seen: TlsObservations, client: Direction): InferenceInput | null {
  const suite = seen.serverHello?.cipherSuite ?? null;
  // Datagrams have no records whose lengths were measured.
  if (seen.version !== tlsVersions.tls13 || suite === null || seen.transport !== 'tcp') return null;
  const clearAlert = seen.answer.alerts?.find(
    (alert) => alert.direction === client && !alert.encrypted && alert.frame >= seen.serverHelloFrame,
  );
  return {
    suite,
    serverHelloFrame: seen.serverHelloFrame,
    serverHelloEnd: seen.answer.serverHelloEnd,
    offersEarlyData: seen.helloShape?.earlyData ?? true,
    // A client whose hello can't be read may have offered it.
    offersPostHandshakeAuth: seen.helloShape?.postHandshakeAuth ?? true,
    client: inferenceSide(seen.of(client), clearAlert?.frame ?? 0),
    server: inferenceSide(seen.of(other(client)), 0),
  };
}

const noRecords: readonly number[] = [];

function inferenceSide(observed: ObservedDirection, clearAlertFrame: number): InferenceSide {
  const records = observed.protectedRecords ?? noRecords;
  const count = records.length / packedRecordFields;
  return {
    records,
    whole: observed.recordsBeforeLoss ?? count,
    begun: observed.hellosEnd > 0,
    complete: (observed.recordsBeforeLoss === null || leftTls(observed, count)) && count < maxProtectedRecords,
    hiddenBecause: observed.hiddenBecause,
    finFrame: observed.finFrame,
    rstFrame: observed.rstFrame,
    clearAlertFrame,
  };
}

/** Whether nothing was lost, but what follows the last record is not TLS: servers of mail refuse in clear after their alert. */
function leftTls({ hiddenBecause, recordsBeforeLoss }: ObservedDirection, count: number): boolean {
  return hiddenBecause === outOfStep && recordsBeforeLoss === count;
}
