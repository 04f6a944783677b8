import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { maxUnfinishedTotal } from '../../src/session/limits.js';
import {
  ascii,
  certificateBody,
  clientHelloBody,
  filler,
  message,
  octets,
  record,
  records,
  sslv2ClientHelloBody,
  sslv2Record,
  uint32,
} from '../build/tls.js';
import { buildCertificate } from '../build/x509.js';
import {
  answer12,
  answer13,
  clientFlight12,
  data,
  fatal,
  fingerprint,
  handshake,
  hello12,
  hello13,
  messages12,
  opened12,
  rest13,
  resumed12,
  serverFlight12,
  whole12,
} from './handshakes.js';
import { client, closes, newContext, type Step, server, type Telling, talk, talkTls } from './talk.js';

/** Handshake messages of a flight, out of their records. */
const unwrapped = (bytes: Uint8Array): Uint8Array => bytes.slice(5);

const smtp = [
  server(ascii('220 mail.example ESMTP ready\r\n')),
  client(ascii('EHLO client.example\r\n')),
  server(ascii('250-mail.example\r\n250 STARTTLS\r\n')),
  client(ascii('STARTTLS\r\n')),
  server(ascii('220 2.0.0 go ahead\r\n')),
];

const connections: readonly [name: string, steps: readonly Step[], telling?: Telling][] = [
  ['mutual TLS 1.2', whole12('presents')],
  ['TLS 1.2 without a request', whole12()],
  ['a refused certificate', [...opened12('presents'), server(fatal(48)), closes('server')]],
  ['a resumption', resumed12(hello12({ sessionId: filler(32) }), answer12({ sessionId: filler(32) }))],
  ['TLS 1.3', [client(hello13()), ...rest13(answer13())]],
  ['SMTP with STARTTLS', [...smtp, ...whole12('declines')], { first: 'server', serverPort: 25 }],
  [
    'PostgreSQL with SSLRequest',
    [client(octets(uint32(8), uint32(80877103))), server(ascii('S')), ...whole12('presents')],
    { serverPort: 5432 },
  ],
  [
    'TLS after a greeting that nobody knows',
    [server(octets(0x99, filler(30, 0xc0))), ...whole12('presents')],
    { first: 'server' },
  ],
  ['HTTP that a server of TLS refuses', [client(ascii('GET / HTTP/1.1\r\nHost: a\r\n\r\n')), server(fatal(10))]],
  [
    'TLS behind a PROXY header',
    [client(ascii('PROXY TCP4 192.0.2.7 192.0.2.8 40000 443\r\n'), hello12()), ...whole12().slice(1)],
  ],
  [
    'a hello in the format of SSLv2',
    [client(sslv2Record(octets(1, sslv2ClientHelloBody(0x0301, [0x00c013, 0x000035])))), ...whole12().slice(1)],
  ],
  ['HTTP', [client(ascii('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n')), server(ascii('HTTP/1.1 200 OK\r\n\r\n'))]],
];

describe('a connection that rests whenever it waits gives the same record', () => {
  it.each(connections)('%s', (_name, steps, telling = {}) => {
    expect(talk(steps, { ...telling, rests: true })).toEqual(talk(steps, telling));
  });

  it.each(connections)('%s, cut anywhere in its first step', (_name, steps, telling = {}) => {
    const [first] = steps;
    if (first === undefined || !('bytes' in first)) return;
    const text = JSON.stringify(talk(steps, telling));
    for (let at = 1; at < first.bytes.length; at++) {
      const record = talk(steps, { ...telling, cut: { step: 0, at }, rests: true });
      expect(JSON.stringify(record)).toBe(text);
    }
  });
});

describe('the same connection cut in two at any octet gives the same record', () => {
  it.each(connections)(
    '%s',
    (_name, steps, telling = {}) => {
      const whole = talk(steps, telling);
      const text = JSON.stringify(whole);
      for (const [step, { from: _from, ...what }] of steps.entries()) {
        if (!('bytes' in what)) continue;
        for (let at = 1; at < what.bytes.length; at++) {
          const record = talk(steps, { ...telling, cut: { step, at } });
          if (JSON.stringify(record) !== text) expect({ step, at, record }).toEqual({ step, at, record: whole });
        }
      }
      expect(whole.bytes.client).toBeGreaterThan(0);
    },
    60_000,
  );

  it.each(connections)('%s, in segments of one to three octets', (_name, steps, telling = {}) => {
    const whole = talk(steps, telling);
    for (const segment of [1, 2, 3]) expect(talk(steps, { ...telling, segment })).toEqual(whole);
  });
});

describe('a connection cut short at any octet', () => {
  it('never calls absent what the whole connection has', () => {
    const steps = whole12('presents');
    for (const [step, { from, ...what }] of steps.entries()) {
      if (!('bytes' in what)) continue;
      for (let at = 0; at < what.bytes.length; at++) {
        const { tls } = talk([...steps.slice(0, step), { from, bytes: what.bytes.slice(0, at) }]);
        if (tls === null) continue;
        const { facts, clientAuth } = tls;
        expect({ step, at, absent: Object.values(facts).some((fact) => fact.state === 'absent') }).toEqual({
          step,
          at,
          absent: false,
        });
        expect(['presented', 'unknown']).toContain(clientAuth.status);
      }
    }
  }, 60_000);
});

