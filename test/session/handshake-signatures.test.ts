import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HandshakeSignatures } from '../../src/model/connection-record.js';
import type { Direction } from '../../src/model/stream.js';
import { SessionContext } from '../../src/session/shared/session-context.js';
import { MessageRing, maxRingMessage } from '../../src/session/tls/message-ring.js';
import { TlsObservations } from '../../src/session/tls/tls-observations.js';
import { keyOf } from '../build/pki.js';
import {
  certificateBody,
  certificateRequestBody,
  certificateVerifyBody,
  clientHelloBody,
  message,
  octets,
  serverHelloBody,
  uint16,
  vector8,
  vector16,
} from '../build/tls.js';
import { buildCertificate, testKey } from '../build/x509.js';

const serverKey = testKey('server');
const clientKey = keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const serverCertificate = buildCertificate({ subject: [['CN', 'server']], key: serverKey });
const clientCertificate = buildCertificate({ subject: [['CN', 'client']], key: clientKey });

interface Said {
  from: Direction;
  octets: Uint8Array;
}

const random = (from: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => (from + at) & 0xff);
const params = octets(3, uint16(0x001d), vector8(random(9)));

/** A handshake of TLS 1.2 with true signatures, but for what `change` makes of its messages. */
function handshake(options: { requests?: boolean; spoil?: 'exchange' | 'transcript' } = {}): Said[] {
  const hello = message(1, clientHelloBody({ random: random(1) }));
  const answer = message(2, serverHelloBody({ random: random(77), cipherSuite: 0xc02b }));
  const signed = octets(random(options.spoil === 'exchange' ? 2 : 1), random(77), params);
  const exchange = message(
    12,
    octets(params, uint16(0x0403), vector16(new Uint8Array(sign('sha256', signed, serverKey.privateKey)))),
  );
  const request = message(13, certificateRequestBody({ types: [1], signatureAlgorithms: [0x0401], authorities: [] }));
  const said: Said[] = [
    { from: 0, octets: hello },
    { from: 1, octets: answer },
    { from: 1, octets: message(11, certificateBody([serverCertificate])) },
    { from: 1, octets: exchange },
    ...(options.requests === false ? [] : [{ from: 1 as const, octets: request }]),
    { from: 1, octets: message(14, new Uint8Array(0)) },
    { from: 0, octets: message(11, certificateBody([clientCertificate])) },
    { from: 0, octets: message(16, vector8(random(3))) },
  ];
  const covered = said.map(({ octets: one }) => one);
  if (options.spoil === 'transcript') covered[0] = message(1, clientHelloBody({ random: random(2) }));
  const proof = new Uint8Array(sign('sha256', Buffer.concat(covered), clientKey.privateKey));
  said.push({ from: 0, octets: message(15, certificateVerifyBody(proof, 0x0401)) });
  return said;
}

/** What a context makes of the messages; lent octets are overwritten after each. */
function read(said: readonly Said[], context = new SessionContext(1)): HandshakeSignatures | null {
  const seen = new TlsObservations(1);
  said.forEach(({ from, octets: one }, at) => {
    const lent = Uint8Array.from([...one, 0xee, 0xee]);
    context.handshakes.message(seen, from, lent[0]!, lent, 4, lent.length - 2, at + 1);
    lent.fill(0xaa);
  });
  return seen.answer.signatures;
}

