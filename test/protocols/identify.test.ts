import { describe, expect, it } from 'vitest';
import { recognition } from '../../src/model/protocol.js';
import { identify } from '../../src/protocols/identify.js';
import { measureProxyHeader, proxyHeaderUnfinished } from '../../src/protocols/proxy-header.js';
import { openingOf } from './openings.js';
import { octets, text } from './samples.js';

const nothing = new Uint8Array(0);

function nameOf(first: Uint8Array, second: Uint8Array = nothing, port = 0): string | null {
  return identify(openingOf(first, true), openingOf(second, true), port, 40000, 'tcp').protocol?.name ?? null;
}

describe('identify', () => {
  it('waits for a direction that may still speak, and gives up when none may', () => {
    const garbage = octets('f1f2f3f4f5f6f7f8'.repeat(8));
    expect(identify(openingOf(garbage), openingOf(nothing), 0, 0, 'tcp').recognition).toBe(recognition.more);
    expect(identify(openingOf(garbage, true), openingOf(nothing, true), 0, 0, 'tcp').recognition).toBe(recognition.no);
    expect(identify(openingOf(garbage), openingOf(garbage), 0, 0, 'tcp').recognition).toBe(recognition.no);
  });

  it('names by the second direction where the first begins in the middle of something', () => {
    const found = identify(openingOf(text('…rest of a body')), openingOf(text('HTTP/1.1 201 Created')), 0, 0, 'tcp');
    expect([found.protocol?.name, found.recognition]).toEqual(['http', recognition.firstIsClient]);
  });

  it('takes the first speaker’s word before the answer, as if the answer were not there yet', () => {
    expect(nameOf(text('GET / HTTP/1.1'), text('SSH-2.0-OpenSSH_8.7'), 22)).toBe('http');
    expect(nameOf(text('SSH-2.0-Go'), text('HTTP/1.1 400 Bad Request'), 80)).toBe('ssh');
  });

  it('lets content decide against the port', () => {
    expect(nameOf(text('GET / HTTP/1.1', 'Host: a'), nothing, 5432)).toBe('http');
    expect(nameOf(text('SSH-2.0-OpenSSH_9.2'), nothing, 80)).toBe('ssh');
  });

  it('lets a usual port settle what is only likely', () => {
    const greeting = text('220 ready');
    expect([25, 21, 0].map((port) => nameOf(greeting, nothing, port))).toEqual(['smtp', 'ftp', null]);
  });

  it('reuses its result', () => {
    const first = openingOf(text('GET / HTTP/1.1'));
    const second = openingOf(nothing);
    expect(identify(first, second, 0, 0, 'tcp')).toBe(identify(second, first, 0, 0, 'udp'));
  });
});

describe('what looks like HTTP', () => {
  it.each([
    ['rtsp', text('SETUP rtsp://example.com/foo/bar/baz.rm RTSP/1.0')],
    ['rtsp', text('OPTIONS * RTSP/2.0')],
    ['sip', text('OPTIONS sip:carol@chicago.com SIP/2.0')],
    [null, text('REQMOD icap://icap-server.net/server?arg=87 ICAP/1.0')],
    [null, text('ICY 200 OK', 'icy-notice1: a')],
    [null, text('GNUTELLA CONNECT/0.6')],
    [null, text('GET http')],
    [null, text('HTTPS/1.1 200 OK')],
    [null, text('HTTP/1.1 OK')],
    [null, text('The quick brown fox HTTP/x')],
  ] as const)('is %s: case %#', (name, opening) => {
    expect(nameOf(opening)).toBe(name);
  });

  it('is HTTP for a method nobody registered, a target with spaces, and octets over 0x7f', () => {
    expect(nameOf(text('M-SEARCH-ALL /x HTTP/1.1'))).toBe('http');
    expect(nameOf(text('GET /two words HTTP/1.1'))).toBe('http');
    expect(nameOf(octets(`'GET /' c3a4 ' HTTP/1.0' 0d0a`))).toBe('http');
  });

  it('is HTTP for a request line longer than the opening, once no more will come', () => {
    const long = text(`GET /${'q'.repeat(600)}`).subarray(0, 512);
    expect(identify(openingOf(long), openingOf(nothing), 0, 0, 'tcp').recognition).toBe(recognition.more);
    expect(nameOf(long)).toBe('http');
  });

  it('is HTTP/0.9 on a usual port only', () => {
    expect([80, 0].map((port) => nameOf(text('GET /index.html'), nothing, port))).toEqual(['http', null]);
    expect(nameOf(text('GET key'), text('$3', 'abc'), 80)).toBe('redis');
  });
});

