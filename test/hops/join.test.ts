import { describe, expect, it } from 'vitest';
import { HopFolder } from '../../src/hops/fold.js';
import { LegStore } from '../../src/hops/legs.js';
import type { Clocks } from '../../src/model/clock.js';
import type { ConnectionRecord, ExchangeRecord } from '../../src/model/connection-record.js';
import type { ContentRecord, ForwardingRecord } from '../../src/model/content.js';
import type { Hop } from '../../src/model/hop.js';
import { cleartext, connection, tlsSession } from '../build/records.js';

const clientIp = '10.0.0.5';
const proxyIp = '10.0.0.2';
const backendIp = '10.0.0.9';
/** 2026-11-21T10:00:00Z. */
const start = Date.UTC(2026, 10, 21, 10) / 1000;

/** An exchange `at` seconds after the start that takes `seconds`; volumes as on the wire. */
function exchange(at: number, seconds: number, clientOctets: number, serverOctets: number): ExchangeRecord {
  const time = start + at;
  const answerTime = time + seconds;
  return { frame: 1, time, answerTime, endTime: answerTime, clientOctets, serverOctets };
}

function timeText(at: number): string {
  return `2026-11-21T10:00:${at.toFixed(9).padStart(12, '0')}Z`;
}

let id = 0;
/** The front leg: TLS to the proxy. */
function front(exchanges: ExchangeRecord[], changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const client = { ip: clientIp, port: 40_000 };
  return connection({ id: ++id, client, server: { ip: proxyIp, port: 443 }, exchanges, ...changes });
}

/** The back leg: cleartext to the backend, opened right before its first question. */
function back(exchanges: ExchangeRecord[], changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const startTime = timeText((exchanges[0]?.time ?? start) - start - 0.0001);
  const server = { ip: backendIp, port: 8080 };
  return cleartext({ id: ++id, client: { ip: proxyIp, port: 50_000 }, server, startTime, exchanges, ...changes });
}

function content(...forwarding: Partial<ForwardingRecord>[]): ContentRecord {
  return {
    decrypted: false,
    requestCount: 1,
    requests: [],
    credentials: [],
    logins: [],
    servedWithoutLogin: [],
    material: [],
    identities: [],
    forwarding: forwarding.map((entry) => ({
      frame: 17,
      from: 'client',
      time: start + 1.001,
      name: 'x-forwarded-for',
      client: null,
      mark: null,
      ...entry,
    })),
    greeting: null,
    inspection: { client: { octets: 0, ended: null }, server: { octets: 0, ended: null } },
  };
}

function hopsOf(...records: ConnectionRecord[]): Hop[] {
  const folder = new HopFolder();
  for (const record of records) folder.add(record, () => null);
  return folder.hops();
}

function joined(...records: ConnectionRecord[]): [string, Hop['forwardedFrom'][number]['certainty']][] {
  const hop = hopsOf(...records).find(({ server }) => server.port === 8080);
  return (hop?.forwardedFrom ?? []).map(({ hop: from, certainty }) => [from, certainty]);
}

const frontHop = `${clientIp}->${proxyIp}:443`;
/** Requests of various sizes, a second apart, and what a proxy makes of each. */
const fronts = [100, 140, 90, 400].map((octets, at) => exchange(at + 1, 0.02, octets + 24, 900 + at * 500 + 24));
const backs = [100, 140, 90, 400].map((octets, at) => exchange(at + 1.001, 0.017, octets + 20, 880 + at * 500));

