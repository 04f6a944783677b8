import { describe, expect, it } from 'vitest';
import { octets, record } from '../build/tls.js';
import {
  answer12,
  clientFlight12,
  closed,
  data,
  hello12,
  messages12,
  opened12,
  serverFlight12,
  whole12,
} from './handshakes.js';
import { client, missing, type Step, server, talk, talkTls } from './talk.js';

/** The step without `length` of its octets from `at` on. */
function without(step: Step, at: number, length: number): Step[] {
  if (!('bytes' in step)) return [step];
  const { from, bytes } = step;
  const lost = Math.min(length, bytes.length - at);
  return [{ from, bytes: bytes.slice(0, at) }, missing(from, lost), { from, bytes: bytes.slice(at + lost) }];
}

describe('octets missing from the server flight', () => {
  const lengths = [1, 5, 90, 700];
  const steps = whole12();
  const [hello, flight, ...rest] = steps as [Step, Step & { bytes: Uint8Array }, ...Step[]];

  it.each(lengths)('leave nothing absent and client authentication unknown, wherever %i of them are', (length) => {
    for (let at = 0; at < flight.bytes.length; at++) {
      const tls = talkTls([hello, ...without(flight, at, length), ...rest]);
      const verdict = { at, request: tls.facts.certificateRequest.state, status: tls.clientAuth.status };
      expect(verdict).toEqual({ at, request: 'hidden', status: 'unknown' });
      expect(tls.facts.serverCertificate.state).not.toBe('absent');
      expect(tls.clientAuth.requested).toBeNull();
    }
  });

  it('are as bad when they are whole records, with all headers in step', () => {
    const { certificate, keyExchange, request, done } = messages12;
    const records = [answer12(), certificate, keyExchange, request, done];
    for (let from = 0; from < records.length; from++) {
      for (let to = from + 1; to <= records.length; to++) {
        const lost = records.slice(from, to).reduce((sum, record) => sum + record.length, 0);
        const steps = [
          client(hello12()),
          server(...records.slice(0, from)),
          missing('server', lost),
          server(...records.slice(to)),
          clientFlight12('presents'),
          server(messages12.finish),
          data('server'),
        ];
        const { facts, clientAuth } = talkTls(steps);
        expect({ from, to, absent: facts.certificateRequest.state === 'absent' }).toEqual({ from, to, absent: false });
        expect(facts.serverCertificate.state).toBe(from <= 1 && to >= 2 ? 'hidden' : 'seen');
        expect(clientAuth).toMatchObject({ status: 'presented', requested: true });
        const silent = talkTls([...steps.slice(0, 4), clientFlight12(), ...steps.slice(5)]);
        if (from <= 3 && to >= 4) expect(silent.clientAuth.status).toBe('unknown');
        else expect(silent.clientAuth.requested).toBe(true);
      }
    }
  });

  it('still show what lies before and after them', () => {
    const { certificate, keyExchange, request, done } = messages12;
    const tls = talkTls([
      client(hello12()),
      server(answer12(), certificate),
      missing('server', keyExchange.length),
      server(request, done),
      clientFlight12('presents'),
    ]);
    expect(tls).toMatchObject({
      serverHello: { frame: 2 },
      certificateRequest: { frame: 4 },
      serverKeyExchange: null,
      clientAuth: { status: 'presented', requested: true },
    });
  });
});

describe('octets missing from the client flight', () => {
  const [hello, flight, third, ...rest] = whole12('presents') as [Step, Step, Step & { bytes: Uint8Array }, ...Step[]];

  it.each([1, 40, 700])('are never taken for a client that declined, wherever %i of them are', (length) => {
    for (let at = 0; at < third.bytes.length; at += 3) {
      const tls = talkTls([hello, flight, ...without(third, at, length), ...rest]);
      expect({ at, status: tls.clientAuth.status }).not.toEqual({ at, status: 'declined' });
      expect({ at, status: tls.clientAuth.status }).not.toEqual({ at, status: 'not-requested' });
      expect(tls.clientAuth.requested).toBe(true);
      expect({ at, fact: tls.facts.clientCertificate.state }).not.toEqual({ at, fact: 'absent' });
      expect({ at, fact: tls.facts.certificateVerify.state }).not.toEqual({ at, fact: 'absent' });
    }
  });
});

