import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientHello } from '../../../src/wire/tls/client-hello.js';
import { ClientHelloShapes } from '../../../src/wire/tls/client-hello-shapes.js';
import { maxExtensions, maxPskIdentities } from '../../../src/wire/tls/limits.js';
import {
  alpn,
  chromeLikeHello,
  clientHelloBody,
  ecPointFormats,
  extension,
  filler,
  keyShares,
  octets,
  preSharedKeys,
  pskModes,
  serverName,
  sessionTicket,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
  uint16,
  vector8,
} from '../../build/tls.js';
import { cutOut, rfc8448, tls12 } from './vectors.js';

const seed = 0x5eed;

function parse(bytes: Uint8Array, shapes: ClientHelloShapes = new ClientHelloShapes(seed)) {
  return parseClientHello(bytes, 0, bytes.length, shapes, 'tcp');
}

describe('parseClientHello', () => {
  it('reads the ClientHello of RFC 8448 §3', () => {
    const hello = parse(rfc8448.clientHello);
    expect(hello).toMatchObject({
      legacyVersion: 0x0303,
      serverName: 'server',
      ticketLength: 0,
      ticket: null,
      pskIdentityLengths: [],
      cookieLength: null,
      sslv2: false,
      fault: null,
    });
    expect(hello.random).toEqual({ start: 2, end: 34 });
    expect(hello.sessionId).toBeNull();
    expect(hello.shape).toMatchObject({
      cipherSuites: [0x1301, 0x1303, 0x1302],
      compressionMethods: [0],
      extensions: [0x0000, 0xff01, 0x000a, 0x0023, 0x0033, 0x002b, 0x000d, 0x002d, 0x001c],
      groups: [0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104],
      keyShareGroups: [0x001d],
      supportedVersions: [0x0304],
      supportedVersionNames: ['TLSv1.3'],
      pskModes: [1],
      recordSizeLimit: 0x4001,
      renegotiationInfo: true,
      earlyData: false,
      ech: false,
    });
    expect(hello.shape.signatureAlgorithms).toHaveLength(15);
  });

  it('reads the hello of an OpenSSL client and gives the JA3 that tshark gives', () => {
    const { shape, serverName: name, fault } = parse(tls12.clientHello);
    expect(fault).toBeNull();
    expect(name).toBe('backend.acme.test');
    expect(shape).toMatchObject({
      renegotiationScsv: true,
      fallbackScsv: false,
      extendedMasterSecret: true,
      encryptThenMac: true,
      statusRequest: false,
      ecPointFormats: [0, 1, 2],
      groups: [0x1d, 0x17, 0x1e, 0x19, 0x18],
      ja3: '871a754af286dfb70c1b53c6887c62e0',
    });
  });

  it('reads resumption, early data, post-handshake authentication and Encrypted ClientHello', () => {
    const bytes = clientHelloBody({
      sessionId: filler(32),
      extensions: [
        sessionTicket(192),
        extension(0x002a),
        extension(0x0031),
        extension(0xfe0d, filler(20)),
        extension(0xffce, filler(20)),
        extension(0x002c, uint16(3), filler(3)),
        extension(0x3374),
        extension(0x0013, vector8(octets(2, 0))),
        extension(0x0014, vector8(octets(2))),
        preSharedKeys([130, 7]),
      ],
    });
    const hello = parse(bytes);
    expect(hello.fault).toBeNull();
    expect(cutOut(bytes, hello.sessionId)).toEqual(filler(32));
    expect(hello.ticketLength).toBe(192);
    expect(cutOut(bytes, hello.ticket)).toEqual(filler(192));
    expect(hello.pskIdentityLengths).toEqual([130, 7]);
    expect(hello.shape).toMatchObject({
      earlyData: true,
      postHandshakeAuth: true,
      ech: true,
      esni: true,
      cookie: true,
      nextProtocolNegotiation: true,
      clientCertificateTypes: [2, 0],
      serverCertificateTypes: [2],
    });
  });

  it('takes a hello without extensions, as SSLv3 sends it', () => {
    const hello = parse(clientHelloBody({ version: 0x0300, cipherSuites: [0x0005, 0x5600] }));
    expect(hello.fault).toBeNull();
    expect(hello.shape.extensions).toEqual([]);
    expect(hello.shape.fallbackScsv).toBe(true);
    expect(hello.shape.ja4).toMatch(/^ts3i020000_[0-9a-f]{12}_000000000000$/);
  });

  it('reads the cookie of a DTLS hello and tells the transport in JA4', () => {
    const bytes = clientHelloBody({ version: 0xfefd, cookie: filler(20), extensions: [serverName('a.example')] });
    const hello = parseClientHello(bytes, 0, bytes.length, new ClientHelloShapes(seed), 'dtls');
    expect(hello.fault).toBeNull();
    expect(hello.cookieLength).toBe(20);
    expect(hello.serverName).toBe('a.example');
    expect(hello.shape.ja4).toMatch(/^dd2d0201/);
  });

  it('keeps the cipher suites of a hello cut after them, without fingerprints', () => {
    const whole = tls12.clientHello;
    const cut = whole.slice(0, 2 + 32 + 1 + 2 + 56);
    const hello = parse(cut);
    expect(hello.shape.cipherSuites).toEqual(parse(whole).shape.cipherSuites);
    expect(hello.fault).toMatchObject({ kind: 'truncated', missing: 1 });
    expect(hello.shape.ja3).toBe('');
    expect(hello.shape.ja4).toBe('');
  });

  it('keeps the extensions before the cut', () => {
    const bytes = clientHelloBody({ extensions: [serverName('kept.example'), supportedGroups([0x17, 0x18, 0x19])] });
    const hello = parse(bytes.slice(0, bytes.length - 3));
    expect(hello.serverName).toBe('kept.example');
    expect(hello.shape.groups).toEqual([0x17]);
    expect(hello.fault?.kind).toBe('truncated');
  });

  it('does not take half a server name for a name', () => {
    const bytes = clientHelloBody({ extensions: [serverName('bank.example.com')] });
    expect(parse(bytes.slice(0, bytes.length - 4)).serverName).toBeNull();
  });

  it('keeps hostile text in a server name, and non-ASCII as UTF-8', () => {
    const nasty = '\u001b[31m\u0000"<script>';
    expect(parse(clientHelloBody({ extensions: [serverName(nasty)] })).serverName).toBe(nasty);
    expect(parse(clientHelloBody({ extensions: [serverName('b\u00c3\u00bccher.example')] })).serverName).toBe(
      'bücher.example',
    );
  });

  it('keeps unknown codes and GREASE as numbers', () => {
    const hello = parse(
      clientHelloBody({
        cipherSuites: [0x3a3a, 0xabcd],
        extensions: [extension(0x2a2a), extension(0xbeef, filler(9)), supportedVersions([0x4a4a, 0x0399])],
      }),
    );
    expect(hello.shape.cipherSuites).toEqual([0x3a3a, 0xabcd]);
    expect(hello.shape.extensions).toEqual([0x2a2a, 0xbeef, 0x002b]);
    expect(hello.shape.supportedVersionNames).toEqual(['0x4a4a', '0x0399']);
  });

  it('calls a vector that overruns its complete message malformed, and keeps what fits', () => {
    const lying = extension(0x000a, octets(0, 9, 0, 0x17));
    const hello = parse(clientHelloBody({ extensions: [lying, alpn(['h2'])] }));
    expect(hello.fault).toMatchObject({ kind: 'malformed', missing: 0 });
    expect(hello.shape.groups).toEqual([0x17]);
    expect(hello.shape.alpn).toEqual(['h2']);
    expect(hello.shape.ja3).toMatch(/^[0-9a-f]{32}$/);
  });

  it('stops at its limits with a fault', () => {
    const many = Array.from({ length: maxExtensions + 1 }, (_, at) => extension(0x4000 + at));
    const flooded = parse(clientHelloBody({ extensions: many }));
    expect(flooded.fault?.kind).toBe('limit');
    expect(flooded.shape.extensions).toHaveLength(maxExtensions);
    expect(flooded.shape.ja3).toBe('');
    expect(parse(clientHelloBody({ extensions: many.slice(1) })).fault).toBeNull();
    const identities = Array.from({ length: maxPskIdentities + 1 }, () => 1);
    const offered = parse(clientHelloBody({ extensions: [preSharedKeys(identities)] }));
    expect(offered.fault?.kind).toBe('limit');
    expect(offered.pskIdentityLengths).toHaveLength(maxPskIdentities);
  });

  it('gives no part of a random, session id or ticket that is cut', () => {
    const bytes = clientHelloBody({ sessionId: filler(32), extensions: [sessionTicket(64)] });
    expect(parse(bytes.slice(0, 33))).toMatchObject({ legacyVersion: 0x0303, random: null, sessionId: null });
    expect(parse(bytes.slice(0, 66))).toMatchObject({ random: { start: 2, end: 34 }, sessionId: null });
    expect(parse(bytes.slice(0, bytes.length - 1))).toMatchObject({
      sessionId: { start: 35, end: 67 },
      ticketLength: 64,
      ticket: null,
    });
  });

  it('gives ranges that are absolute in the lent bytes', () => {
    const body = clientHelloBody({ sessionId: filler(9), extensions: [sessionTicket(5)] });
    const bytes = octets(filler(11, 0xf0), body, filler(3, 0xf0));
    const hello = parseClientHello(bytes, 11, 11 + body.length, new ClientHelloShapes(seed), 'tcp');
    expect(hello.random).toEqual({ start: 13, end: 45 });
    expect(cutOut(bytes, hello.sessionId)).toEqual(filler(9));
    expect(cutOut(bytes, hello.ticket)).toEqual(filler(5));
  });

  it('owns all that is no range: overwriting the lent bytes changes nothing', () => {
    const bytes = chromeLikeHello('owned.example');
    const hello = parse(bytes);
    const before = structuredClone(hello);
    bytes.fill(0xee);
    expect(hello).toEqual(before);
  });

  it('reads back what is built, whatever it is', () => {
    const code = fc.integer({ min: 0, max: 0xffff });
    const name = fc.stringMatching(/^[a-z0-9.-]{1,60}$/);
    const build = fc.record({
      version: code,
      random: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      sessionId: fc.uint8Array({ maxLength: 32 }),
      cipherSuites: fc.array(code, { maxLength: 40 }),
      groups: fc.array(code, { maxLength: 12 }),
      shares: fc.array(code, { maxLength: 4 }),
      schemes: fc.array(code, { maxLength: 20 }),
      versions: fc.array(code, { maxLength: 6 }),
      formats: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 4 }),
      protocols: fc.array(fc.stringMatching(/^[ -~]{1,20}$/), { maxLength: 5 }),
      modes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }),
      serverName: name,
      ticket: fc.integer({ min: 0, max: 300 }),
      identities: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 3 }),
    });
    const shapes = new ClientHelloShapes(seed);
    fc.assert(
      fc.property(build, (built) => {
        const bytes = clientHelloBody({
          ...built,
          extensions: [
            serverName(built.serverName),
            supportedGroups(built.groups),
            keyShares(built.shares),
            signatureAlgorithms(built.schemes),
            supportedVersions(built.versions),
            ecPointFormats(built.formats),
            alpn(built.protocols),
            pskModes(built.modes),
            sessionTicket(built.ticket),
            preSharedKeys(built.identities),
          ],
        });
        const hello = parse(bytes, shapes);
        expect(cutOut(bytes, hello.random)).toEqual(built.random);
        expect(cutOut(bytes, hello.sessionId)).toEqual(built.sessionId.length > 0 ? built.sessionId : null);
        expect(hello).toMatchObject({
          legacyVersion: built.version,
          serverName: built.serverName,
          ticketLength: built.ticket,
          pskIdentityLengths: built.identities,
          fault: null,
        });
        expect(hello.shape).toMatchObject({
          cipherSuites: built.cipherSuites,
          groups: built.groups,
          keyShareGroups: built.shares,
          signatureAlgorithms: built.schemes,
          supportedVersions: built.versions,
          ecPointFormats: built.formats,
          alpn: built.protocols,
          pskModes: built.modes,
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('ClientHelloShapes', () => {
  it('gives one frozen shape to hellos that differ only in random, session id, name, keys and tickets', () => {
    const shapes = new ClientHelloShapes(seed);
    const first = parse(chromeLikeHello('a.example', { random: filler(32, 1), keyFrom: 1 }), shapes);
    const second = parse(chromeLikeHello('bb.example', { random: filler(32, 7), keyFrom: 99 }), shapes);
    expect(second.shape).toBe(first.shape);
    expect(second.serverName).toBe('bb.example');
    expect(shapes.size).toBe(1);
    expect(Object.isFrozen(first.shape) && Object.isFrozen(first.shape.cipherSuites)).toBe(true);
  });

  it('keeps apart what a shape is read from', () => {
    const shapes = new ClientHelloShapes(seed);
    const base = {
      cipherSuites: [0x1301],
      extensions: [supportedGroups([0x17]), keyShares([0x17]), extension(0x1234)],
    };
    const hellos = [
      clientHelloBody(base),
      clientHelloBody({ ...base, version: 0x0302 }),
      clientHelloBody({ ...base, cipherSuites: [0x1302] }),
      clientHelloBody({ ...base, compressionMethods: [1, 0] }),
      clientHelloBody({ ...base, extensions: [supportedGroups([0x18]), keyShares([0x17]), extension(0x1234)] }),
      clientHelloBody({ ...base, extensions: [supportedGroups([0x17]), keyShares([0x18]), extension(0x1234)] }),
      clientHelloBody({ ...base, extensions: [supportedGroups([0x17]), extension(0x1234), keyShares([0x17])] }),
      clientHelloBody({ ...base, extensions: [supportedGroups([0x17]), keyShares([0x17]), extension(0x1235)] }),
    ];
    const seen = new Set(hellos.map((hello) => parse(hello, shapes).shape));
    expect(seen.size).toBe(hellos.length);
    expect(parseClientHello(hellos[0]!, 0, hellos[0]!.length, shapes, 'quic').shape.ja4).toMatch(/^q/);
    expect(parse(hellos[0]!, shapes).shape.ja4).toMatch(/^t/);
  });

  it('gives the shape that reading anew gives, whatever came before', () => {
    const code = fc.integer({ min: 0, max: 3 });
    const hello = fc.record({
      cipherSuites: fc.array(code, { maxLength: 3 }),
      extensions: fc.array(
        fc.tuple(
          fc.constantFrom(0x000a, 0x000b, 0x000d, 0x0010, 0x0033, 0x002b, 0x0023, 0x0029),
          fc.uint8Array({ maxLength: 8 }),
        ),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(hello, { minLength: 2, maxLength: 12 }), (hellos) => {
        const shapes = new ClientHelloShapes(seed);
        for (const { cipherSuites, extensions } of hellos) {
          const bytes = clientHelloBody({
            cipherSuites,
            extensions: extensions.map(([type, body]) => extension(type, body)),
          });
          expect(parse(bytes, shapes)).toEqual(parse(bytes));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stays bounded under a flood of distinct hellos', () => {
    const shapes = new ClientHelloShapes(seed);
    for (let at = 0; at < 6000; at++) parse(clientHelloBody({ cipherSuites: [at] }), shapes);
    expect(shapes.size).toBeLessThanOrEqual(4096);
    expect(shapes.size).toBeGreaterThan(0);
  });
});
