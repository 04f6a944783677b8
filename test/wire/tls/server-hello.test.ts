import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxExtensions } from '../../../src/wire/tls/limits.js';
import {
  downgradeMark,
  helloRetryRandom,
  parseDraftHelloRetryRequest,
  parseServerHello,
} from '../../../src/wire/tls/server-hello.js';
import { ServerHelloShapes } from '../../../src/wire/tls/server-hello-shapes.js';
import {
  alpn,
  extension,
  filler,
  keyShare,
  octets,
  renegotiationInfo,
  selectedVersion,
  serverHelloBody,
  uint16,
  vector16,
} from '../../build/tls.js';
import { cutOut, rfc8448, tls12 } from './vectors.js';

function parse(bytes: Uint8Array, shapes: ServerHelloShapes = new ServerHelloShapes(3)) {
  return parseServerHello(bytes, 0, bytes.length, shapes);
}

describe('parseServerHello', () => {
  it('reads the ServerHello of RFC 8448 §3', () => {
    expect(parse(rfc8448.serverHello)).toMatchObject({
      legacyVersion: 0x0303,
      selectedVersion: 0x0304,
      version: 0x0304,
      helloRetryRequest: false,
      downgradeSentinel: null,
      cipherSuite: 0x1301,
      compression: 0,
      extensions: [0x0033, 0x002b],
      keyShareGroup: 0x001d,
      selectedPsk: null,
      fault: null,
    });
  });

  it('reads a TLS 1.2 ServerHello and gives the JA3S that tshark gives', () => {
    const hello = parse(tls12.serverHello);
    expect(hello).toMatchObject({
      version: 0x0303,
      selectedVersion: null,
      cipherSuite: 0xc030,
      renegotiationInfo: true,
      extendedMasterSecret: true,
      extensions: [0xff01, 0x0000, 0x000b, 0x0017],
      ja3s: 'b653c251b0ee54c3088fe7bb997cf59d',
      fault: null,
    });
    expect(hello.random).toEqual({ start: 2, end: 34 });
    expect(hello.sessionId).toEqual({ start: 35, end: 67 });
  });

  it('tells a HelloRetryRequest by its random and gives the group it asks for', () => {
    const hello = parse(
      serverHelloBody({
        random: helloRetryRandom.slice(),
        cipherSuite: 0x1302,
        extensions: [
          selectedVersion(0x0304),
          extension(0x0033, uint16(0x0018)),
          extension(0x002c, vector16(filler(5))),
        ],
      }),
    );
    expect(hello).toMatchObject({ helloRetryRequest: true, keyShareGroup: 0x0018, fault: null });
  });

  it.each([
    [1, 'TLSv1.2'],
    [0, 'TLSv1.1'],
    [2, null],
  ])('reads a random that ends in DOWNGRD %i as %s', (last, sentinel) => {
    expect(parse(serverHelloBody({ random: octets(filler(24), downgradeMark, last) })).downgradeSentinel).toBe(
      sentinel,
    );
  });

  it.each([0x7f17, 0x7f1c, 0xfb17, 0xfb1a])('counts selected version %i as TLS 1.3', (draft) => {
    const hello = parse(serverHelloBody({ extensions: [selectedVersion(draft), keyShare(0x1d)] }));
    expect(hello).toMatchObject({ selectedVersion: draft, version: 0x0304, fault: null });
  });

  it.each([0x7f12, 0x7f15])('reads the short ServerHello of draft %i', (draft) => {
    const body = octets(
      uint16(draft),
      filler(32),
      uint16(0x1301),
      vector16(extension(0x0028, uint16(0x1d), vector16(filler(32)))),
    );
    expect(parse(body)).toMatchObject({
      legacyVersion: draft,
      version: 0x0304,
      cipherSuite: 0x1301,
      keyShareGroup: 0x1d,
      fault: null,
    });
  });

  it('reads the HelloRetryRequest message of the drafts, with and without a suite', () => {
    const extensions = vector16(extension(0x0028, uint16(0x17)));
    const shapes = new ServerHelloShapes(3);
    const eighteen = octets(uint16(0x7f12), extensions);
    const nineteen = octets(uint16(0x7f13), uint16(0x1302), extensions);
    expect(parseDraftHelloRetryRequest(eighteen, 0, eighteen.length, shapes)).toMatchObject({
      helloRetryRequest: true,
      cipherSuite: null,
      keyShareGroup: 0x17,
      fault: null,
    });
    expect(parseDraftHelloRetryRequest(nineteen, 0, nineteen.length, shapes)).toMatchObject({
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShareGroup: 0x17,
      fault: null,
    });
  });

  it('says null for a suite that is cut off, and gives no fingerprint', () => {
    const hello = parse(tls12.serverHello.slice(0, 2 + 32 + 33 + 1));
    expect(hello).toMatchObject({ cipherSuite: null, ja3s: '', fault: { kind: 'truncated', missing: 1 } });
    expect(hello.sessionId).toEqual({ start: 35, end: 67 });
    expect(parse(tls12.serverHello.slice(0, 60))).toMatchObject({ random: { start: 2, end: 34 }, sessionId: null });
    expect(parse(tls12.serverHello.slice(0, 30))).toMatchObject({ random: null, sessionId: null });
  });

  it('reads back what is built', () => {
    const code = fc.integer({ min: 0, max: 0xffff });
    const shapes = new ServerHelloShapes(3);
    const built = fc.record({
      // Drafts up to 21 have another form.
      version: code.filter((version) => version >>> 8 !== 0x7f && version >>> 8 !== 0xfb),
      random: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      sessionId: fc.uint8Array({ maxLength: 32 }),
      cipherSuite: code,
      compression: fc.integer({ min: 0, max: 255 }),
      group: code,
      psk: code,
      protocol: fc.stringMatching(/^[ -~]{1,20}$/),
    });
    fc.assert(
      fc.property(built, (parts) => {
        const extensions = [
          renegotiationInfo(),
          keyShare(parts.group),
          extension(0x0029, uint16(parts.psk)),
          alpn([parts.protocol]),
        ];
        const bytes = serverHelloBody({ ...parts, extensions });
        const hello = parse(bytes, shapes);
        expect(cutOut(bytes, hello.random)).toEqual(parts.random);
        expect(cutOut(bytes, hello.sessionId)).toEqual(parts.sessionId.length > 0 ? parts.sessionId : null);
        expect(hello).toMatchObject({
          legacyVersion: parts.version,
          version: parts.version,
          cipherSuite: parts.cipherSuite,
          compression: parts.compression,
          keyShareGroup: parts.group,
          selectedPsk: parts.psk,
          alpn: parts.protocol,
          renegotiationInfo: true,
          fault: null,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the first protocol of a list of several, and calls a list that lies malformed', () => {
    const two = parse(serverHelloBody({ extensions: [alpn(['h2', 'http/1.1'])] }));
    expect(two).toMatchObject({ alpn: 'h2', fault: null });
    const lying = parse(serverHelloBody({ extensions: [extension(0x0010, octets(0, 9, 2, 0x68, 0x32))] }));
    expect(lying.fault).toMatchObject({ kind: 'malformed', missing: 0 });
  });

  it('keeps the extensions before the cut, the last one by its type', () => {
    const bytes = serverHelloBody({ extensions: [renegotiationInfo(), keyShare(0x1d), extension(0x0017)] });
    const hello = parse(bytes.slice(0, bytes.length - 9));
    expect(hello).toMatchObject({ extensions: [0xff01, 0x0033], renegotiationInfo: true, ja3s: '' });
    expect(hello.fault?.kind).toBe('truncated');
  });

  it('stops at its limit', () => {
    const many = Array.from({ length: maxExtensions + 1 }, (_, at) => extension(0x4000 + at));
    const flooded = parse(serverHelloBody({ extensions: many }));
    expect(flooded.fault?.kind).toBe('limit');
    expect(flooded.extensions).toHaveLength(maxExtensions);
    expect(flooded.ja3s).toBe('');
    expect(parse(serverHelloBody({ extensions: many.slice(1) }))).toMatchObject({ fault: null });
  });

  it('gives one frozen list of extensions to hellos that answer alike', () => {
    const shapes = new ServerHelloShapes(3);
    const extensions = [renegotiationInfo(), keyShare(0x1d)];
    const first = parse(serverHelloBody({ extensions, random: filler(32, 1) }), shapes);
    const second = parse(serverHelloBody({ extensions, sessionId: filler(8) }), shapes);
    expect(second.extensions).toBe(first.extensions);
    expect(Object.isFrozen(first.extensions)).toBe(true);
  });

  it('remembers fingerprints without mixing them up', () => {
    const shapes = new ServerHelloShapes(3);
    const one = serverHelloBody({ extensions: [renegotiationInfo()] });
    const two = serverHelloBody({ extensions: [renegotiationInfo(), extension(0x0017)] });
    const first = parse(one, shapes).ja3s;
    expect(parse(two, shapes).ja3s).not.toBe(first);
    expect(parse(one, shapes).ja3s).toBe(first);
    expect(parse(one).ja3s).toBe(first);
    expect(shapes.size).toBe(2);
  });
});