describe('handshake messages', () => {
  const plain = whole12('presents');
  const flight = [answer12(), messages12.certificate, messages12.keyExchange, messages12.request, messages12.done];
  const together = octets(...flight.map(unwrapped));
  const apart = talkTls(plain);

  it.each([1, 2, 3, 7, 100])('are put together from records of %i octets', (most) => {
    const steps = [client(records(22, unwrapped(hello12()), most)), server(records(22, together, most, 0x0303))];
    const tls = talkTls([...steps, ...plain.slice(2)]);
    expect({ ...tls, records: apart.records }).toEqual(apart);
    expect(tls.records.server).toBeGreaterThan(apart.records.server);
  });

  it('are put together from records and segments of one octet', () => {
    const steps = [client(records(22, unwrapped(hello12()), 1)), server(records(22, together, 1, 0x0303))];
    const tls = talkTls([...steps, ...plain.slice(2)], { segment: 1 });
    expect({ ...tls, records: apart.records }).toEqual(apart);
  });

  it('are told apart where several share a record', () => {
    const tls = talkTls([client(hello12()), server(record(22, together, 0x0303)), ...plain.slice(2)]);
    expect({ ...tls, records: apart.records }).toEqual(apart);
    expect(tls.records.server).toBe(apart.records.server - 4);
  });

  it('may begin in the record in which another ends', () => {
    const cut = unwrapped(answer12()).length + 9;
    const steps = [record(22, together.slice(0, cut), 0x0303), record(22, together.slice(cut), 0x0303)];
    const tls = talkTls([client(hello12()), server(...steps), ...plain.slice(2)]);
    expect({ ...tls, records: apart.records }).toEqual(apart);
  });

  it('have a certificate of a mebibyte read', () => {
    const filling = Array.from({ length: 40 }, (_, at) => `DNS:${'n'.repeat(60)}${at}.example`);
    const large = buildCertificate({ signature: filler(64), subjectAltNames: filling });
    const chain = Array.from({ length: 60 }, () => large);
    const body = certificateBody([...chain, filler(2 ** 20 - 60 * (large.length + 3) - 6)]);
    expect(body.length).toBe(2 ** 20);
    const { keyExchange, request, done } = messages12;
    const steps = [
      client(hello12()),
      server(answer12(), records(22, message(11, body), 16384, 0x0303), keyExchange, request, done),
      clientFlight12('presents'),
    ];
    const tls = talkTls(steps, { segment: 1448 });
    expect(tls.serverCertificates).toHaveLength(61);
    expect(tls.serverCertificates?.[59]).toBe(fingerprint(large));
    expect(tls.clientAuth).toMatchObject({ status: 'presented', requested: true });
  });

  it('over the budget are not read, and then nothing is absent', () => {
    const context = newContext();
    const hog = context.octets.take(maxUnfinishedTotal - 2048)!;
    const { keyExchange, done } = messages12;
    const large = records(22, message(11, certificateBody([filler(9000)])), 1000, 0x0303);
    const steps = [client(hello12()), server(answer12(), large, keyExchange, done), clientFlight12()];
    const { tls, anomalies } = talk(steps, { context });
    expect(anomalies).toContain('handshake message over the memory budget, not read');
    expect(tls?.serverCertificates).toBeNull();
    expect(tls?.facts.serverCertificate.state).toBe('hidden');
    expect(tls?.clientAuth.status).not.toBe('presented');
    context.octets.release(hog);
    expect(context.octets.lent).toBe(0);
    expect(talkTls(steps, { context }).serverCertificates).toHaveLength(1);
  });

  it('that promise more than they send take no more than they send', () => {
    const context = newContext();
    const promise = octets(1, 0xff, 0xff, 0xff, 3, 3, filler(60));
    let most = 0;
    for (let id = 1; id <= 50; id++) {
      talk([client(record(22, promise, 0x0301))], { context, id });
      most = Math.max(most, context.octets.lent);
    }
    expect(most).toBe(0);
    expect(context.octets.refused).toBe(0);
  });

  it('keep their meaning when the connection breaks off inside one', () => {
    const steps = [client(record(22, message(1, clientHelloBody()).slice(0, 30), 0x0301)), closes('client', 'rst')];
    const broken: ConnectionRecord = talk(steps);
    expect(broken.tls?.clientHello).toBeNull();
    expect(broken.kind).toBe('tls');
  });
});

describe('what a session is given', () => {
  it('is its own: nothing of one connection shows in the next', () => {
    const context = newContext();
    const alone = talk(whole12('declines'));
    talk(whole12('presents'), { context, id: 2 });
    talk([client(handshake(1, filler(200)))], { context, id: 3 });
    const after = talk(whole12('declines'), { context });
    // But that its hellos have the same randoms, which these hand-made ones do.
    Object.assign(after.tls!, { sameClientRandom: null, sameServerRandom: null });
    expect(after).toEqual(alone);
  });

  it('may be any octets: nothing throws and all budgets are given back', () => {
    const steps = whole12('presents');
    let state = 1;
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 1;
      return state % below;
    };
    for (let round = 0; round < 400; round++) {
      const harmed = steps.map((step): Step => {
        if (!('bytes' in step)) return step;
        const bytes = step.bytes.slice();
        for (let flips = next(4); flips > 0; flips--) bytes[next(bytes.length)] = next(256);
        return { from: step.from, bytes: bytes.slice(next(5) === 0 ? next(bytes.length) : 0) };
      });
      expect(() => talk([...harmed, data('server')], { segment: 1 + next(600) })).not.toThrow();
    }
  });

  it('gives the server flight back even when it never ends', () => {
    const context = newContext();
    talk([client(hello12()), serverFlight12(), server(record(22, octets(11, 0, 9, 9), 0x0303))], { context });
    expect(context.octets.lent).toBe(0);
  });
});
