import { describe, expect, it } from 'vitest';
import { maxHandshakeMessages } from '../../src/model/connection-record.js';
import { maxListedAlerts, maxListedRenegotiations } from '../../src/session/limits.js';
import { alert, octets, record } from '../build/tls.js';
import { closed, data, handshake, hello12, messages12, opened12, whole12 } from './handshakes.js';
import { client, closes, server, talk, talkTls } from './talk.js';

const { finish } = messages12;

describe('renegotiation', () => {
  it('is told by closed handshake records after both Finished, once for a handshake', () => {
    const tls = talkTls([
      ...whole12().slice(0, 6),
      client(closed(22, 240)),
      server(closed(22, 2600)),
      client(closed(22, 1500), closed(20, 24), closed(22, 40)),
      server(closed(20, 24), closed(22, 40)),
      data('server'),
    ]);
    expect(tls.renegotiationFrames).toEqual([7]);
    expect(tls.clientAuth).toMatchObject({ status: 'renegotiated', requested: null, outcome: 'accepted' });
    expect(tls.clientAuth.basis).toContain('frame 7');
    expect(tls.facts.certificateRequest.state).toBe('absent');
  });

  it('is told where the Finished of the other side is not in the capture', () => {
    const [hello, flight, , end] = whole12();
    const tls = talkTls([hello!, flight!, end!, server(closed(22, 28)), data('client'), data('server')]);
    expect(tls).toMatchObject({ renegotiationFrames: [4], clientAuth: { status: 'renegotiated', requested: null } });
  });

  it('is counted again when it happens again', () => {
    const again = [
      server(closed(22, 28)),
      client(closed(22, 240), closed(20, 24), closed(22, 40)),
      server(closed(20, 24), closed(22, 40)),
    ];
    const tls = talkTls([...whole12().slice(0, 6), ...again, data('client'), ...again]);
    expect(tls.renegotiationFrames).toEqual([7, 11]);
  });

  it('does not take away what the first handshake showed', () => {
    const tls = talkTls([...whole12('presents').slice(0, 6), client(closed(22, 240))]);
    expect(tls).toMatchObject({ renegotiationFrames: [7], clientAuth: { status: 'presented', requested: true } });
  });

  it('is not a Finished in pieces, nor the ticket of the handshake itself', () => {
    const steps = [...opened12('presents'), server(messages12.ticket, finish), data('client'), data('server')];
    expect(talkTls(steps).renegotiationFrames).toEqual([]);
  });

  it('is listed up to a bound', () => {
    const again = [
      client(closed(22, 240), closed(20, 24), closed(22, 40)),
      server(closed(22, 900), closed(20, 24), closed(22, 40)),
    ];
    const many = Array.from({ length: 40 }, () => again).flat();
    const tls = talkTls([...whole12().slice(0, 6), ...many]);
    expect(tls.renegotiationFrames).toHaveLength(maxListedRenegotiations);
    expect(tls.messages).toHaveLength(maxHandshakeMessages);
  });

  it('in clear, which encryption with NULL would be, does not make a second ClientHello the first', () => {
    const record = talk([...whole12().slice(0, 6), client(hello12({ version: 0x0301 }))]);
    expect(record.tls?.clientHello).toMatchObject({ frame: 1, legacyVersion: 'TLSv1.2' });
  });
});

describe('alerts', () => {
  it('name their sender, level and meaning while they are in clear', () => {
    const tls = talkTls([client(hello12(), alert(1, 0)), server(alert(2, 40)), closes('server')]);
    expect(tls.alerts).toEqual([
      { frame: 1, from: 'client', level: 'warning', description: 'close_notify', encrypted: false },
      { frame: 2, from: 'server', level: 'fatal', description: 'handshake_failure', encrypted: false },
    ]);
  });

  it('name their sender alone once they are encrypted', () => {
    const tls = talkTls([...whole12('presents'), server(closed(21, 26))]);
    expect(tls.alerts).toEqual([
      { frame: 7, from: 'client', level: null, description: null, encrypted: true },
      { frame: 8, from: 'server', level: null, description: null, encrypted: true },
    ]);
  });

  it('keep the side when the server is the first to be seen', () => {
    const tls = talkTls([server(alert(2, 42)), client(hello12())], { first: 'server' });
    expect(tls.alerts).toMatchObject([{ frame: 1, from: 'server' }]);
  });

  it('may come in two records or two segments', () => {
    const pieces = octets(record(21, octets(2)), record(21, octets(80)));
    expect(talkTls([client(hello12()), server(pieces)]).alerts).toMatchObject([{ description: 'internal_error' }]);
  });

  it('of unknown numbers keep them', () => {
    const tls = talkTls([client(hello12()), server(alert(7, 200))]);
    expect(tls.alerts).toMatchObject([{ level: null, description: 'alert 200', encrypted: false }]);
  });

  it('are listed up to a bound', () => {
    const flood = octets(...Array.from({ length: 100 }, () => alert(1, 90)));
    expect(talkTls([client(hello12()), server(flood)]).alerts).toHaveLength(maxListedAlerts);
  });

  it('that answer cleartext do not make it TLS', () => {
    const http = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const answered = talk([client(http), server(alert(2, 10)), closes('server')]);
    expect(answered).toMatchObject({ kind: 'cleartext', protocol: 'http', rolesFrom: 'protocol' });
  });
});

describe('established', () => {
  it('takes data of both sides', () => {
    const finished = [...opened12(), server(finish)];
    expect(talkTls(finished).established).toBe(false);
    expect(talkTls([...finished, data('client')]).established).toBe(false);
    expect(talkTls([...finished, data('client'), data('server')]).established).toBe(true);
  });

  it('does not read what follows: a handshake message in application data is data', () => {
    const disguised = record(23, messages12.clientCertificate, 0x0303);
    const tls = talkTls([...whole12(), client(disguised), client(handshake(11))]);
    expect(tls.clientCertificates).toBeNull();
    expect(tls.facts.clientCertificate.state).toBe('absent');
  });
});
