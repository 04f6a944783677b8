import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateRecord } from '../../../src/model/certificate.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';
import { explainFlow } from '../../../src/report/explain/explain.js';
import { explainSink } from '../../../src/report/explain/sink.js';
import { plainPalette } from '../../../src/report/palette.js';
import {
  capture,
  certificate,
  cleartext,
  connection,
  connectionArbitrary,
  finding,
  summaryOf,
  tlsSession,
} from '../../build/records.js';
import { content } from '../../rules/asking.js';
import { expectPrintable } from '../printed.js';
import { TextCollector } from '../text-collector.js';

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

  it('tells what was said in clear, in the order of frames: requests with answers, logins, secrets by kind and length', () => {
    const said = content({
      requestCount: 70,
      requests: [
        { frame: 4, time: 1, method: 'GET', target: 'api.example', answerFrame: 6, status: '200' },
        { frame: 9, time: 2, method: 'SET', target: null, answerFrame: null, status: null },
      ],
      credentials: [
        {
          frame: 4,
          from: 'client',
          kind: 'password',
          mechanism: 'HTTP Basic',
          where: 'header authorization',
          length: 9,
          sha256Prefix: 'a612e6c3',
        },
      ],
      logins: [
        { frame: 4, from: 'client', mechanism: 'Basic', kind: 'password', outcome: 'accepted', outcomeFrame: 6 },
      ],
      servedWithoutLogin: [
        { frame: 9, from: 'client', command: 'SET', answerFrame: 10, meaningful: true },
        { frame: 11, from: 'client', command: 'PING', answerFrame: 12, meaningful: false },
      ],
      inspection: { client: { octets: 100, ended: 'the transfer begins' }, server: { octets: 100, ended: null } },
    });
    const text = explained(cleartext({ content: said }));
    const lines = text.slice(text.indexOf('SAID IN CLEAR')).split('\n');
    expect(lines.slice(2, 8).map((line) => line.trim())).toEqual([
      '4  client  GET: api.example',
      '4  client  password: HTTP Basic, in header authorization, 9 octets',
      '4  client  login by Basic',
      '6  server  200',
      '6  server  login accepted',
      '9  client  SET',
    ]);
    expect(words(text)).toContain('70 requests and commands in all; the first 2 are told.');
    expect(words(text)).toContain('Served without a login: SET (answered in frame 10).');
    expect(words(text)).toContain('Of what the client sent 100 octets were looked at, no more: the transfer begins.');
    expect(text).not.toContain('READ WITH KEYS');
  });

  it('tells what keys opened apart from what came in clear before it', () => {
    const upgrade = {
      mechanism: 'STARTTLS',
      outcome: 'taken' as const,
      offeredFrame: 5,
      requestedFrame: 6,
      answeredFrame: 7,
      wentOnFrame: null,
      basis: '',
    };
    const inside = content({
      decrypted: true,
      requestCount: 1,
      requests: [{ frame: 20, time: 1, method: 'MAIL', target: null, answerFrame: 21, status: '250' }],
    });
    const text = explained(connection({ kind: 'starttls', protocol: 'smtp', upgrade, content: inside }));
    const [clear = '', opened = ''] = text.slice(text.indexOf('SAID IN CLEAR')).split('READ WITH KEYS');
    expect(clear).toContain('client  asks for STARTTLS');
    expect(clear).not.toContain('MAIL');
    expect(opened).toContain('20  client  MAIL');
  });

  it('does not call an answer what nobody asked for', () => {
    const upgrade = {
      mechanism: 'STARTTLS',
      outcome: 'not-offered' as const,
      offeredFrame: null,
      requestedFrame: null,
      answeredFrame: 8,
      wentOnFrame: 10,
      basis: 'from frame 10 on the session went on in cleartext',
    };
    const text = explained(cleartext({ protocol: 'smtp', upgrade }));
    expect(text).toContain('8  server  does not offer STARTTLS\n');
    expect(words(text)).toContain('10 client goes on in cleartext: from frame 10 on');
  });

  it('gives the findings that name the flow, and the kinds of those that may be about it', () => {
    const flow = cleartext({ id: 3 });
    const hop = '10.77.13.10->10.77.13.30:8080';
    const out = new TextCollector();
    const sink = explainSink(out, plainPalette, 3, () => {});
    sink.flow?.(flow);
    sink.capture?.(capture());
    sink.finding?.(finding({ kind: 'cleartext-http', hop, flows: [3], title: 'HTTP without TLS' }));
    sink.finding?.(finding({ kind: 'weak-cert-key', hop, flows: [4] }));
    sink.finding?.(finding({ kind: 'cleartext-credentials', hop, flows: [1, 2], count: 9 }));
    sink.finding?.(finding({ kind: 'starttls-stripped', hop: 'another', flows: [1, 2], count: 9 }));
    sink.end(summaryOf([flow]));
    const text = words(out.text.slice(out.text.indexOf('FINDINGS')));
    expect(text).toContain('FINDINGS high HTTP without TLS 1 flow cleartext-http');
    expect(text).toContain('perhaps on this one: cleartext-credentials.');
    expect(text).not.toContain('weak-cert-key');
    expect(text).not.toContain('starttls-stripped');
  });

  it('says that no finding names the flow', () => {
    const findings = { named: [], total: 0, perhaps: [] };
    const flow = cleartext();
    const text = explainFlow({ flow, capture: null, certificates: new Map(), findings }, plainPalette);
    expect(text).toContain('FINDINGS\n  No finding names this connection.');
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
