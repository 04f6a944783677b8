// Captures of what no program in support speaks any more, made octet by octet. `generated-captures.test.ts` holds the files in
// captures/ to what is made here.
import { ethernet, ipv4, ipv4Fragments, tcp, udp } from '../build/packets.js';
import { buildPcap, type PcapPacket } from '../build/pcap.js';
import { join, PcapngBuilder } from '../build/pcapng.js';
import {
  ascii,
  changeCipherSpec,
  clientHelloBody,
  dheKeyExchangeBody,
  ecdheKeyExchangeBody,
  filler,
  message,
  octets,
  record,
  renegotiationInfo,
  type ServerHelloParts,
  serverHelloBody,
  serverName,
  signatureAlgorithms,
} from '../build/tls.js';

const began = Date.UTC(2026, 10, 21, 10) / 1000;

/** A TCP conversation, packet by packet: each of its steps lasts a millisecond. */
class Conversation {
  readonly packets: PcapPacket[] = [];
  readonly #client: string;
  readonly #server: string;
  readonly #clientPort: number;
  readonly #port: number;
  readonly #next = { client: 1000, server: 5000 };
  #microseconds: number;

  constructor(client: string, server: string, port: number, clientPort: number, at: number) {
    this.#client = client;
    this.#server = server;
    this.#clientPort = clientPort;
    this.#port = port;
    this.#microseconds = at * 1000;
    this.#send('client', 0x02);
    this.#send('server', 0x12);
    this.#send('client', 0x10);
  }

  say(from: 'client' | 'server', ...payload: Uint8Array[]): this {
    this.#send(from, 0x18, octets(...payload));
    return this;
  }

  close(): PcapPacket[] {
    this.#send('client', 0x11);
    this.#send('server', 0x11);
    this.#send('client', 0x10);
    return this.packets;
  }

