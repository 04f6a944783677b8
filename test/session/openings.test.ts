import { describe, expect, it } from 'vitest';
import {
  ascii,
  clientHelloBody,
  dtlsFragment,
  dtlsRecord,
  filler,
  octets,
  record,
  serverHelloBody,
  sslv2ClientHelloBody,
  sslv2Record,
  sslv2ServerHelloBody,
  uint16,
  uint32,
  vector8,
} from '../build/tls.js';
import { fatal, fingerprint, hello12, opened12, serverCertificate, whole12 } from './handshakes.js';
import { client, closes, missing, type Step, server, talk, talkDatagrams, talkNothing, talkTls } from './talk.js';

const { bytes: hello } = client(hello12()) as { bytes: Uint8Array };
const afterHello = whole12('presents').slice(1);

describe('SSLv2', () => {
  const compatible = sslv2Record(octets(1, sslv2ClientHelloBody(0x0301, [0x010080, 0x00c013, 0x0000ff])));

  it('in the format of a hello alone is TLS with the version of the answer', () => {
    const flow = talk([client(compatible), ...afterHello]);
    expect(flow).toMatchObject({ kind: 'tls', rolesFrom: 'handshake', anomalies: [] });
    expect(flow.tls).toMatchObject({
      version: 'TLSv1.2',
      clientHello: { frame: 1, legacyVersion: 'TLSv1.0', cipherSuites: [0x010080, 0xc013, 0xff], ja3: '' },
      clientAuth: { status: 'presented', requested: true, outcome: 'accepted' },
    });
  });

  it('answered in its own format shows its certificate and says nothing of the client', () => {
    const answer = sslv2Record(octets(4, sslv2ServerHelloBody(serverCertificate, [0x010080])));
    const old = sslv2Record(octets(1, sslv2ClientHelloBody(0x0002, [0x010080, 0x0700c0])));
    const flow = talk([client(old), server(answer), client(filler(120, 0x80)), server(filler(40, 0x80))]);
    expect(flow).toMatchObject({ kind: 'tls', rolesFrom: 'handshake' });
    expect(flow.tls).toMatchObject({
      version: 'SSLv2',
      serverCertificates: [fingerprint(serverCertificate)],
      clientAuth: { status: 'unknown', requested: null, certainty: 'none' },
    });
    expect(Object.values(flow.tls!.facts).map((fact) => fact.state)).not.toContain('absent');
  });

  it('refused with an alert in a TLS record shows the alert', () => {
    const tls = talkTls([client(compatible), server(fatal(70)), closes('server')]);
    expect(tls.alerts).toMatchObject([{ from: 'server', description: 'protocol_version' }]);
  });
});

describe('TLS behind a PROXY protocol header', () => {
  const text = ascii('PROXY TCP4 192.0.2.7 192.0.2.8 40000 443\r\n');
  const binary = octets(
    ascii('\r\n\r\n\0\r\nQUIT\n'),
    0x21,
    0x11,
    uint16(12),
    octets(192, 0, 2, 7, 192, 0, 2, 8),
    uint16(40000),
    uint16(443),
  );

  it.each([
    ['version 1', text],
    ['version 2', binary],
  ])('of %s is found in the same segment, in another, and in pieces', (_name, header) => {
    const plain = talkTls(whole12('presents'));
    const ways: Step[][] = [
      [client(header, hello)],
      [client(header), client(hello)],
      [client(header.slice(0, 5)), client(header.slice(5, 14)), client(header.slice(14), hello)],
    ];
    for (const way of ways) {
      const flow = talk([...way, ...afterHello]);
      expect(flow).toMatchObject({ kind: 'tls', kindBasis: expect.stringContaining('PROXY') });
      expect(flow.tls?.clientHello?.serverName).toBe('a.example');
      expect(flow.tls?.clientAuth).toMatchObject({ status: 'presented', outcome: 'accepted' });
      expect(flow.tls?.records).toEqual(plain.records);
    }
  });
});

