import { describe, expect, it } from 'vitest';
import { ascii, changeCipherSpec } from '../build/tls.js';
import { answer13, closed, fatal, hello13, offersPsk, rest13, retry13, takesPsk } from './handshakes.js';
import { client, closes, server, talk, talkTls } from './talk.js';

const full = [client(hello13()), ...rest13(answer13())];

describe('TLS 1.3 without keys', () => {
  it('hides what it encrypts and calls nothing absent', () => {
    const record = talk(full);
    expect(record).toMatchObject({ kind: 'tls', rolesFrom: 'handshake', anomalies: [] });
    const tls = record.tls!;
    expect(tls).toMatchObject({
      version: 'TLSv1.3',
      resumed: false,
      serverHello: {
        frame: 2,
        version: 'TLSv1.3',
        cipherSuite: { id: 0x1301, name: 'TLS_AES_128_GCM_SHA256' },
        group: 0x001d,
        helloRetryRequestFrame: null,
        secureRenegotiation: null,
      },
      clientHello: { frame: 1, supportedVersions: ['TLSv1.3'], offersResumption: false },
      certificateRequest: null,
      serverCertificates: null,
      clientCertificates: null,
      decrypted: false,
    });
    for (const fact of Object.values(tls.facts)) {
      expect(fact).toMatchObject({ state: 'hidden', because: expect.stringContaining('encrypted') });
    }
  });

  it('never claims to have observed client authentication', () => {
    const { clientAuth } = talkTls(full);
    expect(['none', 'inferred']).toContain(clientAuth.certainty);
    expect(clientAuth.basis).not.toBe('');
  });

  it('tells a refusal by its length, also where the server then says why in clear', () => {
    const flight = [40, 70, 900, 96, 53].map((length) => closed(23, length));
    const steps = [
      client(hello13()),
      server(answer13(), changeCipherSpec(), ...flight),
      client(changeCipherSpec(), closed(23, 25), closed(23, 53)),
      client(closed(23, 60)),
    ];
    const said = server(ascii('554 Security failure\r\n'));
    const refusal = server(closed(23, 19));
    for (const end of [[refusal], [refusal, said]]) {
      const { clientAuth } = talkTls([...steps, ...end, closes('server')]);
      expect(clientAuth).toMatchObject({ status: 'declined', outcome: 'rejected' });
    }
    expect(talkTls([...steps, said, refusal, closes('server')]).clientAuth.outcome).toBe('unknown');
  });

  it('does not take the ChangeCipherSpec for middleboxes for a resumption or a Finished', () => {
    const tls = talkTls([client(hello13(), changeCipherSpec()), ...rest13(answer13())]);
    expect(tls).toMatchObject({ resumed: false, renegotiationFrames: [] });
    expect(tls.messages.filter((message) => message.type === 'change_cipher_spec').length).toBeGreaterThan(0);
  });

  it('tells a resumption with a PSK, without early data and without an original', () => {
    const tls = talkTls([client(hello13(offersPsk)), ...rest13(answer13(takesPsk))]);
    expect(tls).toMatchObject({
      resumed: true,
      resumedFrom: null,
      clientHello: { offersResumption: true, earlyData: false },
      clientAuth: { status: 'resumed' },
    });
    for (const fact of Object.values(tls.facts)) expect(fact.state).toBe('hidden');
  });

  it('tells that an offered PSK was not taken', () => {
    const tls = talkTls([client(hello13(offersPsk)), ...rest13(answer13())]);
    expect(tls).toMatchObject({ resumed: false, clientHello: { offersResumption: true } });
    expect(tls.clientAuth.status).not.toBe('resumed');
  });

  it('follows a HelloRetryRequest to the second hellos', () => {
    const steps = [client(hello13()), server(retry13(), changeCipherSpec()), client(hello13()), ...rest13(answer13())];
    const record = talk(steps);
    expect(record.anomalies).toEqual([]);
    expect(record.tls).toMatchObject({
      version: 'TLSv1.3',
      clientHello: { frame: 1 },
      serverHello: { frame: 4, helloRetryRequestFrame: 2, group: 0x001d },
      resumed: false,
    });
    expect(record.tls!.messages.map((message) => message.type).filter((type) => type.endsWith('hello'))).toEqual([
      'client_hello',
      'server_hello',
      'client_hello',
      'server_hello',
    ]);
  });

  it('says no version while only a HelloRetryRequest was sent', () => {
    const tls = talkTls([client(hello13()), server(retry13()), closes('client')]);
    expect(tls).toMatchObject({ version: null, serverHello: null, resumed: null });
    for (const fact of Object.values(tls.facts)) expect(fact.state).toBe('hidden');
  });

  it('reads the plain alert of a server that refuses the hello', () => {
    const tls = talkTls([client(hello13()), server(fatal(70)), closes('server')]);
    expect(tls.alerts).toEqual([
      { frame: 2, from: 'server', level: 'fatal', description: 'protocol_version', encrypted: false },
    ]);
    expect(tls.clientAuth).toMatchObject({ status: 'unknown', requested: null });
  });

  it('does not read closed records as handshake messages', () => {
    const tls = talkTls([...full, server(closed(22, 40))]);
    expect(tls.messages.map((message) => message.type)).not.toContain('certificate');
    expect(tls.renegotiationFrames).toEqual([]);
  });
});