describe('protocols that open alike', () => {
  it('tells SMTP from FTP where the greeting names neither or both', () => {
    const neutral = text('220 mail.example.com ready');
    const both = text('220 ftp.example.com ESMTP Postfix');
    for (const greeting of [neutral, both]) {
      expect(nameOf(greeting, text('EHLO client'))).toBe('smtp');
      expect(nameOf(greeting, text('USER joe', 'PASS x'))).toBe('ftp');
      expect(nameOf(greeting, text('LHLO client'))).toBe('lmtp');
    }
  });

  it('reads a greeting of several lines up to the one that names', () => {
    expect(nameOf(text('220-', '220-Welcome', '220 host ESMTP'))).toBe('smtp');
    expect(nameOf(text('220---------- Welcome to Pure-FTPd [TLS] ----------', '220 You are user 1'))).toBe('ftp');
  });

  it('tells Redis from POP3 and memcached by the words', () => {
    expect(nameOf(text('PING'), text('+PONG'))).toBe('redis');
    expect(nameOf(text('+OK hello', '-ERR what'), text('USER joe', 'PASS x'))).toBe('pop3');
    expect(nameOf(text('get a'), text('END'))).toBe('memcached');
    expect(nameOf(text('get a'), text('$-1'))).toBe('redis');
  });

  it('tells PostgreSQL from a Kafka request with the same first octets', () => {
    expect(nameOf(octets(`0000001e 00030000 'user' 00 'joe' 00 00`))).toBe('postgresql');
    expect(nameOf(octets(`0000001e 00030000 00000007 000a 'producer-1' 00000000`))).toBe('kafka');
  });
});

describe('TLS', () => {
  const clientHello = octets(
    `16 03 01 00c8 01 0000c4 0303 ${'5b'.repeat(32)} 20 ${'a7'.repeat(32)} 0022 1301 1302 1303 c02b c02f`,
  );
  const serverHello = octets(`16 03 03 007a 02 000076 0303 ${'c1'.repeat(32)} 20 ${'a7'.repeat(32)} 1301 00 002e`);
  const sslTwo = octets(
    `80 2e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 ${'11'.repeat(16)}`,
  );
  const sslTwoWithThree = octets(`80 4c 01 0301 0033 0000 0010 000004 000005 00000a 010080 0700c0 ${'22'.repeat(16)}`);
  const ports = [
    0, 25, 80, 110, 143, 443, 502, 1080, 1433, 1521, 1883, 2049, 3306, 3389, 5432, 5672, 6379, 8443, 9042, 9092, 11211,
    27017,
  ];

  it('is never named as something in the clear, on any port, either side first or alone', () => {
    for (const port of ports)
      for (const hello of [clientHello, sslTwo, sslTwoWithThree])
        for (const [first, second] of [
          [hello, serverHello],
          [hello, nothing],
          [serverHello, hello],
          [serverHello, nothing],
        ] as const)
          expect([port, nameOf(first, second, port)]).toEqual([port, null]);
  });

  it('is not named where it is met in the middle, or as an alert', () => {
    for (const record of [
      octets(`17 03 03 0040 ${'9c'.repeat(64)}`),
      octets('15 03 03 0002 0228'),
      octets('14 03 03 0001 01'),
    ])
      for (const port of ports) expect([port, nameOf(record, nothing, port)]).toEqual([port, null]);
  });
});

describe('the PROXY header', () => {
  const headers: [string, Uint8Array][] = [
    ['text', text('PROXY TCP4 192.0.2.1 198.51.100.7 56324 443')],
    ['text without addresses', text('PROXY UNKNOWN')],
    ['binary', octets(`0d0a0d0a000d0a 'QUIT' 0a 21 11 000c c0000201 c6336407 dc04 01bb`)],
    ['binary of a health check', octets(`0d0a0d0a000d0a 'QUIT' 0a 20 00 0000`)],
  ];
  const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

  it.each(headers)('in %s is measured to the octet, at every cut', (_, header) => {
    const whole = join(header, text('GET / HTTP/1.1'));
    expect(measureProxyHeader(openingOf(whole))).toBe(header.length);
    for (let length = 0; length < Math.min(header.length, 16); length++)
      expect([length, measureProxyHeader(openingOf(whole.subarray(0, length)))]).toEqual([
        length,
        proxyHeaderUnfinished,
      ]);
  });

  it.each(headers)('in %s is stepped over, and its sender is the client', (_, header) => {
    const http = identify(openingOf(join(header, text('GET / HTTP/1.1'))), openingOf(nothing), 0, 0, 'tcp');
    expect([http.protocol?.name, http.recognition]).toEqual(['http', recognition.firstIsClient]);
    const greeting = openingOf(text('220 mail ESMTP'));
    const smtp = identify(openingOf(header), greeting, 0, 0, 'tcp');
    expect([smtp.protocol?.name, smtp.recognition]).toEqual(['smtp', recognition.firstIsClient]);
    expect(nameOf(join(header, octets('1603010200010001fc0303')))).toBeNull();
  });

  it('is not seen in what only begins like one', () => {
    expect(measureProxyHeader(openingOf(text('PROXYING / HTTP/1.1')))).toBe(0);
    expect(measureProxyHeader(openingOf(octets(`'PROXY TCP4 ' ${'31'.repeat(120)}`)))).toBe(0);
    expect(measureProxyHeader(openingOf(octets(`'PROX'`), true))).toBe(0);
    expect(nameOf(text('PUT /a HTTP/1.1'))).toBe('http');
  });
});
