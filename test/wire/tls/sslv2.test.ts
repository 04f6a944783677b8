import { describe, expect, it } from 'vitest';
import { looks } from '../../../src/wire/tls/record.js';
import {
  looksLikeSslv2ClientHello,
  looksLikeSslv2ServerHello,
  parseSslv2ChosenKind,
  parseSslv2ClientHello,
  parseSslv2ServerHello,
  sslv2HeaderLength,
  sslv2PaddingLength,
  sslv2RecordLength,
} from '../../../src/wire/tls/sslv2.js';
import {
  ascii,
  clientHelloBody,
  filler,
  message,
  octets,
  record,
  sslv2ClientHelloBody,
  sslv2Record,
  sslv2ServerHelloBody,
} from '../../build/tls.js';
import { cutOut } from './vectors.js';

const compatible = sslv2ClientHelloBody(0x0301, [0x010080, 0x00002f, 0x0000ff, 0x005600]);

describe('SSLv2', () => {
  it('reads the hello that offers TLS in the old format', () => {
    const hello = parseSslv2ClientHello(compatible, 0, compatible.length);
    expect(hello).toMatchObject({ sslv2: true, legacyVersion: 0x0301, serverName: null, fault: null });
    expect(cutOut(compatible, hello.random)).toEqual(filler(16));
    expect(hello.sessionId).toBeNull();
    expect(hello.shape).toMatchObject({
      cipherSuites: [0x010080, 0x002f, 0x00ff, 0x5600],
      extensions: [],
      renegotiationScsv: true,
      fallbackScsv: true,
      ja3: '',
      ja4: '',
    });
  });

  it('reads a SERVER-HELLO and the place of its certificate', () => {
    const body = sslv2ServerHelloBody(filler(300), [0x010080, 0x0700c0]);
    expect(parseSslv2ServerHello(body, 0, body.length)).toMatchObject({
      sessionIdHit: false,
      certificateType: 1,
      version: 0x0002,
      certificate: { start: 10, end: 310 },
      cipherKinds: [0x010080, 0x0700c0],
      connectionId: { start: 316, end: 332 },
      fault: null,
    });
    const hit = sslv2ServerHelloBody(octets(), [], 1);
    expect(parseSslv2ServerHello(hit, 0, hit.length)).toMatchObject({ sessionIdHit: true, certificate: null });
  });

  it('reads the kind that the client chose', () => {
    expect(parseSslv2ChosenKind(Uint8Array.of(7, 0, 0xc0, 0, 0), 0, 5)).toBe(0x0700c0);
    expect(parseSslv2ChosenKind(Uint8Array.of(7, 0), 0, 2)).toBeNull();
  });

  it('calls kinds that are no threes malformed', () => {
    const body = octets(0, 2, 0, 4, 0, 0, 0, 16, filler(20));
    expect(parseSslv2ClientHello(body, 0, body.length).fault?.kind).toBe('malformed');
  });

  it.each([
    ['two-octet header', sslv2Record(octets(1, compatible)), 2, 0],
    ['three-octet header', sslv2Record(octets(1, compatible), 7), 3, 7],
  ])('recognises hellos behind a %s', (_name, bytes, header, padding) => {
    expect(sslv2HeaderLength(bytes, 0)).toBe(header);
    expect(sslv2PaddingLength(bytes, 0)).toBe(padding);
    expect(sslv2RecordLength(bytes, 0)).toBe(1 + compatible.length + padding);
    expect(looksLikeSslv2ClientHello(bytes, 0, bytes.length)).toBe(looks.yes);
    for (let end = 0; end < header + 9; end++) expect(looksLikeSslv2ClientHello(bytes, 0, end)).toBe(looks.more);
  });

  it('recognises a SERVER-HELLO', () => {
    const bytes = sslv2Record(octets(4, sslv2ServerHelloBody(filler(300), [0x010080])));
    expect(looksLikeSslv2ServerHello(bytes, 0, bytes.length)).toBe(looks.yes);
    expect(looksLikeSslv2ClientHello(bytes, 0, bytes.length)).toBe(looks.no);
  });

  it.each([
    ['a TLS record', record(22, message(1, clientHelloBody()))],
    ['HTTP', ascii('GET / HTTP/1.1\r\n\r\n')],
    ['a hello whose lengths do not add up', sslv2Record(octets(1, compatible, 0))],
    ['a hello without kinds', sslv2Record(octets(1, sslv2ClientHelloBody(0x0002, [])))],
  ])('says no to %s', (_name, bytes) => {
    expect(looksLikeSslv2ClientHello(bytes, 0, bytes.length)).toBe(looks.no);
  });
});
