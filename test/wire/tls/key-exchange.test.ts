import { describe, expect, it } from 'vitest';
import { parseServerKeyExchange } from '../../../src/wire/tls/server-key-exchange.js';
import {
  certificateVerifyBody,
  dheKeyExchangeBody,
  ecdheKeyExchangeBody,
  filler,
  octets,
  uint16,
  vector8,
  vector16,
} from '../../build/tls.js';
import { tls12 } from './vectors.js';

function parse(bytes: Uint8Array, suite: number, version = 0x0303) {
  return parseServerKeyExchange(bytes, 0, bytes.length, suite, version);
}

describe('parseServerKeyExchange', () => {
  it('reads an ECDHE exchange signed with RSA-PSS', () => {
    expect(parse(tls12.ecdheKeyExchange, 0xc030)).toMatchObject({
      kind: 'ecdhe',
      group: 0x001d,
      prime: null,
      signatureScheme: 0x0804,
      fault: null,
    });
  });

  it('reads an anonymous DHE exchange with its 1024-bit prime', () => {
    expect(parse(tls12.anonymousDheKeyExchange, 0x00a7)).toMatchObject({
      kind: 'dhe',
      primeBits: 1024,
      prime: { start: 2, end: 130 },
      group: null,
      signatureScheme: null,
      fault: null,
    });
  });

  it('counts the bits of a prime without its leading zeros', () => {
    const bytes = dheKeyExchangeBody(octets(0, 0, 0x01, filler(63)), filler(64), filler(128), 0x0401);
    expect(parse(bytes, 0x009e)).toMatchObject({ primeBits: 505, signatureScheme: 0x0401, fault: null });
  });

  it('reads no scheme before TLS 1.2', () => {
    const bytes = ecdheKeyExchangeBody(0x17, filler(65), filler(256));
    expect(parse(bytes, 0xc013, 0x0302)).toMatchObject({ group: 0x17, signatureScheme: null, fault: null });
    expect(parse(bytes, 0xc013, 0xfeff)).toMatchObject({ group: 0x17, fault: null });
    expect(parse(bytes, 0xc013, 0x0303).fault).not.toBeNull();
  });

  it('reads the temporary key of an export suite', () => {
    const bytes = octets(
      vector16(octets(0x80, filler(63))),
      vector16(Uint8Array.of(1, 0, 1)),
      certificateVerifyBody(filler(128)),
    );
    expect(parse(bytes, 0x0003, 0x0301)).toMatchObject({ kind: 'rsa', primeBits: 512, fault: null });
  });

  it('reads PSK hints, alone and before a Diffie-Hellman exchange', () => {
    const hint = vector16(filler(5));
    expect(parse(hint, 0x008c)).toMatchObject({ kind: 'psk', signatureScheme: null, fault: null });
    const dhe = octets(hint, dheKeyExchangeBody(octets(0xff, filler(255)), filler(256)));
    expect(parse(dhe, 0x00b2)).toMatchObject({ kind: 'dhe_psk', primeBits: 2048, fault: null });
    const ecdhe = octets(hint, 3, uint16(0x1d), vector8(filler(32)));
    expect(parse(ecdhe, 0xc037)).toMatchObject({ kind: 'ecdhe_psk', group: 0x1d, signatureScheme: null, fault: null });
  });

  it('reads an explicit prime curve', () => {
    const curve = octets(1, vector8(octets(0xff, filler(31))), ...Array.from({ length: 5 }, () => vector8(filler(32))));
    const bytes = octets(curve, vector8(filler(65)), certificateVerifyBody(filler(70), 0x0403));
    expect(parse(bytes, 0xc02b)).toMatchObject({ group: null, primeBits: 256, fault: null });
  });

  it('says unsupported where the suite does not tell the form', () => {
    expect(parse(filler(40), 0xabcd)).toMatchObject({ kind: null, group: null, fault: { kind: 'unsupported' } });
    expect(parse(filler(40), 0xc0b0).fault?.kind).toBe('unsupported');
  });

  it('calls an unknown curve type malformed', () => {
    expect(parse(octets(7, filler(40)), 0xc02b).fault?.kind).toBe('malformed');
  });
});
