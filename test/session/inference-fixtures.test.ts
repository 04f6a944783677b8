import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inferClientAuth } from '../../src/session/inference/inference.js';
import type { InferenceInput, InferenceSide } from '../../src/session/inference/inference-input.js';

/** A connection between real stacks, captured for this project and decrypted for the truth. */
interface LabelledConnection {
  connection: string;
  stacks: string;
  truth: { status: string; requested: boolean; end: string };
  suite: number;
  serverHello: { frame: number; end: number };
  offers: { earlyData: boolean; postHandshakeAuth: boolean };
  /** 'length offset acknowledged frame' of each record. */
  client: string;
  server: string;
  frames: { clientFin: number; clientRst: number; clientAlert: number; serverFin: number; serverRst: number };
}

const connections: LabelledConnection[] = JSON.parse(
  readFileSync(new URL('./inference-fixtures.json', import.meta.url), 'utf8'),
);

/** How the decrypted ends translate; those that say nothing of the server's judgement are left out. */
const outcomes: Record<string, string> = {
  accepted: 'accepted',
  'client-closed-after-nst': 'accepted',
  'rejected-alert': 'rejected',
  'closed-silently': 'rejected',
  dropped: 'dropped',
};

function side(records: string, finFrame: number, rstFrame: number, clearAlertFrame: number): InferenceSide {
  const packed = records === '' ? [] : records.split(/,? /).map(Number);
  return {
    records: packed,
    whole: packed.length / 4,
    begun: true,
    complete: true,
    hiddenBecause: null,
    finFrame,
    rstFrame,
    clearAlertFrame,
  };
}

function inputOf(labelled: LabelledConnection): InferenceInput {
  const { frames } = labelled;
  return {
    suite: labelled.suite,
    serverHelloFrame: labelled.serverHello.frame,
    serverHelloEnd: labelled.serverHello.end,
    offersEarlyData: labelled.offers.earlyData,
    offersPostHandshakeAuth: labelled.offers.postHandshakeAuth,
    client: side(labelled.client, frames.clientFin, frames.clientRst, frames.clientAlert),
    server: side(labelled.server, frames.serverFin, frames.serverRst, 0),
  };
}

describe('real connections whose truth was decrypted', () => {
  test.each(connections)('$connection, $stacks: $truth.status', (labelled) => {
    const told = inferClientAuth(inputOf(labelled));
    if (labelled.truth.status === 'unknown') {
      // The client never answered: that the server did not ask may still be said.
      expect(['unknown', 'not-requested']).toContain(told.status);
      if (told.requested !== null) expect(told.requested).toBe(labelled.truth.requested);
    } else if (told.status === 'unknown') {
      expect(hiddenByPadding).toContain(labelled.connection);
    } else {
      expect(told.status).toBe(labelled.truth.status);
      expect(told.requested).toBe(labelled.truth.requested);
      expect(told.certainty).toBe('inferred');
    }
  });

  test('name an outcome only if it is the true one', () => {
    for (const labelled of connections) {
      // What was asked later, in application data, is not what the handshake was judged by.
      if (labelled.connection.startsWith('pha-')) continue;
      const told = inferClientAuth(inputOf(labelled));
      const truth = outcomes[labelled.truth.end];
      if (told.outcome !== 'unknown') expect([labelled.connection, told.outcome]).toEqual([labelled.connection, truth]);
    }
  });

  test('keep their verdict or lose it, but never change it, when the client is cut before any record', () => {
    for (const labelled of connections) {
      const whole = inferClientAuth(inputOf(labelled));
      const input = inputOf(labelled);
      for (let records = 0; records < input.client.whole; records++) {
        const cut = inferClientAuth({ ...input, client: { ...input.client, whole: records, complete: false } });
        if (cut.status !== 'unknown')
          expect([labelled.connection, records, cut.status]).toEqual([labelled.connection, records, whole.status]);
      }
    }
  });

  test('keep the client’s verdict when the server’s direction is lost', () => {
    for (const labelled of connections) {
      const input = inputOf(labelled);
      const whole = inferClientAuth(input);
      const alone = inferClientAuth({ ...input, server: { ...input.server, whole: 0, complete: false } });
      if (alone.status !== 'unknown') expect(alone.status).toBe(whole.status);
    }
  });
});

/** Records padded to 1,024 octets: an empty answer and a small certificate look alike. */
const hiddenByPadding: readonly string[] = connections
  .filter(({ connection }) => connection.startsWith('pad-client-1024'))
  .map(({ connection }) => connection);
