import { describe, expect, it } from 'vitest';
import {
  isDtlsRecordHeader,
  isDtlsUnifiedHeader,
  looksLikeDtlsClientHello,
  looksLikeDtlsServerHello,
} from '../../../src/wire/tls/dtls-record.js';
import { looksLikeQuicInitial, parseQuicInitial } from '../../../src/wire/tls/quic.js';
import {
  isTlsRecordHeader,
  looks,
  looksLikeAlert,
  looksLikeClientHello,
  looksLikeServerHello,
} from '../../../src/wire/tls/record.js';
import {
  alert,
  ascii,
  clientHelloBody,
  dtlsFragment,
  dtlsRecord,
  filler,
  message,
  octets,
  record,
  records,
  serverHelloBody,
  uint16,
  uint32,
  vector8,
} from '../../build/tls.js';
import { rfc8448, tls12 } from './vectors.js';

const clientHello = message(1, tls12.clientHello);
const serverHello = message(2, tls12.serverHello);

const otherProtocols = [
  'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n',
  'SSH-2.0-OpenSSH_9.2p1\r\n',
  '220 mail.example ESMTP\r\n',
  '\u0016\u0003\u0001\u0000\u0005hello',
  '\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f',
];

describe('isTlsRecordHeader', () => {
  it.each([
    ['handshake of TLS 1.0', [22, 3, 1, 0x02, 0x00], true],
    ['empty application data', [23, 3, 3, 0, 0], true],
    ['application data at the limit', [23, 3, 3, 0x48, 0x00], true],
    ['application data over the limit', [23, 3, 3, 0x48, 0x01], false],
    ['empty handshake', [22, 3, 3, 0, 0], false],
    ['a draft in the record header', [22, 0x7f, 0x1c, 0, 9], true],
    ['TLCP', [22, 1, 1, 0, 9], true],
    ['minor version 5', [22, 3, 5, 0, 9], false],
    ['type 19', [19, 3, 3, 0, 9], false],
    ['type 25', [25, 3, 3, 0, 9], false],
  ])('%s', (_name, header, expected) => {
    expect(isTlsRecordHeader(Uint8Array.from([0xee, ...header]), 1)).toBe(expected);
  });
});

describe('looksLikeClientHello and looksLikeServerHello', () => {
  it('say more for every short prefix and yes from then on', () => {
    for (const [check, bytes] of [
      [looksLikeClientHello, record(22, clientHello)],
      [looksLikeServerHello, record(22, serverHello, 0x0303)],
    ] as const) {
      for (let end = 0; end <= bytes.length; end++) {
        expect(check(bytes, 0, end)).toBe(end < 11 ? looks.more : looks.yes);
      }
    }
  });

  it('tell the two apart at the message type', () => {
    expect(looksLikeServerHello(record(22, clientHello), 0, 6)).toBe(looks.no);
    expect(looksLikeClientHello(record(22, serverHello), 0, 6)).toBe(looks.no);
  });

  it('take a hello in records of one octet', () => {
    const bytes = records(22, clientHello, 1);
    expect(looksLikeClientHello(bytes, 0, bytes.length)).toBe(looks.yes);
    expect(looksLikeClientHello(bytes, 0, 5)).toBe(looks.more);
  });

  it.each(otherProtocols)('say no to %j', (text) => {
    const bytes = ascii(text);
    expect(looksLikeClientHello(bytes, 0, bytes.length)).toBe(looks.no);
    expect(looksLikeServerHello(bytes, 0, bytes.length)).toBe(looks.no);
  });

  it('never look outside the range', () => {
    const bytes = octets(record(22, clientHello), filler(20));
    expect(looksLikeClientHello(bytes, 0, 5)).toBe(looks.more);
    expect(looksLikeClientHello(bytes, bytes.length, bytes.length)).toBe(looks.more);
  });
});

describe('looksLikeAlert', () => {
  it('takes a plain alert and nothing longer', () => {
    const bytes = alert(2, 40);
    expect(looksLikeAlert(bytes, 0, bytes.length)).toBe(looks.yes);
    expect(looksLikeAlert(bytes, 0, 4)).toBe(looks.more);
    const encrypted = record(21, filler(26), 0x0303);
    expect(looksLikeAlert(encrypted, 0, encrypted.length)).toBe(looks.no);
  });
});