describe('legs whose content names the client', () => {
  it('are joined by the address that the proxy passes on', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    expect(joined(front([]), back([], { content: forwarded }))).toEqual([[frontHop, 'observed']]);
  });

  it('are joined to the hop on which that client waited, of several', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    const other = front([exchange(5, 0.1, 100, 100)], { server: { ip: proxyIp, port: 8443 } });
    const waiting = front([exchange(1, 0.1, 100, 100)]);
    expect(joined(other, waiting, back([], { content: forwarded }))).toEqual([[frontHop, 'observed']]);
  });

  it('are joined to none of several hops of that client where none is seen to wait', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    const other = front([], { server: { ip: proxyIp, port: 8443 } });
    expect(joined(other, front([]), back([], { content: forwarded }))).toEqual([]);
  });

  it('are joined to the hop that was asked last where answers are not in the capture', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    const unanswered = (at: number): ExchangeRecord => ({ ...exchange(at, 0, 100, 0), answerTime: null });
    const other = front([unanswered(0.5)], { server: { ip: proxyIp, port: 8443 } });
    expect(joined(other, front([unanswered(1)]), back([], { content: forwarded }))).toEqual([[frontHop, 'inferred']]);
  });

  it('behind a second proxy are joined to the leg between both, which names the same client', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    const cacheIp = '10.0.0.3';
    const between = back([], { server: { ip: cacheIp, port: 6081 }, content: forwarded });
    const last = back([], { client: { ip: cacheIp, port: 50_000 }, content: forwarded });
    const asked = front([exchange(1, 0.1, 100, 100)]);
    expect(joined(asked, between, last)).toEqual([[`${proxyIp}->${cacheIp}:6081`, 'observed']]);
  });

  it('are joined by port too, where a PROXY header tells the service', () => {
    const header = {
      frame: 17,
      from: 'client' as const,
      version: 2 as const,
      source: { ip: clientIp, port: 40_000 },
      destination: { ip: proxyIp, port: 443 },
      tlvs: [],
      authority: null,
      ssl: null,
    };
    const elsewhere = front([], { server: { ip: proxyIp, port: 8443 } });
    expect(joined(elsewhere, front([]), back([], { proxyHeader: header }))).toEqual([[frontHop, 'observed']]);
  });

  it('are joined to the only hop on which that client waited where the proxy has another address outside', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    const outside = front([exchange(1, 0.1, 100, 100)], { server: { ip: '203.0.113.7', port: 443 } });
    expect(joined(outside, back([], { content: forwarded }))).toEqual([[`${clientIp}->203.0.113.7:443`, 'inferred']]);
    const late = front([exchange(9, 0.1, 100, 100)], { server: { ip: '203.0.113.7', port: 443 } });
    expect(joined(late, back([], { content: forwarded }))).toEqual([]);
  });

  it('are not joined for the name of a client that is nowhere', () => {
    const forwarded = content({ client: { ip: '192.0.2.77', port: null } });
    expect(joined(front([]), back([], { content: forwarded }))).toEqual([]);
  });

  it('are not joined by volumes to another client than they name', () => {
    const forwarded = content({ client: { ip: '192.0.2.77', port: null } });
    expect(joined(front(fronts), back(backs, { content: forwarded }))).toEqual([]);
  });
});

describe('legs that carry the same', () => {
  it('are joined by the request id', () => {
    const first = content({ name: 'x-request-id', mark: 'abcdef0123456789', time: start + 1 });
    const second = content({ name: 'x-request-id', mark: 'abcdef0123456789', time: start + 1.01, frame: 30 });
    expect(joined(front([], { content: first }), back([], { content: second }))).toEqual([[frontHop, 'observed']]);
  });

  it('are not joined by the scheme, which is no mark', () => {
    const told = content({ name: 'x-forwarded-proto', mark: 'https' });
    expect(joined(front([], { content: told }), back([], { content: told }))).toEqual([]);
  });

  it('are joined by the certificate that the proxy hands on', () => {
    const certificate = 'bb'.repeat(32);
    const handed = {
      ...content(),
      material: [
        {
          frame: 17,
          from: 'client' as const,
          kind: 'certificate' as const,
          form: 'X.509',
          encoding: 'URL-encoded PEM',
          where: 'header x-ssl-client-cert',
          length: 800,
          sha256: certificate,
          subject: null,
        },
      ],
    };
    expect(joined(front([]), back([], { content: handed }))).toEqual([[frontHop, 'observed']]);
  });

  it('are joined, of several hops on which that certificate was shown, to the one that waits', () => {
    const sha256 = 'bb'.repeat(32);
    const shown = { kind: 'certificate' as const, form: 'X.509', encoding: 'PEM', where: 'header x-cert', length: 9 };
    const handed = { ...content(), material: [{ ...shown, sha256, subject: null, frame: 1, from: 'client' as const }] };
    const other = front([exchange(5, 0.1, 100, 100)], { server: { ip: proxyIp, port: 8443 } });
    const waiting = front([exchange(1, 0.1, 100, 100)]);
    const behind = back([exchange(1.01, 0.05, 9_000, 90)], { content: handed });
    expect(joined(other, waiting, behind)).toEqual([[frontHop, 'observed']]);
  });

  it('are joined from the side that the shared host tells, whichever hello the capture shows first', () => {
    const later = front([], { tls: tlsSession({ sameClientRandom: { flow: id + 2, identical: true } }) });
    expect(joined(later, back([], { kind: 'tls', tls: tlsSession() }))).toEqual([[frontHop, 'observed']]);
  });

  it('are joined by the ClientHello that passes through unopened', () => {
    const outer = front([]);
    const inner = back([], {
      kind: 'tls',
      tls: tlsSession({ sameClientRandom: { flow: outer.id, identical: true } }),
    });
    expect(joined(outer, inner)).toEqual([[frontHop, 'observed']]);
  });
});

