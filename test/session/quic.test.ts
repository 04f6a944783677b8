import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader } from '../../src/base/reader.js';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import { QuicOpener } from '../../src/session/secrets/quic-opener.js';
import { parseQuicLongPacket, readVarint } from '../../src/wire/tls/quic-packets.js';
import { closeFrame, cryptoFrame, initialPacket, padding } from '../build/quic.js';
import {
  alpn,
  clientHelloBody,
  filler,
  fromHex,
  keyShare,
  keyShares,
  message,
  octets,
  selectedVersion,
  serverHelloBody,
  serverName,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
} from '../build/tls.js';
import { client, server, talkDatagrams } from './talk.js';

const keyId = fromHex('8394c8f03e515708');
const hello = message(
  1,
  clientHelloBody({
    cipherSuites: [0x1301, 0x1302],
    extensions: [
      ...[serverName('quic.example'), supportedGroups([0x001d]), signatureAlgorithms([0x0804])],
      ...[alpn(['h3']), supportedVersions([0x0304]), keyShares([0x001d])],
    ],
  }),
);
const answer = message(
  2,
  serverHelloBody({ cipherSuite: 0x1301, extensions: [selectedVersion(0x0304), keyShare(0x001d)] }),
);
const filled = (frames: Uint8Array): Uint8Array => octets(frames, padding(1162 - frames.length));
const first = initialPacket({ keyId, from: 'client', frames: filled(cryptoFrame(hello)) });
const second = initialPacket({ keyId, from: 'server', destinationId: octets(), frames: cryptoFrame(answer) });
const shortHeader = octets(0x41, filler(40));

const shows = (record: ConnectionRecord): unknown => ({
  protocol: record.protocol,
  client: record.client.port,
  name: record.tls?.clientHello?.serverName,
  ja4: record.tls?.clientHello?.ja4.slice(0, 10),
  suite: record.tls?.serverHello?.cipherSuite.id,
  messages: record.tls?.messages.map(({ from, type }) => `${from} ${type}`),
});
const wanted = {
  ...{ protocol: 'quic', client: 49152, name: 'quic.example', ja4: 'q13d0206h3', suite: 0x1301 },
  messages: ['client client_hello', 'server server_hello'],
};

describe('RFC 9001 Appendix A and RFC 9369 Appendix A', () => {
  const id = keyId;
  const hellos =
    '02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304';
  it.each([
    [
      'version 1',
      0x00000001,
      'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee',
    ],
    [
      'version 2',
      0x6b3343cf,
      'dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140',
    ],
  ] as const)("opens the server's Initial of %s", (_name, version, hex) => {
    const packet = fromHex(hex);
    const header = parseQuicLongPacket(packet, 0, packet.length)!;
    const opened = QuicOpener.initial(version, id, 'server').open(packet, 0, header.numberAt, header.end);
    expect(Buffer.from(opened!).toString('hex')).toBe(hellos);
    expect(QuicOpener.initial(version, id, 'client').open(packet, 0, header.numberAt, header.end)).toBeNull();
  });

  it('reads the variable-length integers of RFC 9000 Appendix A.1', () => {
    const read = (hex: string): number => readVarint(new Reader(fromHex(hex), 0, hex.length / 2, 'test'));
    expect(['25', '7bbd', '9d7f3e7d', '4025'].map(read)).toEqual([37, 15_293, 494_878_333, 37]);
    const beyond = new Reader(fromHex('c2197c5eff14e88c'), 0, 8, 'test');
    readVarint(beyond);
    expect(beyond.fault?.kind).toBe('malformed');
  });
});

