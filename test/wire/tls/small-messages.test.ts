import { describe, expect, it } from 'vitest';
import { parseAlert } from '../../../src/wire/tls/alert.js';
import { parseEncryptedExtensions } from '../../../src/wire/tls/encrypted-extensions.js';
import { parseHelloVerifyRequest } from '../../../src/wire/tls/hello-verify-request.js';
import { parseKeyUpdate } from '../../../src/wire/tls/key-update.js';
import { parseNewSessionTicket } from '../../../src/wire/tls/new-session-ticket.js';
import {
  alpn,
  extension,
  filler,
  newSessionTicketBody,
  newSessionTicketBody13,
  octets,
  uint16,
  uint32,
  vector8,
  vector16,
} from '../../build/tls.js';
import { tls12 } from './vectors.js';

describe('parseAlert', () => {
  it('names level and description, and keeps unknown numbers', () => {
    expect(parseAlert(Uint8Array.of(2, 116), 0, 2)).toEqual({
      level: 'fatal',
      code: 116,
      description: 'certificate_required',
    });
    expect(parseAlert(Uint8Array.of(1, 0), 0, 2)).toMatchObject({ level: 'warning', description: 'close_notify' });
    expect(parseAlert(Uint8Array.of(7, 200), 0, 2)).toEqual({ level: null, code: 200, description: null });
  });

  it('gives null for what is too long or short to be plain', () => {
    expect(parseAlert(filler(26), 0, 26)).toBeNull();
    expect(parseAlert(filler(1), 0, 1)).toBeNull();
    expect(parseAlert(filler(1), 0, 2)).toBeNull();
  });
});

describe('parseNewSessionTicket', () => {
  it('reads the forms of TLS 1.2 and 1.3', () => {
    const real = tls12.newSessionTicket;
    expect(parseNewSessionTicket(real, 0, real.length, 0x0303)).toEqual({
      lifetimeSeconds: 7200,
      ticket: { start: 6, end: 182 },
      maxEarlyData: null,
      fault: null,
    });
    const empty = newSessionTicketBody(0, octets());
    expect(parseNewSessionTicket(empty, 0, empty.length, 0x0303)).toMatchObject({ ticket: { start: 6, end: 6 } });
    const late = newSessionTicketBody13(604800, filler(200), [
      extension(0x2a2a),
      extension(0x002a, uint32(0xffffffff)),
    ]);
    expect(parseNewSessionTicket(late, 0, late.length, 0x0304)).toMatchObject({
      lifetimeSeconds: 604800,
      ticket: { start: 19, end: 219 },
      maxEarlyData: 0xffffffff,
      fault: null,
    });
  });

  it('reads the form without a nonce of the drafts before 21', () => {
    const body = octets(uint32(60), uint32(1), vector16(filler(9)), vector16());
    expect(parseNewSessionTicket(body, 0, body.length, 0x7f12)).toMatchObject({
      ticket: { start: 10, end: 19 },
      fault: null,
    });
  });
});

describe('parseEncryptedExtensions', () => {
  it('reads what the server adds under encryption', () => {
    const body = vector16(
      extension(0x0000),
      alpn(['h2']),
      extension(0x002a),
      extension(0x0013, Uint8Array.of(2)),
      extension(0x0014, Uint8Array.of(0)),
      extension(0x001c, uint16(0x4001)),
      extension(0x3333, filler(3)),
    );
    expect(parseEncryptedExtensions(body, 0, body.length)).toEqual({
      extensions: [0x0000, 0x0010, 0x002a, 0x0013, 0x0014, 0x001c, 0x3333],
      alpn: 'h2',
      earlyData: true,
      serverName: true,
      clientCertificateType: 2,
      serverCertificateType: 0,
      recordSizeLimit: 0x4001,
      fault: null,
    });
  });
});

describe('parseKeyUpdate', () => {
  it('tells whether the peer must update too', () => {
    expect(parseKeyUpdate(Uint8Array.of(0), 0, 1)).toBe(false);
    expect(parseKeyUpdate(Uint8Array.of(1), 0, 1)).toBe(true);
    expect(parseKeyUpdate(Uint8Array.of(2), 0, 1)).toBeNull();
    expect(parseKeyUpdate(Uint8Array.of(1), 0, 0)).toBeNull();
  });
});

describe('parseHelloVerifyRequest', () => {
  it('gives version and cookie', () => {
    const body = octets(uint16(0xfeff), vector8(filler(20)));
    expect(parseHelloVerifyRequest(body, 0, body.length)).toEqual({
      version: 0xfeff,
      cookie: { start: 3, end: 23 },
      fault: null,
    });
  });
});