describe('cleartext that changes to TLS', () => {
  const smtp = [
    server(ascii('220 mail.example ESMTP ready\r\n')),
    client(ascii('EHLO client.example\r\n')),
    server(ascii('250-mail.example\r\n250 STARTTLS\r\n')),
    client(ascii('STARTTLS\r\n')),
    server(ascii('220 2.0.0 go ahead\r\n')),
  ];

  it('after STARTTLS in SMTP is told with the protocol and the handshake', () => {
    const flow = talk([...smtp, ...whole12('presents')], { first: 'server', serverPort: 25 });
    expect(flow).toMatchObject({ kind: 'starttls', protocol: 'smtp', client: { port: 49152 } });
    expect(flow.tls).toMatchObject({
      clientHello: { frame: 6 },
      clientAuth: { status: 'presented', outcome: 'accepted' },
    });
  });

  it('stays cleartext where it only might have changed', () => {
    expect(talk(smtp, { first: 'server', serverPort: 25 })).toMatchObject({
      kind: 'cleartext',
      protocol: 'smtp',
      tls: null,
    });
  });

  it('stays cleartext where a message merely holds a hello', () => {
    const mail = client(octets(ascii('DATA '), hello));
    expect(talk([...smtp.slice(0, 3), mail], { first: 'server', serverPort: 25 }).kind).toBe('cleartext');
  });

  it('after an SSLRequest of PostgreSQL', () => {
    const request = octets(uint32(8), uint32(80877103));
    const flow = talk([client(request), server(ascii('S')), ...whole12('presents')], { serverPort: 5432 });
    expect(flow).toMatchObject({ kind: 'starttls', protocol: 'postgresql' });
    expect(flow.tls?.clientAuth.status).toBe('presented');
  });

  it('not where PostgreSQL refuses it', () => {
    const request = octets(uint32(8), uint32(80877103));
    const body = octets(uint32(196608), ascii('user\0alice\0\0'));
    const steps = [client(request), server(ascii('N')), client(octets(uint32(body.length + 4), body))];
    expect(talk(steps, { serverPort: 5432 })).toMatchObject({ kind: 'cleartext', protocol: 'postgresql', tls: null });
  });

  it('after octets that nobody knows, in either direction', () => {
    const odd = octets(0x99, filler(30, 0xc0));
    const ways: Step[][] = [
      [client(odd), client(hello)],
      [client(odd), server(odd), client(hello)],
      [server(odd), client(hello)],
      [client(odd), server(odd), client(hello.slice(0, 3)), client(hello.slice(3))],
    ];
    for (const way of ways) {
      const flow = talk([...way, ...afterHello]);
      expect(flow.tls?.clientAuth).toMatchObject({ status: 'presented', outcome: 'accepted' });
      expect(flow.tls?.clientHello?.serverName).toBe('a.example');
      expect(flow.kind).toBe('starttls');
    }
  });

  it('keeps watching after a gap', () => {
    const steps = [...smtp.slice(0, 3), missing('client', 10), server(ascii('220 2.0.0 go ahead\r\n')), ...whole12()];
    expect(talk(steps, { first: 'server', serverPort: 25 })).toMatchObject({ kind: 'starttls', protocol: 'smtp' });
  });
});

describe('what is no TLS', () => {
  it('is HTTP, also when the server answers it with a TLS alert', () => {
    const get = client(ascii('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'));
    expect(talk([get, server(ascii('HTTP/1.1 200 OK\r\n\r\n'))])).toMatchObject({
      kind: 'cleartext',
      protocol: 'http',
      tls: null,
    });
    expect(talk([get, server(fatal(10)), closes('server')])).toMatchObject({ kind: 'cleartext', protocol: 'http' });
  });

  it('is opaque where it is SSH', () => {
    const steps = [server(ascii('SSH-2.0-OpenSSH_9.6\r\n')), client(ascii('SSH-2.0-OpenSSH_9.7\r\n'))];
    expect(talk(steps, { first: 'server', serverPort: 22 })).toMatchObject({
      kind: 'opaque',
      protocol: 'ssh',
      tls: null,
    });
  });

  it('is unknown where it fits nothing, and says so', () => {
    const odd = octets(0x99, 0xfe, filler(200, 0x80));
    expect(talk([client(odd), server(odd), closes('client')])).toMatchObject({
      kind: 'unknown',
      protocol: null,
      tls: null,
      kindBasis: expect.any(String),
    });
    expect(talk([client(odd), server(fatal(10)), closes('server')]).kind).toBe('unknown');
    expect(talk([missing('client', 100)]).kind).toBe('unknown');
  });

  it('is empty without payload', () => {
    expect(talkNothing({ syn: true })).toMatchObject({ kind: 'empty', protocol: null, tls: null, rolesFrom: 'syn' });
  });
});

