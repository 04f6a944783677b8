import { describe, expect, it } from 'vitest';
import { alert, ascii, certificateRequestBody, record } from '../build/tls.js';
import {
  answer12,
  clientCertificate,
  clientFlight12,
  closed,
  data,
  fatal,
  fingerprint,
  handshake,
  hello12,
  issuerCertificate,
  messages12,
  opened12,
  serverCertificate,
  serverFlight12,
  whole12,
} from './handshakes.js';
import { client, closes, type Step, server, talk, talkTls } from './talk.js';

describe('client authentication in TLS 1.2', () => {
  it('is seen as presented, with the frames that show request, certificate and proof', () => {
    const flow = talk(whole12('presents'));
    expect(flow).toMatchObject({ kind: 'tls', rolesFrom: 'handshake', anomalies: [] });
    expect(flow.client.port).toBe(49152);
    expect(flow.tls).toMatchObject({
      version: 'TLSv1.2',
      resumed: false,
      certificateRequest: {
        frame: 2,
        types: [1, 64],
        signatureAlgorithms: [0x0403, 0x0804],
        authorities: ['CN=issuer'],
      },
      serverCertificates: [serverCertificate, issuerCertificate].map(fingerprint),
      clientCertificates: [clientCertificate, issuerCertificate].map(fingerprint),
      certificateVerifyFrame: 3,
      clientAuth: { status: 'presented', requested: true, outcome: 'accepted', certainty: 'observed' },
      facts: {
        certificateRequest: { state: 'seen', frames: [2] },
        serverCertificate: { state: 'seen', frames: [2] },
        clientCertificate: { state: 'seen', frames: [3] },
        certificateVerify: { state: 'seen', frames: [3] },
      },
      serverKeyExchange: { frame: 2, kind: 'ecdhe', group: 0x001d, signatureAlgorithm: 0x0403 },
      established: true,
    });
  });

  it('is seen as declined where the client answers with an empty list, and no proof is missed', () => {
    const tls = talkTls(whole12('declines'));
    expect(tls).toMatchObject({
      clientCertificates: [],
      certificateVerifyFrame: null,
      clientAuth: { status: 'declined', requested: true, outcome: 'accepted', certainty: 'observed' },
      facts: {
        clientCertificate: { state: 'seen', frames: [3] },
        certificateVerify: { state: 'absent' },
      },
    });
    expect(tls.clientAuth.basis).toContain('frame 3');
  });

  it('is not requested where the whole server flight holds no CertificateRequest', () => {
    const tls = talkTls(whole12());
    expect(tls).toMatchObject({
      certificateRequest: null,
      clientCertificates: null,
      clientAuth: { status: 'not-requested', requested: false, outcome: 'accepted', certainty: 'observed' },
      facts: {
        certificateRequest: { state: 'absent', frames: [2, 2] },
        serverCertificate: { state: 'seen', frames: [2] },
        clientCertificate: { state: 'absent', frames: [3, 3] },
        certificateVerify: { state: 'absent', frames: [3, 3] },
      },
    });
  });

  it('lists the messages in the order of the wire, with their lengths', () => {
    const messages = talkTls(whole12('presents')).messages;
    expect(messages.map((message) => `${message.frame} ${message.from} ${message.type}`)).toEqual([
      '1 client client_hello',
      '2 server server_hello',
      '2 server certificate',
      '2 server server_key_exchange',
      '2 server certificate_request',
      '2 server server_hello_done',
      '3 client certificate',
      '3 client client_key_exchange',
      '3 client certificate_verify',
      '3 client change_cipher_spec',
      '3 client finished',
      '4 server change_cipher_spec',
      '4 server finished',
    ]);
    expect(messages[5]).toMatchObject({ type: 'server_hello_done', length: 4 });
  });

  it('is unknown while the server has not said that it is done', () => {
    const { certificate, keyExchange } = messages12;
    const tls = talkTls([client(hello12()), server(answer12(), certificate, keyExchange)]);
    expect(tls.clientAuth).toMatchObject({ status: 'unknown', requested: null, certainty: 'none' });
    expect(tls.facts.certificateRequest.state).toBe('hidden');
  });

  it('counts an SSLv3 no_certificate alert as declined', () => {
    const version = 0x0300;
    const request = handshake(13, certificateRequestBody({ types: [1], authorities: [] }));
    const { certificate, done, clientKeyExchange, finish } = messages12;
    const tls = talkTls([
      client(hello12({ version, extensions: undefined })),
      server(answer12({ version, cipherSuite: 0x0005, extensions: undefined }), certificate, request, done),
      client(alert(1, 41, version), clientKeyExchange, finish),
      server(finish),
      data('client'),
      data('server'),
    ]);
    expect(tls).toMatchObject({
      version: 'SSLv3',
      clientAuth: { status: 'declined', requested: true, outcome: 'accepted', certainty: 'observed' },
      alerts: [{ frame: 3, from: 'client', level: 'warning', description: 'no_certificate', encrypted: false }],
    });
    expect(tls.clientAuth.basis).toContain('no_certificate');
  });

  it('tells that a certificate was requested from a client that gives up', () => {
    const steps = [client(hello12()), serverFlight12({ asks: true }), closes('client'), closes('server')];
    const tls = talkTls(steps);
    expect(tls).toMatchObject({
      clientAuth: { status: 'unknown', requested: true, outcome: 'unknown' },
      facts: { certificateRequest: { state: 'seen', frames: [2] }, clientCertificate: { state: 'hidden' } },
    });
  });

  it.each([
    [42, 'bad_certificate'],
    [46, 'certificate_unknown'],
    [48, 'unknown_ca'],
    [40, 'handshake_failure'],
  ])('is rejected by a server that answers the certificate with alert %i', (code, description) => {
    const tls = talkTls([...opened12('presents'), server(fatal(code)), closes('server')]);
    expect(tls).toMatchObject({
      clientAuth: { status: 'presented', outcome: 'rejected', certainty: 'observed' },
      alerts: [{ frame: 4, from: 'server', level: 'fatal', description, encrypted: false }],
      established: false,
    });
  });

  it('is rejected by a server that ends the connection without its Finished', () => {
    for (const how of ['fin', 'rst'] as const) {
      expect(talkTls([...opened12('declines'), closes('server', how)]).clientAuth).toMatchObject({
        status: 'declined',
        outcome: 'rejected',
      });
    }
  });

  it('is not told by a server that ends the connection without a ServerHello, and that is said', () => {
    for (const end of [closes('server'), closes('server', 'rst'), server(fatal(40))]) {
      const { status, basis } = talkTls([client(hello12()), end]).clientAuth;
      expect([status, basis]).toEqual(['unknown', 'the server ended the connection without a ServerHello (frame 2)']);
    }
    expect(talkTls([client(hello12())]).clientAuth.basis).toBe('no ServerHello is in the capture');
  });

  it('is dropped by a server that finishes the handshake, then ends without a word', () => {
    const steps = [...opened12('presents'), server(messages12.finish), closes('server')];
    expect(talkTls(steps).clientAuth).toMatchObject({ status: 'presented', outcome: 'dropped' });
  });

  it('is accepted by a server that need not answer, and read what the client sent before it left', () => {
    const sent = [...opened12('presents'), server(messages12.finish), data('client')];
    for (const farewell of [[client(closed(21, 26)), closes('client')], [closes('client')]]) {
      expect(talkTls([...sent, ...farewell, closes('server')]).clientAuth.outcome).toBe('accepted');
    }
    expect(talkTls([...sent, closes('server'), closes('client')]).clientAuth.outcome).toBe('dropped');
    // Octets that it did not read make a reset of its end.
    expect(talkTls([...sent, closes('client'), closes('server', 'rst')]).clientAuth.outcome).toBe('unknown');
  });

  it('is neither accepted nor refused where the client leaves without a word', () => {
    const finished = [...opened12('presents'), server(messages12.finish)];
    expect(talkTls([...finished, closes('client'), closes('server')]).clientAuth.outcome).toBe('unknown');
    expect(talkTls([...opened12('presents'), closes('client'), closes('server')]).clientAuth.outcome).toBe('unknown');
  });

  it('is dropped by a server that alerts under encryption, then says why in clear', () => {
    const refusal = [server(closed(21, 26)), server(ascii('554 Security failure\r\n'))];
    const steps = [...opened12('presents'), server(messages12.finish), data('client'), ...refusal, closes('server')];
    expect(talkTls(steps).clientAuth).toMatchObject({ status: 'presented', outcome: 'dropped' });
  });

  it('is accepted when protected data of the server follows', () => {
    const finished = [...opened12('presents'), server(messages12.finish)];
    expect(talkTls(finished).clientAuth.outcome).toBe('unknown');
    expect(talkTls([...finished, data('client')]).clientAuth.outcome).toBe('unknown');
    expect(talkTls([...finished, data('client'), data('server')]).clientAuth.outcome).toBe('accepted');
  });

  it("is not rejected by an end that is the client's", () => {
    const steps = [...opened12('presents'), closes('client', 'rst')];
    expect(talkTls(steps).clientAuth).toMatchObject({ status: 'presented', outcome: 'unknown' });
  });

  it('is not rejected by close_notify, nor by a warning', () => {
    const finished: Step[] = [...opened12('presents'), server(messages12.finish), data('server')];
    expect(talkTls([...finished, server(closed(21, 26)), closes('server')]).clientAuth.outcome).toBe('accepted');
    const warned = [client(hello12()), server(alert(1, 112)), serverFlight12(), clientFlight12()];
    expect(talkTls([...warned, server(messages12.finish), data('server')]).clientAuth).toMatchObject({
      status: 'not-requested',
      outcome: 'accepted',
    });
  });
});

