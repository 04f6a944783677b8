import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import {
  certificateBody,
  certificateRequestBody,
  certificateVerifyBody,
  clientHelloBody,
  dtlsFragment,
  dtlsRecord,
  ecdheKeyExchangeBody,
  filler,
  keyShare,
  keyShares,
  octets,
  renegotiationInfo,
  selectedVersion,
  serverHelloBody,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
  uint16,
  vector8,
} from '../build/tls.js';
import { clientCertificate, fingerprint, serverCertificate } from './handshakes.js';
import { client, type Step, server, talkDatagrams } from './talk.js';

const version = 0xfefd;
const extensions = [supportedGroups([0x001d]), signatureAlgorithms([0x0403]), renegotiationInfo()];
const hello = clientHelloBody({ version, cookie: octets(), extensions });
const again = clientHelloBody({ version, cookie: filler(20), extensions });
const verify = octets(uint16(0xfeff), vector8(filler(20)));
const answer = serverHelloBody({ version, extensions: [renegotiationInfo()] });
const request = certificateRequestBody({ types: [64], signatureAlgorithms: [0x0403], authorities: [] });

/** A flight of whole messages, each in a record and a datagram of its own; numbers count from `from`. */
const flight = (from: number, ...messages: readonly (readonly [type: number, body: Uint8Array])[]): Uint8Array[] =>
  messages.map(([type, body], at) => dtlsRecord(22, dtlsFragment(type, from + at, body)));
const serverFlight = flight(
  1,
  [2, answer],
  [11, certificateBody([serverCertificate])],
  [12, ecdheKeyExchangeBody(0x001d, filler(32), filler(70), 0x0403)],
  [13, request],
  [14, octets()],
);
const clientFlight = flight(
  2,
  [11, certificateBody([clientCertificate])],
  [16, vector8(filler(32))],
  [15, certificateVerifyBody(filler(70), 0x0403)],
);
const finished = [dtlsRecord(20, octets(1)), dtlsRecord(22, filler(40), { epoch: 1 })];
const data = dtlsRecord(23, filler(60), { epoch: 1, sequence: 1 });
const opening: Step[] = [
  client(dtlsRecord(22, dtlsFragment(1, 0, hello), { version: 0xfeff })),
  server(dtlsRecord(22, dtlsFragment(3, 0, verify), { version: 0xfeff })),
  client(dtlsRecord(22, dtlsFragment(1, 1, again))),
];
const ending: Step[] = [
  ...finished.map((bytes) => client(bytes)),
  ...finished.map((bytes) => server(bytes)),
  client(data),
  server(data),
];
const whole = [
  ...opening,
  ...serverFlight.map((bytes) => server(bytes)),
  ...clientFlight.map((bytes) => client(bytes)),
  ...ending,
];

const shows = ({ kind, protocol, tls }: ConnectionRecord): unknown => ({
  ...{ kind, protocol, version: tls?.version, established: tls?.established },
  auth: tls?.clientAuth.status,
  outcome: tls?.clientAuth.outcome,
  certificates: [tls?.serverCertificates, tls?.clientCertificates],
});
const wanted = {
  ...{ kind: 'tls', protocol: 'dtls', version: 'TLSv1.2', established: true, auth: 'presented', outcome: 'accepted' },
  certificates: [[fingerprint(serverCertificate)], [fingerprint(clientCertificate)]],
};