describe('the signatures of a handshake', () => {
  it('verify again over what was captured', () => {
    expect(read(handshake())).toEqual({
      serverKeyExchange: { frame: 4, scheme: 0x0403, result: 'valid', because: null },
      serverCertificateVerify: null,
      clientCertificateVerify: { frame: 9, scheme: 0x0401, result: 'valid', because: null },
    });
  });

  it('are found wrong when they cover something else', () => {
    expect(read(handshake({ spoil: 'exchange' }))?.serverKeyExchange?.result).toBe('invalid');
    expect(read(handshake({ spoil: 'transcript' }))?.clientCertificateVerify?.result).toBe('invalid');
  });

  it('do not depend on how a capture mixes the two directions', () => {
    const said = handshake();
    const mixed = [...said.slice(0, 4), said[6]!, ...said.slice(4, 6), ...said.slice(7)];
    expect(read(mixed)?.clientCertificateVerify?.result).toBe('valid');
  });

  it('do not cover the ticket of the server, though a capture may show it before what the client signs', () => {
    const said = handshake();
    const ticket: Said = { from: 1, octets: message(4, octets(uint16(0), uint16(300), vector16(random(5)))) };
    const early = [...said.slice(0, -1), ticket, said[said.length - 1]!];
    expect(read(early)?.clientCertificateVerify?.result).toBe('valid');
  });

  it('are not judged where messages are missing, and never called wrong for it', () => {
    const said = handshake();
    for (let missing = 0; missing < said.length - 1; missing++) {
      const seen = new TlsObservations(1);
      const context = new SessionContext(1);
      said.forEach(({ from, octets: one }, at) => {
        if (at === missing) {
          // As the conversation notes it: the loss may be told after later messages of the other side.
          seen.of(from).hiddenBecause ??= 'lost';
          return;
        }
        context.handshakes.message(seen, from, one[0]!, one, 4, one.length, at + 1);
      });
      const { signatures } = seen.answer;
      expect(signatures?.clientCertificateVerify?.result ?? 'not-checked', `without ${missing}`).toBe('not-checked');
      expect(signatures?.serverKeyExchange?.result ?? 'not-checked').not.toBe('invalid');
    }
  });

  it('are left alone while the end of the server’s flight has not come', () => {
    const said = handshake();
    const late = said.filter((_, at) => at !== 5);
    expect(read(late)?.clientCertificateVerify).toMatchObject({ result: 'not-checked' });
  });

  it('are all verified at first, then one in so many', () => {
    const context = new SessionContext(1);
    const said = handshake({ requests: false }).slice(0, 5);
    let checked = 0;
    for (let count = 0; count < 600; count++) if (read(said, context) !== null) checked++;
    expect(checked).toBe(16 + 2);
  });

  it('of DTLS, whose headers are longer, are not mistaken', () => {
    const context = new SessionContext(1);
    const seen = new TlsObservations(1);
    handshake().forEach(({ from, octets: one }, at) => {
      const body = one.subarray(4);
      const fragment = octets(one.subarray(0, 4), uint16(at), Uint8Array.of(0, 0, 0), one.subarray(1, 4), body);
      context.handshakes.message(seen, from, one[0]!, fragment, 12, fragment.length, at + 1);
    });
    expect(seen.answer.signatures?.serverKeyExchange?.result).toBe('not-checked');
    expect(seen.answer.signatures?.clientCertificateVerify?.result).toBe('not-checked');
  });
});

describe('the ring of messages', () => {
  it('gives back what was put, until it has gone round', () => {
    const ring = new MessageRing();
    const first = ring.put(Uint8Array.from([0, 1, 2, 3, 9]), 1, 4);
    expect(ring.get(first)).toEqual(Uint8Array.from([1, 2, 3]));
    const large = new Uint8Array(maxRingMessage - 1).fill(5);
    const positions: number[] = [];
    for (let count = 0; count < 200; count++) {
      large.fill(count);
      positions.push(ring.put(large, 0, large.length));
    }
    expect(ring.get(first)).toBeNull();
    let kept = 0;
    positions.forEach((position, count) => {
      const got = ring.get(position);
      if (got === null) return;
      kept++;
      expect(got.length).toBe(large.length);
      expect(got.every((octet) => octet === count)).toBe(true);
    });
    expect(kept).toBeGreaterThan(100);
  });

  it('does not take what is too long', () => {
    const ring = new MessageRing();
    expect(ring.get(ring.put(new Uint8Array(maxRingMessage + 1), 0, maxRingMessage + 1))).toBeNull();
    expect(ring.get(-1)).toBeNull();
    expect(ring.get(5)).toBeNull();
  });
});