describe('the order of handshake messages', () => {
  it('is an anomaly where it is unexpected, and not a stop', () => {
    const { certificate, keyExchange, request, done } = messages12;
    const flow = talk([
      client(hello12()),
      server(answer12(), certificate, request, keyExchange, done),
      clientFlight12('presents'),
    ]);
    expect(flow.anomalies).toContain('handshake message out of order');
    expect(flow.tls?.clientAuth.status).toBe('presented');
  });

  it('tells a ChangeCipherSpec that stands inside a message, which is then not absent', () => {
    const { clientKeyExchange, verify, finish } = messages12;
    const half = record(22, verify.slice(5, 30), 0x0303);
    const steps = [client(hello12()), serverFlight12({ asks: true }), client(clientKeyExchange, half, finish)];
    const { tls, anomalies } = talk(steps);
    expect(anomalies).toContain('ChangeCipherSpec inside a handshake message');
    expect(tls?.facts.certificateVerify.state).toBe('hidden');
    expect(tls?.messages.at(-1)?.type).toBe('finished');
  });

  it('takes two Certificate messages of one side for an anomaly and keeps the first', () => {
    const { certificate, clientCertificate: other, keyExchange, done } = messages12;
    const flow = talk([client(hello12()), server(answer12(), certificate, other, keyExchange, done)]);
    expect(flow.anomalies).toContain('handshake message out of order');
    expect(flow.tls?.serverCertificates).toEqual([serverCertificate, issuerCertificate].map(fingerprint));
  });
});
