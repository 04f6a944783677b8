import { describe, expect, it } from 'vitest';
import { changeCipherSpec, filler } from '../build/tls.js';
import {
  answer12,
  answer13,
  clientCertificate,
  clientFlight12,
  closed,
  data,
  fingerprint,
  hello12,
  hello13,
  issuerCertificate,
  messages12,
  rest13,
  resumed12,
  serverFlight12,
  whole12,
} from './handshakes.js';
import { client, closes, missing, type Step, server, talk, talkTls } from './talk.js';

const only = (from: 'client' | 'server', steps: readonly Step[]): Step[] => steps.filter((step) => step.from === from);
const types = (steps: readonly Step[]): string[] => talkTls(steps).messages.map((message) => message.type);

describe('a capture of the client alone', () => {
  it('shows the certificate and its proof, and reads nothing that is closed', () => {
    const record = talk(only('client', whole12('presents')));
    expect(record).toMatchObject({ kind: 'tls', rolesFrom: 'handshake', anomalies: [] });
    expect(record.tls).toMatchObject({
      version: null,
      serverHello: null,
      clientCertificates: [clientCertificate, issuerCertificate].map(fingerprint),
      clientAuth: { status: 'presented', requested: true, outcome: 'unknown' },
      facts: {
        certificateRequest: { state: 'hidden' },
        serverCertificate: { state: 'hidden' },
        clientCertificate: { state: 'seen', frames: [2] },
        certificateVerify: { state: 'seen', frames: [2] },
      },
    });
    expect(record.tls?.messages.slice(-2).map((message) => message.type)).toEqual(['change_cipher_spec', 'finished']);
  });

  it('does not read the Finished of a resumption', () => {
    const steps = only('client', resumed12(hello12({ sessionId: filler(32) }), answer12()));
    expect(types(steps)).toEqual(['client_hello', 'change_cipher_spec', 'finished']);
    expect(talk(steps).anomalies).toEqual([]);
    expect(talkTls(steps)).toMatchObject({ resumed: null, clientAuth: { status: 'unknown', requested: null } });
  });

  it('does not read a Finished where the client would have spoken TLS 1.3', () => {
    const steps = [client(hello13()), client(changeCipherSpec(), closed(22, 40)), data('client')];
    expect(talk(steps).anomalies).toEqual([]);
    expect(talkTls(steps).clientAuth).toMatchObject({ status: 'unknown', requested: null });
  });

  it('of TLS 1.3 hides everything', () => {
    const tls = talkTls(only('client', [client(hello13()), ...rest13(answer13())]));
    expect(tls).toMatchObject({ version: null, resumed: null, clientAuth: { status: 'unknown', certainty: 'none' } });
    for (const fact of Object.values(tls.facts)) expect(fact.state).toBe('hidden');
  });
});

describe('a capture of the server alone', () => {
  it('proves that no certificate was requested', () => {
    const record = talk(only('server', whole12()), { first: 'server' });
    expect(record).toMatchObject({ rolesFrom: 'handshake', client: { port: 49152 }, anomalies: [] });
    expect(record.tls).toMatchObject({
      version: 'TLSv1.2',
      resumed: false,
      clientAuth: { status: 'not-requested', requested: false },
      facts: { certificateRequest: { state: 'absent', frames: [1, 1] }, clientCertificate: { state: 'hidden' } },
    });
  });

  it('shows the request and not the answer', () => {
    const tls = talkTls(only('server', whole12('presents')), { first: 'server' });
    expect(tls.clientAuth).toMatchObject({ status: 'unknown', requested: true });
    expect(tls.facts.clientCertificate.state).toBe('hidden');
    expect(tls.facts.certificateVerify.state).toBe('hidden');
  });

  it('tells a resumption', () => {
    const steps = resumed12(hello12({ sessionId: filler(32) }), answer12({ sessionId: filler(32) }));
    expect(talkTls(only('server', steps), { first: 'server' })).toMatchObject({
      resumed: true,
      clientAuth: { status: 'resumed' },
    });
  });
});

describe('directions that were captured out of turn', () => {
  it('give the same verdict when the server flight stands before the hello', () => {
    const [hello, flight, ...rest] = whole12('presents') as [Step, Step, ...Step[]];
    const tls = talkTls([flight, hello, ...rest], { first: 'server' });
    expect(tls.clientAuth).toMatchObject({ status: 'presented', requested: true, outcome: 'accepted' });
    expect(tls.clientHello?.serverName).toBe('a.example');
  });

  it('never make a client that presented one that declined, whatever the order of the two', () => {
    const steps = whole12('presents');
    const clientSteps = only('client', steps);
    const serverSteps = only('server', steps);
    for (let lead = 0; lead <= clientSteps.length; lead++) {
      const mixed = [...clientSteps.slice(0, lead), ...serverSteps, ...clientSteps.slice(lead)];
      const { clientAuth, facts } = talkTls(mixed, { first: lead === 0 ? 'server' : 'client' });
      expect({ lead, status: clientAuth.status }).toEqual({ lead, status: 'presented' });
      expect(Object.values(facts).some((fact) => fact.state === 'absent')).toBe(false);
    }
  });
});

describe('losses after the handshake', () => {
  const lossy = [missing('server', 2000), data('server'), missing('client', 2000), data('client')];

  it('take nothing back from a client that declined by silence', () => {
    const steps = [client(hello12()), serverFlight12({ asks: true }), clientFlight12(), server(messages12.finish)];
    const before = talkTls([...steps, data('server')]);
    const after = talkTls([...steps, data('server'), ...lossy]);
    expect(before.clientAuth).toMatchObject({ status: 'declined', requested: true, outcome: 'accepted' });
    expect(after.clientAuth).toEqual(before.clientAuth);
    expect(after.facts).toEqual(before.facts);
  });

  it('take nothing back from any other verdict', () => {
    for (const answer of ['presents', 'declines', 'silent'] as const) {
      const before = talkTls(whole12(answer));
      const after = talkTls([...whole12(answer), ...lossy, closes('server')]);
      expect(after.clientAuth).toEqual(before.clientAuth);
      expect(after.facts).toEqual(before.facts);
      expect(after.renegotiationFrames).toEqual([]);
    }
  });
});