describe('legs whose content can not be read', () => {
  it('are joined where questions and answers lie within each other and fit in volume', () => {
    expect(joined(front(fronts), back(backs))).toEqual([[frontHop, 'inferred']]);
    const [hop] = hopsOf(front(fronts), back(backs));
    expect(hop!.forwardedFrom[0]!.basis).toMatch(
      /^4 times \(of 4\) a question and its answer lie within one of that hop/,
    );
  });

  it('are joined over TLS on the back leg as well', () => {
    const secured = backs.map((its) => ({
      ...its,
      clientOctets: its.clientOctets + 24,
      serverOctets: its.serverOctets + 24,
    }));
    expect(joined(front(fronts), back(secured, { kind: 'tls', protocol: null, tls: tlsSession() }))).toEqual([
      [frontHop, 'inferred'],
    ]);
  });

  it('are joined for every client that a pool of connections serves', () => {
    const clients = ['10.0.0.5', '10.0.0.6'];
    const records = clients.map((ip, at) =>
      front(
        fronts.map((its) => ({
          ...its,
          time: its.time + at / 2,
          answerTime: its.answerTime! + at / 2,
          endTime: its.endTime + at / 2,
        })),
        { client: { ip, port: 40_000 } },
      ),
    );
    const pool = backs.flatMap((its) => [
      its,
      { ...its, time: its.time + 0.5, answerTime: its.answerTime! + 0.5, endTime: its.endTime + 0.5 },
    ]);
    expect(joined(...records, back(pool)).map(([hop]) => hop)).toEqual(clients.map((ip) => `${ip}->${proxyIp}:443`));
  });

  it('are joined by the times of requests where HTTP/2 to the backend carries many on one connection', () => {
    const asked = fronts.map(({ time }) => time + 0.0004);
    const times = content();
    times.requests = asked.map((time) => ({
      frame: 9,
      time,
      method: 'POST',
      target: null,
      answerFrame: 10,
      status: '200',
    }));
    // What acknowledges the answer before opens the stretch of the next question.
    const stretches = asked.map((time, at) => ({
      ...exchange(0, 0, 90, 800),
      time: at === 0 ? time : asked[at - 1]! + 0.019,
      answerTime: time + 0.018,
      endTime: time + 0.0181,
    }));
    const pool = back(stretches, { protocol: 'http2', content: times });
    expect(joined(...fronts.map((one) => front([one])), pool)).toEqual([[frontHop, 'inferred']]);
    const strange = { ...times, requests: times.requests.map((one) => ({ ...one, time: one.time + 0.4 })) };
    expect(
      joined(...fronts.map((one) => front([one])), back(stretches, { protocol: 'http2', content: strange })),
    ).toEqual([]);
  });

  it('are joined where TLS 1.3 hides the protocol, but both clients offer nothing but HTTP/2: gRPC', () => {
    // Each request has connections of its own, and what the settings of HTTP/2 say makes two stretches behind of one in front.
    const legs = (...alpn: string[]): ConnectionRecord[] => {
      const { clientHello, serverHello } = tlsSession();
      const tls = tlsSession({
        ...{ version: 'TLSv1.3', decrypted: false },
        clientHello: { ...clientHello!, alpn },
        serverHello: { ...serverHello!, alpn: null },
      });
      return [0.4, 1.5, 2.1, 3.9, 4.3, 5.7].flatMap((at) => {
        const answered = [exchange(at + 0.001, 0.0003, 240, 80), exchange(at + 0.0015, 0.0004, 31, 320)];
        return [front([exchange(at, 0.003, 150, 320)], { tls }), back(answered, { kind: 'tls', protocol: null, tls })];
      });
    };
    expect(joined(...legs('h2'))).toEqual([[frontHop, 'inferred']]);
    expect(joined(...legs('h2', 'http/1.1'))).toEqual([]);
    expect(joined(...legs())).toEqual([]);
  });

  const http2Hidden = tlsSession({ version: 'TLSv1.3', http2: true });
  /** Bursts of three requests at a time in HTTP/2: the octets of a burst can't be told apart, those behind can. */
  const bursts = [1, 2.3, 3.1, 4.9, 6.2, 7.8].map((at) => exchange(at, 0.03, 150, 3_000));
  const behindBursts = (answered: number): ExchangeRecord[] =>
    bursts.flatMap(({ time }) =>
      [0.0004, 0.0006, 0.0008].map((after, at) => exchange(time - start + after, 0.02 + at / 400, 90, answered)),
    );

  it('are joined where HTTP/2 under TLS 1.3 carries several at a time, and together they fit', () => {
    const pool = behindBursts(1_000).map((one) => back([one]));
    expect(joined(front(bursts, { protocol: null, tls: http2Hidden }), ...pool)).toEqual([[frontHop, 'inferred']]);
  });

  it.each([[150], [4_000]])('are left alone where an application asks a service of its own: %d octets', (answered) => {
    const pool = behindBursts(answered).map((one) => back([one]));
    expect(joined(front(bursts, { protocol: null, tls: http2Hidden }), ...pool)).toEqual([]);
    const { requests: _, ...rest } = content();
    const requests = behindBursts(answered).map(({ time }) => ({
      ...{ frame: 9, time, method: 'GET', target: null, answerFrame: 10, status: '200' },
    }));
    const readable = back(behindBursts(answered), { protocol: 'http2', content: { ...rest, requests } });
    expect(joined(front(bursts, { protocol: null, tls: http2Hidden }), readable)).toEqual([]);
  });

  it('are measured like others where HTTP/2 carries one at a time on both', () => {
    const many = (one: ExchangeRecord[]): ExchangeRecord[] => [exchange(0.9, 0.0001, 60, 30), ...one];
    const both = [
      front(many(fronts), { protocol: null, tls: http2Hidden }),
      back(many(backs), { kind: 'tls', protocol: null, tls: http2Hidden }),
    ] as const;
    expect(joined(...both)).toEqual([[frontHop, 'inferred']]);
    expect(hopsOf(...both).find(({ server }) => server.port === 8080)!.forwardedFrom[0]!.basis).toMatch(
      /^5 times .* fit it in volume/,
    );
  });

  it('are left alone where the back leg asks at its own times: checks, scrapers, jobs', () => {
    for (const shift of [-0.05, 0.3, 0.5, 0.7]) {
      const own = backs.map((its) => exchange(its.time - start + shift, 0.004, its.clientOctets, its.serverOctets));
      expect(joined(front(fronts), back(own))).toEqual([]);
    }
  });

  it('are left alone where volumes do not fit: a store that is asked on every request', () => {
    const store = fronts.map(({ time }) => exchange(time - start + 0.002, 0.001, 31, 5));
    expect(joined(front(fronts), back(store, { protocol: 'redis' }))).toEqual([]);
  });

  it('are left alone where one moment has two explanations', () => {
    const [one] = fronts;
    const twin = front([one!], { client: { ip: '10.0.0.6', port: 41_000 } });
    expect(joined(front([one!]), twin, back([backs[0]!]))).toEqual([]);
  });

  it('are left alone where the hosts differ', () => {
    expect(joined(front(fronts), back(backs, { client: { ip: '10.0.0.3', port: 50_000 } }))).toEqual([]);
  });
});

