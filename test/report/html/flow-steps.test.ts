import { describe, expect, it } from 'vitest';
import { flowSteps } from '../../../src/report/html/flow-steps.js';
import { connection, tlsSession } from '../../build/records.js';

type Change = Parameters<typeof tlsSession>[0];

function stepsOf(changes: Change) {
  return flowSteps(connection({ tls: tlsSession(changes) })).map(
    ({ from, reading, what }) => `${from} ${reading} ${what}`,
  );
}

const message = (frame: number, from: 'client' | 'server', type: string) => ({ frame, from, type, length: 4 });

describe('the ladder of a conversation', () => {
  it('tells what crossed in clear from what keys opened, before TLS 1.3 by change_cipher_spec', () => {
    const messages = [
      message(1, 'client', 'client_hello'),
      message(2, 'server', 'server_hello'),
      message(3, 'client', 'change_cipher_spec'),
      message(3, 'client', 'finished'),
      message(4, 'server', 'change_cipher_spec'),
      message(4, 'server', 'encrypted'),
    ];
    expect(stepsOf({ version: 'TLSv1.2', messages, alerts: [] })).toEqual([
      'client clear client_hello',
      'server clear server_hello',
      'client clear change_cipher_spec',
      'client decrypted finished',
      'server clear change_cipher_spec',
      'server encrypted encrypted',
    ]);
  });

  it('shows where sight ends in TLS 1.3 without keys, and what lengths tell of it', () => {
    const messages = [message(1, 'client', 'client_hello'), message(2, 'server', 'server_hello')];
    const clientAuth = { ...tlsSession().clientAuth, certainty: 'inferred' as const };
    const steps = flowSteps(connection({ tls: tlsSession({ version: 'TLSv1.3', messages, clientAuth }) }));
    expect(steps.map(({ from, reading }) => `${from} ${reading}`)).toEqual([
      'client clear',
      'server clear',
      'server encrypted',
      'client encrypted',
    ]);
    expect(steps.at(-1)?.saying).toContain('it showed one');
  });

  it('takes TLS 1.3 messages after the ServerHello as opened by keys', () => {
    const messages = [message(2, 'server', 'server_hello'), message(2, 'server', 'certificate_request')];
    expect(stepsOf({ version: 'TLSv1.3', messages, decrypted: true })).toEqual([
      'server clear server_hello',
      'server decrypted certificate_request',
    ]);
  });

  it('puts alerts where they came, and takes a usual end for none', () => {
    const alert = { from: 'server' as const, level: 'fatal' as const, encrypted: false };
    const steps = flowSteps(
      connection({
        tls: tlsSession({
          messages: [message(1, 'client', 'client_hello'), message(9, 'client', 'finished')],
          alerts: [
            { ...alert, frame: 5, description: 'unknown_ca' },
            { ...alert, frame: 10, level: 'warning', description: 'close_notify' },
            { ...alert, frame: 11, level: null, description: null, encrypted: true },
          ],
        }),
      }),
    );
    expect(steps.map(({ frame, kind, reading }) => `${frame} ${kind} ${reading}`)).toEqual([
      '1 handshake clear',
      '5 alert clear',
      '9 handshake clear',
      '10 handshake clear',
      '11 alert encrypted',
    ]);
  });
});