describe('octets missing from application data', () => {
  it('harm nothing where they lie inside one record', () => {
    const before = talkTls([...whole12('presents')]);
    const steps = whole12('presents');
    steps.splice(5, 1, ...without(steps[5]!, 100, 300));
    const tls = talkTls(steps);
    expect({ ...tls, records: before.records, alerts: [] }).toEqual({ ...before, alerts: [] });
    expect(tls.alerts).toHaveLength(1);
    expect(tls.records).toEqual(before.records);
  });

  it('harm nothing where they hold record headers', () => {
    const big = server(closed(23, 1000), closed(23, 1000), closed(23, 1000));
    const steps = [...whole12(), ...without(big, 500, 1500), data('server')];
    const tls = talkTls(steps);
    expect(tls.clientAuth).toMatchObject({ status: 'not-requested', outcome: 'accepted' });
    expect(tls.facts.certificateRequest.state).toBe('absent');
    expect(tls.facts.clientCertificate.state).toBe('absent');
  });
});

describe('a capture that begins in the middle', () => {
  it('is TLS where record headers are in step, and tells nothing more', () => {
    const steps = [server(closed(23, 300), closed(23, 80)), client(closed(23, 60)), server(closed(23, 500))];
    const record = talk(steps, { first: 'server' });
    expect(record).toMatchObject({ kind: 'tls', rolesFrom: 'port', client: { port: 49152 } });
    expect(record.tls).toMatchObject({
      version: null,
      clientHello: null,
      resumed: null,
      clientAuth: { status: 'unknown', requested: null, outcome: 'unknown', certainty: 'none' },
    });
    for (const fact of Object.values(record.tls!.facts)) expect(fact.state).toBe('hidden');
  });

  it('is not TLS where the second header is out of step', () => {
    const one = closed(23, 60);
    expect(talk([server(one, octets(0x99, 7, 1, 2, 3, 4, 5))]).kind).toBe('unknown');
    expect(talk([server(one, one.slice(0, 9))]).kind).toBe('tls');
  });

  it('is TLS, and no upgrade, where it begins inside a record', () => {
    const inside = octets(0x99, closed(23, 90).slice(20));
    for (const steps of [
      [server(inside), server(closed(23, 300)), client(closed(23, 60))],
      [server(inside), client(inside), client(closed(23, 60)), server(closed(23, 300))],
      [client(inside), server(closed(23, 300)), client(closed(23, 60))],
    ]) {
      const record = talk(steps);
      expect(record).toMatchObject({ kind: 'tls', protocol: null });
      expect(record.tls?.clientAuth.status).toBe('unknown');
      expect(Object.values(record.tls!.facts).map((fact) => fact.state)).not.toContain('absent');
    }
  });

  it('takes the server for the server when its flight is the first thing seen', () => {
    const record = talk([serverFlight12({ asks: true }), clientFlight12('presents')], { first: 'server' });
    expect(record).toMatchObject({ kind: 'tls', rolesFrom: 'handshake', client: { port: 49152 }, anomalies: [] });
    expect(record.tls).toMatchObject({
      clientHello: null,
      serverHello: { frame: 1 },
      clientAuth: { status: 'presented', requested: true },
    });
  });

  it('shows a client certificate whose request came before it began', () => {
    const { clientCertificate, clientKeyExchange, verify, finish } = messages12;
    const steps = [client(clientCertificate, clientKeyExchange, verify, finish), server(finish), data('server')];
    const tls = talkTls(steps);
    expect(tls.clientAuth).toMatchObject({ status: 'presented' });
    expect(tls.clientAuth.requested).not.toBe(false);
    expect(tls.facts.certificateRequest.state).toBe('hidden');
  });

  it('does not call a hello without an answer anything', () => {
    const tls = talkTls([client(hello12())]);
    expect(tls).toMatchObject({ version: null, serverHello: null, clientAuth: { status: 'unknown', requested: null } });
  });
});

describe('records out of step', () => {
  it('hide what follows', () => {
    const { certificate, keyExchange, done } = messages12;
    const tls = talkTls([
      client(hello12()),
      server(answer12(), octets(0x16, 9, 9, 0, 5, 1, 2, 3, 4, 5)),
      server(certificate, keyExchange, done),
      clientFlight12(),
    ]);
    expect(tls.facts.certificateRequest.state).toBe('hidden');
    expect(tls.clientAuth.status).toBe('unknown');
  });

  it('do not make a lost Finished a renegotiation', () => {
    const steps = [
      ...opened12('presents'),
      server(messages12.finish.slice(0, 6)),
      missing('server', 45),
      data('server'),
    ];
    expect(talkTls(steps).renegotiationFrames).toEqual([]);
    expect(record(22, octets(1)).length).toBe(6);
  });
});
