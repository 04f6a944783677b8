import { brotliCompressSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { expandLabel } from '../../src/session/secrets/hkdf.js';
import { KeyLogReader } from '../../src/session/secrets/key-log.js';
import type { SessionContext } from '../../src/session/shared/session-context.js';
import { Sealer12, Sealer13 } from '../build/sealed.js';
import {
  alpn,
  ascii,
  certificateBody,
  certificateBody13,
  certificateRequestBody13,
  certificateVerifyBody,
  changeCipherSpec,
  clientHelloBody,
  extension,
  filler,
  message,
  newSessionTicketBody13,
  octets,
  serverHelloBody,
  signatureAlgorithms,
  uint16,
  vector16,
  vector24,
} from '../build/tls.js';
import {
  answer12,
  answer13,
  clientCertificate,
  fingerprint,
  handshake,
  hello12,
  hello13,
  messages12,
  serverCertificate,
  takesPsk,
} from './handshakes.js';
import { client, closes, missing, newContext, type Step, server, talk } from './talk.js';

/** The randoms of the hand-made hellos stand behind record header, message header and version. */
const randomOf = (hello: Uint8Array): Uint8Array => hello.slice(11, 43);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const secrets = {
  CLIENT_EARLY_TRAFFIC_SECRET: filler(32, 1),
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: filler(32, 2),
  SERVER_HANDSHAKE_TRAFFIC_SECRET: filler(32, 3),
  CLIENT_TRAFFIC_SECRET_0: filler(32, 4),
  SERVER_TRAFFIC_SECRET_0: filler(32, 5),
};

/** A context that was given a key log. */
function keyed(hello: Uint8Array, given: Record<string, Uint8Array> = secrets): SessionContext {
  const context = newContext();
  const lines = Object.entries(given).map(([label, secret]) => `${label} ${hex(randomOf(hello))} ${hex(secret)}\n`);
  const reader = new KeyLogReader(context.secrets);
  const bytes = ascii(lines.join(''));
  reader.push(bytes, 0, bytes.length);
  reader.end();
  return context;
}

const finished = message(20, filler(32));
const verify = message(15, certificateVerifyBody(filler(70), 0x0403));
const request = message(13, certificateRequestBody13([signatureAlgorithms([0x0403])]));
const extensions = (...list: Uint8Array[]): Uint8Array => message(8, vector16(octets(...list)));
const http = ascii('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
const answerOfHttp = ascii('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');

/** Both sides of a TLS 1.3 connection: sealers by phase. */
class Talkers13 {
  readonly clientHandshake: Sealer13 = new Sealer13(secrets.CLIENT_HANDSHAKE_TRAFFIC_SECRET);
  readonly serverHandshake: Sealer13 = new Sealer13(secrets.SERVER_HANDSHAKE_TRAFFIC_SECRET);
  readonly client: Sealer13 = new Sealer13(secrets.CLIENT_TRAFFIC_SECRET_0);
  readonly server: Sealer13 = new Sealer13(secrets.SERVER_TRAFFIC_SECRET_0);

  serverFlight(...messages: readonly Uint8Array[]): Step {
    return server(answer13(), changeCipherSpec(), ...messages.map((one) => this.serverHandshake.seal(22, one)));
  }

  clientFlight(...messages: readonly Uint8Array[]): Step {
    return client(changeCipherSpec(), ...messages.map((one) => this.clientHandshake.seal(22, one)));
  }

  data(): Step[] {
    return [client(this.client.seal(23, http)), server(this.server.seal(23, answerOfHttp))];
  }
}

const hello = hello13();
const serverMessages = [
  extensions(alpn(['http/1.1'])),
  message(11, certificateBody13([{ certificate: serverCertificate }])),
  verify,
  finished,
];
const clientShows = [message(11, certificateBody13([{ certificate: clientCertificate }])), verify, finished];

function mutual(): Step[] {
  const talkers = new Talkers13();
  const [first, ...rest] = serverMessages;
  return [
    client(hello),
    talkers.serverFlight(first!, request, ...rest),
    talkers.clientFlight(...clientShows),
    server(talkers.server.seal(22, message(4, newSessionTicketBody13(300, filler(100))))),
    ...talkers.data(),
    client(talkers.client.seal(21, Uint8Array.of(1, 0))),
    closes('client'),
  ];
}

describe('TLS 1.3 with keys', () => {
  it('does not take for a refusal what keys of the handshake alone leave closed', () => {
    const { CLIENT_TRAFFIC_SECRET_0: _, SERVER_TRAFFIC_SECRET_0: __, ...given } = secrets;
    const tls = talk([...mutual().slice(0, -2), closes('server')], { context: keyed(hello, given) }).tls!;
    expect(tls.clientAuth).toMatchObject({ status: 'presented', outcome: 'unknown', certainty: 'decrypted' });
  });

  it('reads the handshake: who was asked, who showed what', () => {
    const record = talk(mutual(), { context: keyed(hello) });
    const tls = record.tls!;
    expect(tls.clientAuth).toMatchObject({
      status: 'presented',
      requested: true,
      outcome: 'accepted',
      certainty: 'decrypted',
    });
    expect(tls).toMatchObject({
      decrypted: true,
      established: true,
      serverHello: { alpn: 'http/1.1' },
      serverCertificates: [fingerprint(serverCertificate)],
      clientCertificates: [fingerprint(clientCertificate)],
      certificateRequest: { frame: 2, signatureAlgorithms: [0x0403] },
      certificateVerifyFrame: 3,
      tickets: [{ frame: 4, from: 'server', lifetimeSeconds: 300, length: 100 }],
      alerts: [{ frame: 7, from: 'client', level: 'warning', description: 'close_notify', encrypted: true }],
      facts: {
        certificateRequest: { state: 'seen', frames: [2] },
        serverCertificate: { state: 'seen', frames: [2] },
        clientCertificate: { state: 'seen', frames: [3] },
        certificateVerify: { state: 'seen', frames: [3] },
      },
    });
    expect(tls.messages.map(({ from, type }) => `${from} ${type}`)).toEqual([
      'client client_hello',
      'server server_hello',
      'server change_cipher_spec',
      'server encrypted_extensions',
      'server certificate_request',
      'server certificate',
      'server certificate_verify',
      'server finished',
      'client change_cipher_spec',
      'client certificate',
      'client certificate_verify',
      'client finished',
      'server new_session_ticket',
    ]);
    expect(record).toMatchObject({ protocol: 'http', content: { decrypted: true }, anomalies: [] });
  });

  it('is the same wherever segments end', () => {
    const whole = talk(mutual(), { context: keyed(hello) });
    for (const segment of [1, 2, 3, 7, 100]) {
      const record = talk(mutual(), { context: keyed(hello), segment });
      expect(record.tls).toEqual(whole.tls);
      expect(record.content).toEqual(whole.content);
    }
  });

  it('proves that nothing was asked', () => {
    const talkers = new Talkers13();
    const steps = [
      client(hello),
      talkers.serverFlight(...serverMessages),
      talkers.clientFlight(finished),
      ...talkers.data(),
    ];
    const { tls } = talk(steps, { context: keyed(hello) });
    expect(tls!.clientAuth).toMatchObject({
      status: 'not-requested',
      requested: false,
      certainty: 'decrypted',
      outcome: 'accepted',
    });
    expect(tls!.facts).toMatchObject({
      certificateRequest: { state: 'absent', frames: [2, 2] },
      clientCertificate: { state: 'absent', frames: [3] },
    });
  });

  it('tells an empty answer, and the refusal of it', () => {
    const talkers = new Talkers13();
    const [first, ...rest] = serverMessages;
    const steps = [
      client(hello),
      talkers.serverFlight(first!, request, ...rest),
      talkers.clientFlight(message(11, certificateBody13([])), finished),
      server(talkers.server.seal(21, Uint8Array.of(2, 116))),
    ];
    const { tls } = talk(steps, { context: keyed(hello) });
    expect(tls!.clientAuth).toMatchObject({
      status: 'declined',
      requested: true,
      outcome: 'rejected',
      certainty: 'decrypted',
    });
    expect(tls!.clientCertificates).toEqual([]);
    expect(tls!.alerts).toMatchObject([{ level: 'fatal', description: 'certificate_required', encrypted: true }]);
  });

  it('follows KeyUpdates of both sides', () => {
    const talkers = new Talkers13();
    const next = (secret: Uint8Array): Sealer13 =>
      new Sealer13(expandLabel('sha256', secret, 'traffic upd', new Uint8Array(0), 32));
    const steps = [
      client(hello),
      talkers.serverFlight(...serverMessages),
      talkers.clientFlight(finished),
      client(talkers.client.seal(22, message(24, Uint8Array.of(1)))),
      client(next(secrets.CLIENT_TRAFFIC_SECRET_0).seal(23, http)),
      server(talkers.server.seal(22, message(24, Uint8Array.of(0)))),
      server(next(secrets.SERVER_TRAFFIC_SECRET_0).seal(23, answerOfHttp)),
    ];
    const record = talk(steps, { context: keyed(hello) });
    expect(record.tls!.messages.filter(({ type }) => type === 'key_update')).toHaveLength(2);
    expect(record.content?.inspection).toMatchObject({
      client: { octets: http.length },
      server: { octets: answerOfHttp.length },
    });
    expect(record.anomalies).toEqual([]);
  });

  it('keeps the main verdict when certificates are asked for later, and says what was shown then', () => {
    const talkers = new Talkers13();
    const steps = [
      client(hello),
      talkers.serverFlight(...serverMessages),
      talkers.clientFlight(finished),
      server(talkers.server.seal(22, request)),
      client(...clientShows.map((one) => talkers.client.seal(22, one))),
      ...talkers.data(),
    ];
    const { tls, anomalies } = talk(steps, { context: keyed(hello) });
    expect(tls!.clientAuth).toMatchObject({ status: 'not-requested', requested: false, certainty: 'decrypted' });
    expect(tls!.clientAuth.basis).toContain('asked later, in frame 4, and answered with 1 certificate in frame 5');
    expect(tls).toMatchObject({
      certificateRequest: { frame: 4 },
      clientCertificates: [fingerprint(clientCertificate)],
      facts: { certificateRequest: { state: 'seen', frames: [4] } },
    });
    expect(anomalies).toEqual([]);
  });

  it('reads compressed certificates, and believes no bomb', () => {
    const body = certificateBody13([{ certificate: clientCertificate }]);
    const compressed = (algorithm: number, packed: Uint8Array, length = body.length): Uint8Array =>
      message(25, octets(uint16(algorithm), vector24(new Uint8Array(length)).slice(0, 3), vector24(packed)));
    const shown = (answer: Uint8Array): ConnectionRecord => {
      const talkers = new Talkers13();
      const [first, ...rest] = serverMessages;
      const steps = [
        client(hello),
        talkers.serverFlight(first!, request, ...rest),
        talkers.clientFlight(answer, verify, finished),
      ];
      return talk(steps, { context: keyed(hello) });
    };
    for (const answer of [compressed(1, deflateSync(body)), compressed(2, brotliCompressSync(body))]) {
      expect(shown(answer).tls).toMatchObject({
        clientCertificates: [fingerprint(clientCertificate)],
        clientAuth: { status: 'presented', certainty: 'decrypted' },
      });
    }
    const bomb = deflateSync(new Uint8Array(5_000_000));
    const smallBomb = brotliCompressSync(new Uint8Array(200_000));
    for (const [answer, because] of [
      [compressed(1, bomb, 5_000_000), 'promises more than is decompressed, not read'],
      [compressed(2, smallBomb, 200_000), 'promises more than is decompressed, not read'],
      [compressed(1, bomb), 'can not be decompressed'],
      [compressed(9, body), 'can not be decompressed'],
      [compressed(1, filler(50)), 'can not be decompressed'],
    ] as const) {
      const { tls, anomalies } = shown(answer);
      expect(tls!.clientCertificates).toBeNull();
      expect(anomalies).toContain(`CompressedCertificate that ${because}`);
    }
  });

  const earlyHello = hello13([extension(42)]);
  for (const accepted of [true, false]) {
    it(`reads early data that the server ${accepted ? 'takes' : 'refuses'}`, () => {
      const talkers = new Talkers13();
      const early = new Sealer13(secrets.CLIENT_EARLY_TRAFFIC_SECRET);
      const flight = [extensions(...(accepted ? [extension(42)] : [])), finished];
      const steps = [
        client(earlyHello, changeCipherSpec(), early.seal(23, http)),
        server(answer13(takesPsk), changeCipherSpec(), ...flight.map((one) => talkers.serverHandshake.seal(22, one))),
        ...(accepted ? [client(early.seal(22, message(5, new Uint8Array(0))))] : []),
        client(talkers.clientHandshake.seal(22, finished)),
        ...(accepted ? [] : [client(talkers.client.seal(23, http))]),
        server(talkers.server.seal(23, answerOfHttp)),
      ];
      const record = talk(steps, { context: keyed(earlyHello) });
      expect(record.tls).toMatchObject({ resumed: true, decrypted: true, clientAuth: { status: 'resumed' } });
      expect(record.content?.inspection.client.octets).toBe(http.length);
      expect(record.anomalies).toEqual([]);
    });
  }

  it('passes over refused early data whose key is not given', () => {
    const talkers = new Talkers13();
    const { CLIENT_EARLY_TRAFFIC_SECRET: unknown, ...given } = secrets;
    const early = new Sealer13(unknown);
    const steps = [
      client(earlyHello, early.seal(23, http), early.seal(23, http)),
      talkers.serverFlight(...serverMessages),
      client(early.seal(23, http)),
      talkers.clientFlight(finished),
      ...talkers.data(),
    ];
    const record = talk(steps, { context: keyed(earlyHello, given) });
    expect(record.tls!.clientAuth).toMatchObject({ status: 'not-requested', certainty: 'decrypted' });
    expect(record.anomalies).toEqual([]);
  });

  it('goes on after records that the capture does not have', () => {
    const talkers = new Talkers13();
    const lost = talkers.client.seal(23, filler(300));
    const steps = [
      client(hello),
      talkers.serverFlight(...serverMessages),
      talkers.clientFlight(finished),
      missing('client', lost.length),
      client(talkers.client.seal(21, Uint8Array.of(1, 0))),
    ];
    const { tls } = talk(steps, { context: keyed(hello) });
    expect(tls!.alerts).toMatchObject([{ description: 'close_notify' }]);
  });

  it('says that keys do not fit, and falls back on lengths', () => {
    const wrong = Object.fromEntries(Object.keys(secrets).map((label) => [label, filler(32, 0x99)]));
    const { tls, anomalies } = talk(mutual(), { context: keyed(hello, wrong) });
    expect(tls!.decrypted).toBe(false);
    expect(tls!.clientAuth.certainty).not.toBe('decrypted');
    expect(tls!.facts.certificateRequest).toEqual({ state: 'hidden', because: 'the keys given do not fit' });
    expect(anomalies).toEqual(['the keys given do not fit: no protected record of a direction opened']);
    expect(JSON.stringify(tls)).not.toContain(hex(filler(32, 0x99)).slice(0, 16));
  });

  it('says that the keys given are those of others', () => {
    const { tls, anomalies } = talk(mutual(), { context: keyed(hello12({ random: filler(32, 0xab) })) });
    expect(tls!.facts.certificateRequest).toMatchObject({
      because: 'encrypted: none of the keys given is for this connection',
    });
    expect(anomalies).toEqual([]);
  });

  it('tells where record lengths and keys disagree', () => {
    const talkers = new Talkers13();
    const [first, ...rest] = serverMessages;
    // Asked, and answered with an empty list; but padded so that it looks as if nobody had asked.
    const steps = [
      client(hello),
      talkers.serverFlight(octets(first!, request, ...rest)),
      client(
        talkers.clientHandshake.seal(22, message(11, certificateBody13([])), 28),
        talkers.clientHandshake.seal(22, finished),
      ),
      ...talkers.data(),
    ];
    const { tls, anomalies } = talk(steps, { context: keyed(hello) });
    expect(tls!.clientAuth).toMatchObject({ status: 'declined', certainty: 'decrypted' });
    expect(anomalies).toEqual([
      'record lengths and keys disagree on client authentication: lengths say not-requested, keys say declined',
    ]);
  });
});

describe('TLS 1.2 with keys', () => {
  const master = filler(48, 0x31);
  const sealers = (from: Uint8Array, answer: Uint8Array): { client: Sealer12; server: Sealer12 } => {
    const randoms = { client: randomOf(from), server: randomOf(answer) };
    const make = (fromClient: boolean): Sealer12 =>
      new Sealer12({ version: 0x0303, suite: 0xc02f, master, randoms, fromClient });
    return { client: make(true), server: make(false) };
  };
  const first = hello12();
  const answer = answer12({ cipherSuite: 0xc02f });
  const { certificate, keyExchange, done, clientKeyExchange } = messages12;

  it('reads a renegotiation: asked in it, and answered', () => {
    const body = clientHelloBody({ random: filler(32, 0xd0) });
    const again = serverHelloBody({ random: filler(32, 0xe0), cipherSuite: 0xc02f });
    const before = sealers(first, answer);
    const after = sealers(handshake(1, body), handshake(2, again));
    const asks = messages12.request.slice(5);
    const steps = [
      client(first),
      server(answer, certificate, keyExchange, done),
      client(clientKeyExchange, changeCipherSpec(), before.client.seal(22, message(20, filler(12)))),
      server(changeCipherSpec(), before.server.seal(22, message(20, filler(12)))),
      client(before.client.seal(23, http)),
      server(before.server.seal(22, message(0, new Uint8Array(0)))),
      client(before.client.seal(22, message(1, body))),
      server(
        before.server.seal(
          22,
          octets(message(2, again), certificate.slice(5), keyExchange.slice(5), asks, done.slice(5)),
        ),
      ),
      client(
        before.client.seal(22, octets(message(11, certificateBody([clientCertificate])), clientKeyExchange.slice(5))),
        before.client.seal(20, Uint8Array.of(1)),
        after.client.seal(22, message(20, filler(12))),
      ),
      server(before.server.seal(20, Uint8Array.of(1)), after.server.seal(22, message(20, filler(12)))),
      server(after.server.seal(23, answerOfHttp)),
      server(after.server.seal(21, Uint8Array.of(1, 0))),
    ];
    const context = keyed(first, { CLIENT_RANDOM: master });
    const reader = new KeyLogReader(context.secrets);
    const line = ascii(`CLIENT_RANDOM ${hex(filler(32, 0xd0))} ${hex(master)}\n`);
    reader.push(line, 0, line.length);
    const record = talk(steps, { context });
    expect(record.tls).toMatchObject({
      decrypted: true,
      clientAuth: { status: 'renegotiated', requested: true, outcome: 'accepted', certainty: 'decrypted' },
      renegotiationFrames: [6],
      clientCertificates: [fingerprint(clientCertificate)],
      alerts: [{ description: 'close_notify', encrypted: true }],
    });
    expect(record).toMatchObject({ protocol: 'http', anomalies: [] });
    expect(talk(steps).tls!.clientAuth).toMatchObject({
      status: 'renegotiated',
      requested: null,
      certainty: 'observed',
    });
  });
});

describe('randoms that two connections have in common', () => {
  it('are told of the later one, and whether the hello was the same', () => {
    const context = newContext();
    expect(talk([client(hello12()), server(answer12())], { context, id: 1 }).tls).toMatchObject({
      sameClientRandom: null,
      sameServerRandom: null,
    });
    expect(talk([client(hello12()), server(answer12())], { context, id: 2 }).tls).toMatchObject({
      sameClientRandom: { flow: 1, identical: true },
      sameServerRandom: { flow: 1 },
    });
    const rewritten = hello12({ cipherSuites: [0x002f] });
    expect(talk([client(rewritten)], { context, id: 3 }).tls!.sameClientRandom).toEqual({ flow: 1, identical: false });
    expect(talk([client(hello12({ random: filler(32, 0xcc) }))], { context, id: 4 }).tls!.sameClientRandom).toBeNull();
  });
});
