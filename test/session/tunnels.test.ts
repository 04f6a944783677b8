import { describe, expect, it } from 'vitest';
import { ascii, octets, uint16 } from '../build/tls.js';
import { whole12 } from './handshakes.js';
import { client, closes, type Step, server, talk } from './talk.js';

const asked: Step[] = [
  client(ascii('CONNECT 10.0.0.9:8080 HTTP/1.1\r\nHost: 10.0.0.9:8080\r\n\r\n')),
  server(ascii('HTTP/1.1 200 Connection established\r\n\r\n')),
];
const granted: Step[] = [
  client(octets(5, 1, 0)),
  server(octets(5, 0)),
  client(octets(5, 1, 0, 1, 10, 0, 0, 9, uint16(8080))),
  server(octets(5, 0, 0, 1, 10, 0, 0, 2, uint16(4000))),
];
const request = client(ascii('GET /a HTTP/1.1\r\nHost: b.example\r\nAuthorization: Basic Ym9iOmh1bnRlcjIy\r\n\r\n'));
const answer = server(ascii('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n'), new Uint8Array(5000));

describe('cleartext in a tunnel', () => {
  it.each([
    ['by CONNECT', asked, 'http'],
    ['by SOCKS', granted, 'socks'],
  ] as const)('%s is named and followed as a connection of its own', (_, tunnel, protocol) => {
    const steps = [...tunnel, request, answer, request, closes('client')];
    const record = talk(steps, { serverPort: 1080 });
    expect(record).toMatchObject({ kind: 'cleartext', protocol });
    expect(record.content).toMatchObject({
      requestCount: 3,
      requests: [
        {},
        { method: 'GET', target: 'b.example', frame: tunnel.length + 1, status: '200' },
        { method: 'GET' },
      ],
      credentials: [{ kind: 'password', mechanism: 'HTTP Basic', from: 'client', frame: tunnel.length + 1 }],
    });
    for (const segment of [1, 3, 50]) {
      const cut = talk(steps, { serverPort: 1080, segment });
      expect(cut.content?.credentials).toEqual(record.content?.credentials);
      expect(cut.content?.requests).toEqual(record.content?.requests);
    }
  });

  it('of a protocol in which the server speaks first is named too', () => {
    const mail = [
      server(ascii('220 mail.example ESMTP\r\n')),
      client(ascii('EHLO a\r\n')),
      server(ascii('250-mail.example\r\n250 AUTH PLAIN\r\n')),
      client(ascii('AUTH PLAIN AGJvYgBodW50ZXIyMg==\r\n')),
      server(ascii('235 OK\r\n')),
    ];
    const record = talk([...asked, ...mail, closes('client')], { serverPort: 3128 });
    expect(record.content).toMatchObject({ logins: [{ mechanism: 'PLAIN', outcome: 'accepted' }] });
  });
});

describe('TLS in a tunnel', () => {
  it('is found as before', () => {
    const record = talk([...asked, ...whole12()], { serverPort: 3128 });
    expect(record).toMatchObject({ kind: 'starttls', upgrade: { mechanism: 'CONNECT', outcome: 'taken' } });
  });
});