describe('DTLS', () => {
  it('recognises a ClientHello and its answers by content', () => {
    const hello = dtlsRecord(22, dtlsFragment(1, 0, clientHelloBody({ version: 0xfefd, cookie: octets() })));
    expect(looksLikeDtlsClientHello(hello, 0, hello.length)).toBe(looks.yes);
    expect(looksLikeDtlsServerHello(hello, 0, hello.length)).toBe(looks.no);
    const verify = dtlsRecord(22, dtlsFragment(3, 0, octets(uint16(0xfeff), vector8(filler(20)))), { version: 0xfeff });
    expect(looksLikeDtlsServerHello(verify, 0, verify.length)).toBe(looks.yes);
    const answer = dtlsRecord(22, dtlsFragment(2, 1, serverHelloBody({ version: 0xfefd })));
    expect(looksLikeDtlsServerHello(answer, 0, answer.length)).toBe(looks.yes);
  });

  it('takes the first fragment of a message, and no fragment that overruns it', () => {
    const body = clientHelloBody({ cookie: octets() });
    const first = dtlsRecord(22, dtlsFragment(1, 0, body, 0, 20));
    expect(looksLikeDtlsClientHello(first, 0, first.length)).toBe(looks.yes);
    const lying = dtlsRecord(22, octets(1, 0, 0, 10, 0, 0, 0, 0, 5, 0, 0, 6, filler(6)));
    expect(looksLikeDtlsClientHello(lying, 0, lying.length)).toBe(looks.no);
  });

  it('knows record headers by type and version, and the unified header by its bits', () => {
    expect(isDtlsRecordHeader(dtlsRecord(23, filler(9), { epoch: 1 }), 0)).toBe(true);
    expect(isDtlsRecordHeader(record(23, filler(9), 0x0303), 0)).toBe(false);
    expect(isDtlsUnifiedHeader(Uint8Array.of(0x2f), 0)).toBe(true);
    expect(isDtlsUnifiedHeader(Uint8Array.of(0x16), 0)).toBe(false);
  });
});

describe('QUIC', () => {
  const initial = (flags: number, version: number, idLength = 8) =>
    octets(flags, uint32(version), vector8(filler(idLength)), vector8(filler(5)), filler(1200));

  it.each([
    ['version 1', 0xc3, 0x00000001, looks.yes],
    ['version 2, whose Initial has another number', 0xd3, 0x6b3343cf, looks.yes],
    ['draft 29', 0xc0, 0xff00001d, looks.yes],
    ['a 0-RTT packet', 0xd3, 0x00000001, looks.no],
    ['an unknown version', 0xc3, 0x0a0a0a0a, looks.no],
    ['version negotiation', 0xc3, 0x00000000, looks.no],
    ['a short header', 0x43, 0x00000001, looks.no],
  ])('%s', (_name, flags, version, expected) => {
    const bytes = initial(flags, version);
    expect(looksLikeQuicInitial(bytes, 0, bytes.length, bytes.length)).toBe(expected);
  });

  it('wants a padded datagram and an id of 8 octets from a client', () => {
    const bytes = initial(0xc3, 1, 7);
    expect(looksLikeQuicInitial(bytes, 0, bytes.length, bytes.length)).toBe(looks.no);
    expect(looksLikeQuicInitial(initial(0xc3, 1), 0, 100, 100)).toBe(looks.no);
    expect(looksLikeQuicInitial(initial(0xc3, 1), 0, 100, 1250)).toBe(looks.yes);
  });

  it('gives the header', () => {
    const bytes = initial(0xc3, 1);
    expect(parseQuicInitial(bytes, 0, bytes.length)).toEqual({
      version: 1,
      destinationIdLength: 8,
      sourceIdLength: 5,
    });
    expect(parseQuicInitial(bytes, 0, 10)).toBeNull();
  });
});

describe('the messages of RFC 8448', () => {
  it('open like hellos', () => {
    const first = record(22, message(1, rfc8448.clientHello));
    const second = record(22, message(2, rfc8448.serverHello), 0x0303);
    expect(looksLikeClientHello(first, 0, first.length)).toBe(looks.yes);
    expect(looksLikeServerHello(second, 0, second.length)).toBe(looks.yes);
  });
});