describe('datagrams', () => {
  it('of DNS are named', () => {
    const query = octets(
      uint16(0x1234),
      uint16(0x0100),
      uint16(1),
      uint16(0),
      uint16(0),
      uint16(0),
      1,
      0x61,
      0,
      0,
      1,
      0,
      1,
    );
    expect(talkDatagrams([client(query)], { serverPort: 53 })).toMatchObject({
      transport: 'udp',
      kind: 'cleartext',
      protocol: 'dns',
    });
  });

  it('of QUIC are TLS whose handshake is not read', () => {
    const initial = octets(0xc3, uint32(1), vector8(filler(8)), vector8(), 0, 0x44, 0x9e, filler(1182, 5));
    expect(talkDatagrams([client(initial)])).toMatchObject({
      kind: 'tls',
      protocol: 'quic',
      rolesFrom: 'handshake',
      client: { port: 49152 },
      kindBasis: expect.stringContaining('QUIC'),
    });
  });

  it('of DTLS are TLS, and the hello tells the client even when the server is seen first', () => {
    const clientHello = dtlsRecord(22, dtlsFragment(1, 0, clientHelloBody({ version: 0xfefd, cookie: filler(0) })));
    const serverHello = dtlsRecord(22, dtlsFragment(2, 1, serverHelloBody({ version: 0xfefd })));
    expect(talkDatagrams([client(clientHello)])).toMatchObject({
      kind: 'tls',
      protocol: 'dtls',
      rolesFrom: 'handshake',
    });
    expect(talkDatagrams([server(serverHello)], { first: 'server' })).toMatchObject({
      kind: 'tls',
      protocol: 'dtls',
      rolesFrom: 'handshake',
      client: { port: 49152 },
    });
  });

  it('that fit nothing are unknown', () => {
    const steps = Array.from({ length: 12 }, () => client(octets(0x99, filler(30, 0x80))));
    expect(talkDatagrams(steps)).toMatchObject({ kind: 'unknown', protocol: null });
  });
});

describe('who is client', () => {
  it('is told by the SYN before all else', () => {
    const flow = talk(whole12(), { syn: true, first: 'server', clientPort: 443, serverPort: 50000 });
    expect(flow).toMatchObject({ rolesFrom: 'syn', client: { port: 443 }, server: { port: 50000 } });
  });

  it('is told by the handshake against the ports', () => {
    const flow = talk(opened12('presents'), { clientPort: 443, serverPort: 50000 });
    expect(flow).toMatchObject({ rolesFrom: 'handshake', client: { port: 443 } });
    expect(flow.tls?.messages.map((message) => message.from)).toEqual(
      talkTls(opened12('presents')).messages.map((message) => message.from),
    );
  });

  it('is told by the protocol where there is no handshake', () => {
    const flow = talk([client(ascii('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'))], {
      clientPort: 80,
      serverPort: 50000,
    });
    expect(flow).toMatchObject({ rolesFrom: 'protocol', client: { port: 80 } });
  });

  it('is told by the lower port in the end', () => {
    const flow = talk([client(octets(0x99, filler(30, 0x80)))], { clientPort: 50000, serverPort: 7777 });
    expect(flow).toMatchObject({ rolesFrom: 'port', client: { port: 50000 }, server: { port: 7777 } });
    expect(talk([client(record(0x99, filler(4)))], { clientPort: 7, serverPort: 50000 }).client.port).toBe(50000);
  });

  it('gives each side its own counts whoever was seen first', () => {
    const steps = whole12('presents');
    const one = talk(steps);
    const two = talk(steps, { first: 'server' });
    expect(two.bytes).toEqual(one.bytes);
    expect(two.tls).toEqual(one.tls);
  });
});
