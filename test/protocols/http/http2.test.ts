import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer } from 'node:http2';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { http2 } from '../../../src/protocols/http2.js';
import { buildCertificate } from '../../build/x509.js';
import { follow, type Said } from '../follow.js';

const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(buildCertificate()).toString('base64')}\n-----END CERTIFICATE-----\n`;

/** Two ends of a connection in memory, which tells what it carries. */
function pair(said: Said[]): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const [index, from] of (['client', 'server'] as const).entries()) {
    ends.push(
      new Duplex({
        read() {},
        write(chunk: Buffer, _encoding, done) {
          said.push([from, Uint8Array.from(chunk)]);
          ends[1 - index]!.push(chunk);
          done();
        },
      }),
    );
  }
  return [ends[0]!, ends[1]!];
}

/** What Node's own HTTP/2 says when it asks these things one after the other. */
async function dialogue(asked: readonly { headers: Record<string, string>; body?: string }[]): Promise<Said[]> {
  const said: Said[] = [];
  const [clientEnd, serverEnd] = pair(said);
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(request.headers['x-status'] === undefined ? 200 : 403, {
        'content-type': 'text/plain',
        'x-long': 'v'.repeat(20_000),
      });
      response.end(pem);
    });
  });
  server.emit('connection', serverEnd);
  const session: ClientHttp2Session = connect('http://orders.example', { createConnection: () => clientEnd });
  for (const { headers, body } of asked) {
    const stream = session.request({ ':method': 'POST', ...headers });
    stream.end(body ?? '');
    stream.resume();
    await once(stream, 'end');
  }
  session.destroy();
  return said;
}

describe('HTTP/2 as Node speaks it', () => {
  it('shows requests, credentials, identities and bodies, in pieces of any size', async () => {
    const said = await dialogue([
      { headers: { ':path': '/a?api_key=0123456789', authorization: 'Bearer abcdefgh12345678', 'x-status': '403' } },
      {
        headers: {
          ':path': '/b',
          authorization: 'Bearer abcdefgh12345678',
          'x-forwarded-for': '203.0.113.9',
          'x-ssl-client-s-dn': 'CN=a',
        },
      },
      { headers: { ':path': '/pkg.Service/Call', 'content-type': 'application/grpc' }, body: pem },
      {
        headers: { ':path': '/login', 'content-type': 'application/json', 'x-big': 'w'.repeat(18_000) },
        body: '{"password":"hunter22"}',
      },
    ]);
    const whole = follow(http2, said);
    expect(whole.requests).toMatchObject([
      { method: 'POST', target: 'orders.example:80', status: '403' },
      { method: 'POST', target: 'orders.example:80', status: '200' },
      { method: 'gRPC', target: 'pkg.Service/Call', status: '200' },
      { method: 'POST', target: 'orders.example:80', status: '200' },
    ]);
    expect(whole.credentials).toMatchObject([
      { kind: 'bearer-token', where: 'header authorization' },
      { kind: 'api-key', where: 'query parameter api_key' },
      { kind: 'password', where: 'JSON member password' },
    ]);
    expect(whole.logins).toMatchObject([{ mechanism: 'Bearer', outcome: 'refused' }, { outcome: 'accepted' }, {}]);
    expect(whole.identities).toMatchObject([{ where: 'header x-ssl-client-s-dn', value: 'CN=a' }]);
    expect(whole.forwarding).toMatchObject([{ name: 'x-forwarded-for' }]);
    expect(whole.material.map(({ from }) => from).sort()).toEqual(['client', 'server']);
    for (const piece of [1, 3, 11, 1000]) expect(follow(http2, said, piece)).toEqual(whole);
    expect(JSON.stringify(whole)).not.toMatch(/hunter22|abcdefgh12345678|0123456789"/);
  });

  it('goes on after octets of DATA that are missing, and ends after others', () => {
    const notes = follow(http2, [
      ['client', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['client', Uint8Array.of(0, 0, 1, 1, 4, 0, 0, 0, 1, 0xbe)],
    ]);
    expect(notes.inspection.client.ended).toMatch(/compression/);
  });
});