describe('the store of exchanges', () => {
  it('forgets hosts that are no proxies when it is full, and counts only what it then leaves out of others', () => {
    const store = new LegStore(10);
    const isProxys = (hop: number): boolean => hop === 1;
    for (let times = 0; times < 20; times++) store.add(front([fronts[0]!]), 0, () => isProxys);
    expect(store.unkept).toBe(0);
    for (let times = 0; times < 42; times++) store.add(front([fronts[0]!]), 1, () => isProxys);
    expect(store.exchanges(() => true)).toHaveLength(40);
    expect(store.unkept).toBe(2);
  });

  it('tells when a connection was opened for its first question', () => {
    const store = new LegStore();
    store.add(back(backs), 0, () => () => true);
    const [first, second] = store.exchanges(() => true);
    expect(first!.wished).toBeCloseTo(first!.time - 0.0001, 5);
    expect(second!.wished).toBe(second!.time);
    expect(first!.leg).toBe(second!.leg);
  });
});

describe('legs that captures with clocks of their own show', () => {
  const ahead = 3600.25;
  /** The same leg by a clock that is so far ahead, from the second capture. */
  const later = (exchanges: ExchangeRecord[]): ExchangeRecord[] =>
    exchanges.map((one) => ({
      ...one,
      time: one.time + ahead,
      answerTime: one.answerTime! + ahead,
      endTime: one.endTime + ahead,
    }));
  const joinedBy = (clocks: Clocks, ...records: ConnectionRecord[]): string[] => {
    const folder = new HopFolder();
    for (const record of records) folder.add(record, () => null);
    const hop = folder.hops(clocks).find(({ server }) => server.port === 8080);
    return (hop?.forwardedFrom ?? []).map(({ hop: from }) => from);
  };
  const apart: Clocks = (capture) => ({ domain: capture, offset: 0, uncertainty: 0 });
  const tied =
    (offset: number, uncertainty: number): Clocks =>
    (capture) =>
      capture === 0 ? { domain: 0, offset: 0, uncertainty: 0 } : { domain: 0, offset, uncertainty };

  it('are joined by time when their clocks are known, as far as they are known', () => {
    const records = [front(fronts), back(later(backs), { capture: 1 })];
    expect(joinedBy(tied(ahead, 0.0002), ...records)).toEqual([frontHop]);
    expect(joinedBy(tied(ahead + 0.4, 0), ...records)).toEqual([]);
    // So unsure that nearness says nothing.
    expect(joinedBy(tied(ahead, 30), ...records)).toEqual([]);
  });

  it('are not joined by time when they are not, even where the times would fit', () => {
    expect(joinedBy(apart, front(fronts), back(backs, { capture: 1 }))).toEqual([]);
    expect(joinedBy(tied(0, 0), front(fronts), back(backs, { capture: 1 }))).toEqual([frontHop]);
  });

  it('are joined by what they say all the same', () => {
    const forwarded = content({ client: { ip: clientIp, port: null } });
    expect(joinedBy(apart, front([]), back([], { capture: 1, content: forwarded }))).toEqual([frontHop]);
    const mark = content({ name: 'x-request-id', mark: 'aaaa' });
    const earlier = content({ name: 'x-request-id', mark: 'aaaa', time: start - 50 });
    expect(joinedBy(apart, front([], { content: mark }), back([], { capture: 1, content: earlier }))).toEqual([
      frontHop,
    ]);
  });

  it('that repeat a ClientHello are joined by their ends where nobody knows which was first', () => {
    const outer = front([]);
    const inner = back([], { capture: 1, kind: 'tls', tls: tlsSession() });
    outer.tls = tlsSession({ sameClientRandom: { flow: inner.id, identical: true, orderUnknown: true } });
    expect(joinedBy(apart, outer, inner)).toEqual([frontHop]);
  });

  it('with translated addresses are joined by the connection that is named', () => {
    const outer = front([], { server: { ip: backendIp, port: 8080 }, client: { ip: clientIp, port: 5000 } });
    const inner = back([], { capture: 1, client: { ip: '192.0.2.1', port: 6000 } });
    inner.translatedFrom = { flow: outer.id, basis: '' };
    const folder = new HopFolder();
    for (const record of [outer, inner]) folder.add(record, () => null);
    const hop = folder.hops(apart).find(({ client }) => client.ip === '192.0.2.1');
    expect(hop?.forwardedFrom).toMatchObject([{ hop: `${clientIp}->${backendIp}:8080`, certainty: 'observed' }]);
    expect(hop?.forwardedFrom[0]?.basis).toContain('addresses are translated');
  });
});