  #send(from: 'client' | 'server', flags: number, payload: Uint8Array = octets()): void {
    const to = from === 'client' ? 'server' : 'client';
    const segment = tcp(
      {
        sourcePort: from === 'client' ? this.#clientPort : this.#port,
        destinationPort: from === 'client' ? this.#port : this.#clientPort,
        sequence: this.#next[from],
        acknowledgment: flags === 0x02 ? 0 : this.#next[to],
        flags,
      },
      payload,
    );
    const source = from === 'client' ? this.#client : this.#server;
    const destination = from === 'client' ? this.#server : this.#client;
    const bytes = ethernet(ipv4({ source, destination }, segment));
    this.packets.push({ seconds: began, fraction: this.#microseconds, bytes });
    this.#microseconds += 1000;
    this.#next[from] += payload.length + ((flags & 0x03) === 0 ? 0 : 1);
  }
}

const handshake = 22;
const data = 23;

/** A TLS 1.2 session from hello to close. The certificate is left out: nothing here is about it. */
function session(
  about: {
    client: string;
    server: string;
    port: number;
    clientPort: number;
    at: number;
    clientRandom: Uint8Array;
    isSilent?: boolean;
  },
  chosen: ServerHelloParts & { cipherSuite: number },
  keyExchange: Uint8Array | null,
): PcapPacket[] {
  const hello = clientHelloBody({
    random: about.clientRandom,
    cipherSuites: [...new Set([0xc02f, 0x009e, chosen.cipherSuite])],
    compressionMethods: [1, 0],
    extensions: [
      serverName('old.example'),
      signatureAlgorithms([0x0804, 0x0201]),
      ...(about.isSilent === true ? [] : [renegotiationInfo()]),
    ],
  });
  const flight = [
    message(2, serverHelloBody({ extensions: about.isSilent === true ? [] : [renegotiationInfo()], ...chosen })),
  ];
  if (keyExchange !== null) flight.push(message(12, keyExchange));
  flight.push(message(14, octets()));
  return new Conversation(about.client, about.server, about.port, about.clientPort, about.at)
    .say('client', record(handshake, message(1, hello)))
    .say('server', record(handshake, octets(...flight), 0x0303))
    .say(
      'client',
      record(handshake, message(16, filler(66)), 0x0303),
      changeCipherSpec(),
      record(handshake, filler(40, 0x90), 0x0303),
    )
    .say('server', changeCipherSpec(), record(handshake, filler(40, 0xa0), 0x0303))
    .say('client', record(data, filler(120, 0x33), 0x0303))
    .say('server', record(data, filler(400, 0x55), 0x0303))
    .close();
}

const ecdhe = ecdheKeyExchangeBody(0x001d, filler(32, 7), filler(256, 9), 0x0804);

/** An EXPORT suite, compression, a prime of 1024 bits signed with SHA-1, and a sound session beside them. */
function oldSettings(): Uint8Array {
  const of = (host: number) => ({
    client: `10.77.70.10${host}`,
    server: '10.77.70.30',
    port: 7100 + host,
    clientPort: 40000 + host,
    at: host * 50,
    clientRandom: filler(32, 0x10 * host),
  });
  const random = (host: number): Uint8Array => filler(32, 0x10 * host + 0x08);
  const shortPrime = dheKeyExchangeBody(filler(128, 0xf1), filler(128, 0x21), filler(256, 9), 0x0201);
  return buildPcap([
    ...session(of(1), { cipherSuite: 0x0003, random: random(1) }, null),
    ...session(of(2), { cipherSuite: 0xc02f, compression: 1, random: random(2) }, ecdhe),
    ...session(of(3), { cipherSuite: 0x009e, random: random(3) }, shortPrime),
    ...session(of(4), { cipherSuite: 0xc02f, random: random(4) }, ecdhe),
  ]);
}

/** A server that answers two different hellos with one random; and one handshake seen on both sides of a NAT. */
function repeatedRandoms(): Uint8Array {
  const stuck = filler(32, 0x77);
  const server = '10.77.71.30';
  const of = (client: string, port: number, at: number, from: number) => ({
    client,
    server,
    port,
    clientPort: 40000 + at,
    at,
    clientRandom: filler(32, from),
  });
  return buildPcap([
    ...session(of('10.77.71.101', 443, 0, 0x10), { cipherSuite: 0xc02f, random: stuck }, ecdhe),
    ...session(of('10.77.71.102', 443, 50, 0x20), { cipherSuite: 0xc02f, random: stuck }, ecdhe),
    ...session(of('192.168.7.5', 8443, 100, 0x30), { cipherSuite: 0xc02f, random: filler(32, 0x88) }, ecdhe),
    ...session(of('10.77.71.1', 8443, 101, 0x30), { cipherSuite: 0xc02f, random: filler(32, 0x88) }, ecdhe),
  ]);
}

/** A client that does not announce RFC 5746: the server may not answer it. */
function unannounced(): Uint8Array {
  const about = {
    client: '10.77.74.10',
    server: '10.77.74.30',
    port: 443,
    clientPort: 40001,
    at: 0,
    clientRandom: filler(32, 0x10),
    isSilent: true,
  };
  return buildPcap(session(about, { cipherSuite: 0xc02f, random: filler(32, 0x20) }, ecdhe));
}

/** HTTP between two programs of one host. */
function loopback(): Uint8Array {
  const talk = new Conversation('127.0.0.1', '127.0.0.1', 8080, 40001, 0)
    .say(
      'client',
      ascii('GET /orders HTTP/1.1\r\nHost: localhost:8080\r\nAuthorization: Basic c3ZjOm9ubHktaGVyZQ==\r\n\r\n'),
    )
    .say('server', ascii('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]'));
  return buildPcap(talk.close());
}

/** A connection, and the statistics of an interface that dropped packets. */
function drops(): Uint8Array {
  const file = new PcapngBuilder();
  const talk = new Conversation('10.77.72.10', '10.77.72.30', 8080, 40001, 0)
    .say('client', ascii('GET / HTTP/1.1\r\nHost: dropped.example\r\n\r\n'))
    .say('server', ascii('HTTP/1.1 204 No Content\r\n\r\n'));
  const packets = talk
    .close()
    .map(({ seconds, fraction, bytes }) => file.packet(bytes, BigInt(seconds!) * 1_000_000n + BigInt(fraction!)));
  return join(file.section(), file.interface(), ...packets, file.statistics(0, [file.option64(5, 17n)]));
}

/** One datagram in more pieces than are kept, and one exchange that is whole. */
function tooManyPieces(): Uint8Array {
  const datagram = udp({ sourcePort: 40001, destinationPort: 9999 }, new Uint8Array(9000));
  const fields = { source: '10.77.73.10', destination: '10.77.73.30', protocol: 17, identification: 7 };
  const pieces = ipv4Fragments(fields, datagram, 8);
  return buildPcap(pieces.map((piece, at) => ({ seconds: began, fraction: at, bytes: ethernet(piece) })));
}

/** The captures by name. */
export function strengthCaptures(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ['old-settings.pcap', oldSettings()],
    ['repeated-randoms.pcap', repeatedRandoms()],
    ['renegotiation-unannounced.pcap', unannounced()],
    ['loopback-http.pcap', loopback()],
    ['drops-counted.pcapng', drops()],
    ['too-many-fragments.pcap', tooManyPieces()],
  ]);
}