describe('a DTLS handshake', () => {
  it('shows what one of TLS does', () => {
    const record = talkDatagrams(whole);
    expect(shows(record)).toEqual(wanted);
    expect(record.anomalies).toEqual([]);
    expect(record.tls!.clientHello!.ja4.slice(0, 3)).toBe('dd2');
    expect(record.tls!.serverHello!.version).toBe('DTLSv1.2');
    expect(record.tls!.messages.map(({ type }) => type).slice(0, 4)).toEqual([
      ...['client_hello', 'hello_verify_request', 'client_hello', 'server_hello'],
    ]);
  });

  it('shows it when datagrams of a flight come in another order, and some twice', () => {
    const orders = fc.tuple(
      fc.shuffledSubarray([...serverFlight, ...serverFlight], { minLength: 10 }),
      fc.shuffledSubarray([...clientFlight, clientFlight[0]!], { minLength: 4 }),
    );
    fc.assert(
      fc.property(orders, ([fromServer, fromClient]) => {
        const steps = [
          ...opening,
          server(serverFlight[0]!),
          ...fromServer.map((bytes) => server(bytes)),
          ...fromClient.map((bytes) => client(bytes)),
          ...ending,
        ];
        expect(shows(talkDatagrams(steps))).toEqual(wanted);
      }),
    );
  });

  it('shows it however messages are cut into fragments, overlapping too', () => {
    const certificate = certificateBody([serverCertificate]);
    const places = fc.array(fc.tuple(fc.nat({ max: certificate.length }), fc.nat({ max: 400 })), { maxLength: 8 });
    fc.assert(
      fc.property(places, fc.boolean(), (extra, backwards) => {
        const size = Math.ceil(certificate.length / 4);
        const tiles = [0, 1, 2, 3].map((tile) => [tile * size, size] as const);
        const pieces = [...extra, ...(backwards ? tiles.reverse() : tiles)].map(([at, length]) =>
          dtlsFragment(11, 2, certificate, at, Math.min(length, certificate.length - at)),
        );
        const cut = pieces.map((piece) => server(dtlsRecord(22, piece)));
        const steps = [
          ...opening,
          server(serverFlight[0]!),
          ...cut,
          ...serverFlight.slice(2).map((bytes) => server(bytes)),
        ];
        expect(shows(talkDatagrams([...steps, ...clientFlight.map((bytes) => client(bytes)), ...ending]))).toEqual(
          wanted,
        );
      }),
    );
  });

  it('never takes a lost message for one that was not sent', () => {
    const without = (lost: number): Step[] => serverFlight.filter((_, at) => at !== lost).map((bytes) => server(bytes));
    const { tls } = talkDatagrams([
      ...opening,
      ...without(3),
      ...clientFlight.slice(1).map((bytes) => client(bytes)),
      ...ending,
    ]);
    expect(tls!.facts.certificateRequest).toMatchObject({ state: 'hidden' });
    expect(tls!.clientAuth.status).not.toBe('not-requested');
  });

  it('proves that no certificate was asked for', () => {
    const asks = flight(1, [2, answer], [11, certificateBody([serverCertificate])], [14, octets()]);
    const { tls } = talkDatagrams([
      ...opening,
      ...asks.map((bytes) => server(bytes)),
      client(flight(2, [16, filler(66)])[0]!),
      ...ending,
    ]);
    expect(tls!.clientAuth).toMatchObject({ status: 'not-requested', requested: false, outcome: 'accepted' });
    expect(tls!.facts.certificateRequest).toMatchObject({ state: 'absent' });
  });

  it('of version 1.3 shows the hellos, and that the rest is encrypted', () => {
    const hello13 = clientHelloBody({
      ...{ version, cookie: octets(), cipherSuites: [0x1301] },
      extensions: [supportedVersions([0xfefc, 0xfefd]), supportedGroups([0x001d]), keyShares([0x001d])],
    });
    const answer13 = serverHelloBody({
      ...{ version, cipherSuite: 0x1301 },
      extensions: [selectedVersion(0xfefc), keyShare(0x001d)],
    });
    const sealed = octets(0x2e, uint16(7), uint16(30), filler(30));
    const record = talkDatagrams([
      client(dtlsRecord(22, dtlsFragment(1, 0, hello13))),
      server(octets(dtlsRecord(22, dtlsFragment(2, 0, answer13)), sealed, sealed)),
      client(sealed),
    ]);
    expect(record).toMatchObject({ protocol: 'dtls', tls: { version: 'TLSv1.3', records: { client: 2, server: 3 } } });
    expect(record.tls!.serverHello!.version).toBe('DTLSv1.3');
    expect(record.tls!.clientAuth.status).toBe('unknown');
    expect(record.tls!.facts.certificateRequest).toMatchObject({ state: 'hidden' });
  });

  it('bears any octets behind its first record', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 10 }), (junk) => {
        talkDatagrams([...opening, ...junk.map((bytes) => server(octets(serverFlight[0]!, bytes)))]);
      }),
    );
  });
});
