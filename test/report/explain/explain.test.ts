import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateRecord } from '../../../src/model/certificate.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import { explainFlow } from '../../../src/report/explain/explain.js';
import { plainPalette } from '../../../src/report/palette.js';
import { capture, certificate, cleartext, connection, connectionArbitrary, tlsSession } from '../../build/records.js';
import { expectPrintable } from '../printed.js';

function explained(flow: ConnectionRecord, certificates: readonly CertificateRecord[] = []): string {
  const byHash = new Map(certificates.map((record) => [record.sha256, record]));
  return explainFlow({ flow, capture: capture(), certificates: byHash }, plainPalette);
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('explain', () => {
  it('tells a handshake message by message, with frame, sender and octets', () => {
    const text = explained(connection());
    expect(text).toMatch(/^ +4 {2}client +200 {2}client_hello$/m);
    expect(text).toMatch(/^ +6 {2}server +70 {2}certificate_request$/m);
    expect(words(text)).toContain('offers TLSv1.2 and 3 cipher suites; wants api.example; for h2, http/1.1');
    expect(words(text)).toContain('chooses TLSv1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    expect(words(text)).toContain('ecdhe in x25519');
    expect(words(text)).toContain('asks for a client certificate (rsa_sign, ecdsa_sign); issued by CN=Client CA');
    expect(words(text)).toContain('a ticket of 192 octets, good for 300 seconds');
    expect(text.indexOf('client_hello')).toBeLessThan(text.indexOf('server_hello'));
  });

  it('starts with the verdict and gives its basis', () => {
    const text = words(explained(connection()));
    expect(text).toMatch(/^Flow 1: 10\.77\.13\.10:41234 → 10\.77\.13\.20:443 \(TLSv1\.2\) Mutual TLS: /);
    expect(text).toContain('CertificateRequest in frame 6, a certificate and its proof in frame 8');
  });

  it('says what is seen, what is proven absent and what is hidden, and why', () => {
    const tls = tlsSession({
      facts: {
        serverCertificate: { state: 'seen', frames: [6, 7] },
        certificateRequest: { state: 'absent', frames: [6] },
        clientCertificate: { state: 'hidden', because: 'TLS 1.3 encrypts it' },
        certificateVerify: { state: 'hidden', because: 'a gap of 1,000 octets lies before it' },
      },
    });
    const text = words(explained(connection({ tls })));
    expect(text).toContain('server Certificate seen in frames 6, 7');
    expect(text).toContain('CertificateRequest absent as frame 6 proves');
    expect(text).toContain('client Certificate hidden TLS 1.3 encrypts it');
    expect(text).toContain('CertificateVerify hidden a gap of 1,000 octets lies before it');
  });

  it('judges certificates at the time of the capture, whatever the time is now', () => {
    const server = certificate();
    const client = certificate({ sha256: 'bb'.repeat(32), subject: 'CN=client-7', notAfter: '2026-11-20T00:00:00Z' });
    const text = words(explained(connection(), [server, client]));
    expect(text).toContain('The server showed one: api.example issued by CN=Example CA valid when captured');
    expect(text).toContain(
      'The client showed one: client-7 issued by CN=Example CA EXPIRED when captured (2026-01-01 to 2026-11-20)',
    );
  });

  it('tells alerts and gaps', () => {
    const tls = tlsSession({
      alerts: [
        { frame: 10, from: 'server', level: 'fatal', description: 'bad_certificate', encrypted: false },
        { frame: 11, from: 'client', level: null, description: null, encrypted: true },
      ],
    });
    const text = words(explained(connection({ tls, gaps: [{ from: 'server', offset: 4096, length: 1460 }] })));
    expect(text).toContain('Frame 10, from the server: fatal: bad_certificate.');
    expect(text).toContain('Frame 11, from the client: an encrypted alert');
    expect(text).toContain('1,460 octets from the server are missing at offset 4,096 of its stream.');
  });

  it('makes sense of a cleartext flow, which has no handshake', () => {
    const text = explained(cleartext());
    expect(words(text)).toContain('Cleartext (http): whoever carries these packets can read and change them.');
    expect(text).not.toContain('HANDSHAKE');
    expect(text).toContain('CONNECTION');
  });

  it('says why a flow can not be judged', () => {
    const unknown = connection({
      kind: 'unknown',
      tls: null,
      protocol: null,
      kindBasis: 'payload fits no protocol known here',
    });
    expect(words(explained(unknown))).toContain(
      "It can't be told whether TLS was mutual here: unknown protocol. Payload fits no protocol known here.",
    );
  });

  it('keeps to 80 columns and harms no terminal, whatever the record holds', () => {
    fc.assert(
      fc.property(connectionArbitrary, fc.string({ unit: 'binary' }), (flow, hostile) => {
        const named = flow.tls?.serverCertificates?.[0] ?? 'x';
        expectPrintable(
          explained(flow, [
            certificate({
              sha256: named,
              subject: hostile,
              issuer: hostile,
              subjectAltNames: [hostile],
              notBefore: hostile,
            }),
          ]),
        );
      }),
      { numRuns: 150 },
    );
  });
});