describe('a QUIC handshake', () => {
  it.each(['v1', 'v2'] as const)('shows its hellos in %s', (version) => {
    const record = talkDatagrams([
      client(initialPacket({ version, keyId, from: 'client', frames: filled(cryptoFrame(hello)) })),
      server(initialPacket({ version, keyId, from: 'server', destinationId: octets(), frames: cryptoFrame(answer) })),
    ]);
    expect(shows(record)).toEqual(wanted);
    expect(record.tls).toMatchObject({ version: 'TLSv1.3', established: false });
    expect(record.tls!.clientAuth).toMatchObject({ status: 'unknown', certainty: 'none' });
    expect(record.tls!.facts.certificateRequest).toMatchObject({ state: 'hidden' });
  });

  it('shows them however they are cut into frames, packets and datagrams, in any order, some twice', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: hello.length - 1 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.infiniteStream(fc.nat()), (at, order) => {
        const edges = [0, ...at.sort((a, b) => a - b), hello.length];
        const frames = edges.slice(1).map((to, piece) => cryptoFrame(hello, edges[piece]!, to));
        const shuffled = [...frames, frames[0]!]
          .map((frame) => ({ frame, rank: order.next().value }))
          .sort((a, b) => a.rank - b.rank);
        const packets = shuffled.map(({ frame }, number) =>
          client(initialPacket({ keyId, from: 'client', number, frames: filled(frame) })),
        );
        expect(shows(talkDatagrams([...packets, server(second)]))).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('shows them in packets that share a datagram', () => {
    const halves = [cryptoFrame(hello, 0, 50), cryptoFrame(hello, 50)];
    const packets = halves.map((frames, number) =>
      initialPacket({ keyId, from: 'client', number, frames: filled(frames) }),
    );
    expect(shows(talkDatagrams([client(octets(...packets)), server(octets(second, shortHeader))]))).toEqual(wanted);
  });

  it('is read after a Retry, which changes the keys', () => {
    const newId = filler(12, 0x70);
    const retry = octets(0xf0, 0, 0, 0, 1, 0, newId.length, newId, filler(40));
    const record = talkDatagrams([
      client(first),
      server(retry),
      client(initialPacket({ keyId: newId, from: 'client', number: 1, frames: filled(cryptoFrame(hello)) })),
      server(initialPacket({ keyId: newId, from: 'server', destinationId: octets(), frames: cryptoFrame(answer) })),
    ]);
    expect(shows(record)).toEqual(wanted);
  });

  it('is read when the fixed bit is greased (RFC 9287)', () => {
    const greased = {
      keyId,
      from: 'server',
      destinationId: octets(),
      frames: cryptoFrame(answer),
      fixedBit: 0,
    } as const;
    expect(shows(talkDatagrams([client(first), server(initialPacket(greased))]))).toEqual(wanted);
  });

  it('is established when both sides went on to 1-RTT packets', () => {
    const steps = [client(first), server(second), server(shortHeader), client(shortHeader)];
    expect(talkDatagrams(steps).tls!.established).toBe(true);
    expect(talkDatagrams(steps.slice(0, 3)).tls!.established).toBe(false);
  });

  it('shows an alert that closes it', () => {
    const refusal = initialPacket({ keyId, from: 'server', destinationId: octets(), frames: closeFrame(120) });
    expect(talkDatagrams([client(first), server(refusal)]).tls!.alerts).toEqual([
      { frame: 2, from: 'server', level: 'fatal', description: 'no_application_protocol', encrypted: false },
    ]);
  });

  it('says what is missing when octets of a hello are', () => {
    const cut = initialPacket({ keyId, from: 'client', frames: filled(cryptoFrame(hello, 0, 60)) });
    const record = talkDatagrams([client(cut)]);
    expect(record).toMatchObject({ kind: 'tls', protocol: 'quic', tls: { clientHello: null } });
    expect(record.kindBasis).toContain('not in the capture');
  });

  it('gives nothing away, and does not fail, when octets are changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: first.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = first.slice();
        changed[at]! ^= by;
        expect(talkDatagrams([client(changed), server(second)]).tls?.clientHello?.serverName ?? null).toBeNull();
      }),
    );
  });
});
