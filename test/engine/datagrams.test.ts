import { describe, expect, it } from 'vitest';
import { told } from './captures.js';

describe('TLS in datagrams, from a capture', () => {
  it('DTLS 1.2: a client certificate is asked for and presented', async () => {
    const { flows, certificates } = await told(['captures/dtls12-mutual.pcap']);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ transport: 'udp', kind: 'tls', protocol: 'dtls', server: { port: 4433 } });
    expect(flows[0]!.tls).toMatchObject({ version: 'TLSv1.2', clientAuth: { status: 'presented', requested: true } });
    expect(flows[0]!.tls!.messages.map(({ type }) => type)).toEqual([
      ...['client_hello', 'hello_verify_request', 'client_hello', 'server_hello', 'certificate', 'server_key_exchange'],
      ...['certificate_request', 'server_hello_done', 'certificate', 'client_key_exchange', 'certificate_verify'],
      ...['change_cipher_spec', 'finished', 'new_session_ticket', 'change_cipher_spec', 'finished'],
    ]);
    expect(certificates.map(({ subject }) => subject)).toContain('CN=client.dtls.test');
  });

  it('QUIC: the hellos are read, and the rest is hidden', async () => {
    const { flows } = await told(['captures/quic-initial.pcap']);
    expect(flows[0]).toMatchObject({ transport: 'udp', kind: 'tls', protocol: 'quic' });
    expect(flows[0]!.tls).toMatchObject({ version: 'TLSv1.3', established: true, clientAuth: { status: 'unknown' } });
    expect(flows[0]!.tls!.clientHello).toMatchObject({ serverName: 'quic.example', frame: 2 });
  });
});
