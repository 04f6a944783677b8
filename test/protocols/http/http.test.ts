import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ContentRecord } from '../../../src/model/content.js';
import { http } from '../../../src/protocols/http.js';
import { buildCertificate } from '../../build/x509.js';
import { follow, lendTo, newNotes, type Said } from '../follow.js';

const request = (headers: string, body = '', line = 'POST /login HTTP/1.1'): string =>
  `${line}\r\nHost: app.example:8080\r\n${headers}${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`;
const answer = (status = '200 OK', headers = 'Content-Length: 2\r\n', body = 'ok'): string =>
  `HTTP/1.1 ${status}\r\n${headers}\r\n${body}`;
const prefix = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 8);
const one = (headers: string, body = '', status?: string): ContentRecord =>
  follow(http, [
    ['client', request(headers, body)],
    ['server', answer(status)],
  ]);
const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(buildCertificate()).toString('base64')}\n-----END CERTIFICATE-----\n`;

describe('requests and answers', () => {
  it('are paired when they are pipelined, keep the connection, and have bodies of every framing', () => {
    const said: Said[] = [
      [
        'client',
        `${request('', 'x=1')}GET /a HTTP/1.1\r\nHost: b\r\n\r\nHEAD / HTTP/1.1\r\nHost: c\r\n\r\nPUT / HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n`,
      ],
      ['server', `HTTP/1.1 100 Continue\r\n\r\n${answer()}`],
      ['server', answer('404 Not Found', 'Transfer-Encoding: chunked\r\n', '5;a=b\r\nhello\r\n0\r\n\r\n')],
      ['server', `${answer('204 No Content', 'Content-Length: 10\r\n', '')}`],
      ['server', answer('500 Oops', '', 'until the end')],
    ];
    const whole = follow(http, said);
    expect(whole.requests).toMatchObject([
      { method: 'POST', target: 'app.example:8080', status: '200', frame: 1, answerFrame: 2 },
      { method: 'GET', target: 'b', status: '404', answerFrame: 3 },
      { method: 'HEAD', target: 'c', status: '204', answerFrame: 4 },
      { method: 'PUT', target: 'd', status: '500', answerFrame: 5 },
    ]);
    for (const piece of [1, 2, 5, 13]) expect(follow(http, said, piece)).toEqual(whole);
  });

  it('go on after octets that are missing', () => {
    const notes = newNotes();
    const follower = http.follow!(notes);
    lendTo(follower, [['client', request('X-Cut: a')]]);
    follower.gap('client', 100);
    lendTo(follower, [['client', request('Authorization: Bearer abcdefghijklmnop\r\n')]]);
    expect(notes.record(0)).toMatchObject({ requestCount: 1, credentials: [{ kind: 'bearer-token' }] });
  });

  it('step over bodies without interest', () => {
    const notes = newNotes();
    const follower = http.follow!(notes);
    lendTo(follower, [['client', request('', '', 'GET / HTTP/1.1')]]);
    const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n');
    const arrival = { frame: 1, seconds: 1, nanoseconds: 0, acknowledged: -1, offset: 0 };
    expect(follower.data('server', head, 0, head.length, arrival)).toBe(100_000);
    lendTo(follower, [
      ['client', request('', '', 'GET / HTTP/1.1')],
      ['server', answer('304 Not Modified')],
    ]);
    expect(notes.record(0)!.requests[1]).toMatchObject({ status: '304' });
  });
});

describe('credentials', () => {
  const basic = Buffer.from('alice:Tr0ub4dor').toString('base64');
  const cases: [string, string, string, object][] = [
    [
      'Basic',
      `Authorization: Basic ${basic}\r\n`,
      '',
      { kind: 'password', mechanism: 'HTTP Basic', length: 9, sha256Prefix: prefix('Tr0ub4dor') },
    ],
    ['to a proxy', `Proxy-Authorization: Basic ${basic}\r\n`, '', { where: 'header proxy-authorization' }],
    ['Bearer', 'Authorization: bearer eyJhbGciOiJIUzI1\r\n', '', { kind: 'bearer-token' }],
    ['an API key', 'X-API-Key: 0123456789abcdef\r\n', '', { kind: 'api-key', where: 'header x-api-key' }],
    ['Vault', 'X-Vault-Token: hvs.0123456789\r\n', '', { kind: 'token', where: 'header x-vault-token' }],
    [
      'a form',
      'Content-Type: application/x-www-form-urlencoded\r\n',
      'user=a&password=p%40ss%2Bword',
      { where: 'form field password', sha256Prefix: prefix('p@ss+word') },
    ],
    [
      'JSON',
      'Content-Type: application/json\r\n',
      '{"a":{"newPassword":"hunter22"}}',
      { where: 'JSON member newPassword' },
    ],
    [
      'multipart',
      'Content-Type: multipart/form-data; boundary=x\r\n',
      '--x\r\nContent-Disposition: form-data; name="passwd"\r\n\r\nhunter22\r\n--x--\r\n',
      { where: 'form field passwd', sha256Prefix: prefix('hunter22') },
    ],
  ];
  it.each(cases)('by %s are told by kind, place, length and digest', (_name, headers, body, expected) => {
    const record = one(headers, body);
    expect(record.credentials).toMatchObject([expected]);
    const said: Said[] = [
      ['client', request(headers, body)],
      ['server', answer()],
    ];
    for (const piece of [1, 7]) expect(follow(http, said, piece)).toEqual(record);
  });

  it('of a scheme of somebody’s own are searched for a certificate', () => {
    const der = Buffer.from(buildCertificate()).toString('base64');
    const record = one(`Authorization: Certificate ${der}\r\n`, '');
    expect(record.material).toMatchObject([{ kind: 'certificate', where: 'header authorization' }]);
    expect(one(`Authorization: Bearer ${der}\r\n`, '').material).toEqual([]);
  });

  it('stand in targets, too', () => {
    const asked = (line: string): ContentRecord => follow(http, [['client', request('', '', line)]]);
    expect(asked('GET /x?a=1&access_token=ya29.abc#f HTTP/1.1').credentials).toMatchObject([
      { kind: 'bearer-token', where: 'query parameter access_token', length: 8 },
    ]);
    expect(asked('GET http://bob:s3cret@inner.example/x HTTP/1.1')).toMatchObject({
      credentials: [{ mechanism: 'URL user information', sha256Prefix: prefix('s3cret') }],
      requests: [{ target: 'inner.example' }],
    });
    expect(asked('GET /docs?token=&password=null HTTP/1.1').credentials).toEqual([]);
  });

  it('of a challenge are a login and no credential', () => {
    expect(one('Authorization: Digest username="bob", response="1"\r\n')).toMatchObject({
      credentials: [],
      logins: [{ kind: 'challenge-response', mechanism: 'Digest', outcome: 'accepted', outcomeFrame: 2 }],
    });
    const negotiate = Buffer.from('NTLMSSP\0\x03\0\0\0').toString('base64');
    expect(one(`Authorization: Negotiate ${negotiate}\r\n`, '', '403 No').logins).toMatchObject([
      { mechanism: 'NTLM', outcome: 'refused' },
    ]);
    const first = Buffer.from('NTLMSSP\0\x01\0\0\0').toString('base64');
    expect(one(`Authorization: NTLM ${first}\r\n`, '', '401 No').logins).toEqual([]);
  });

  it('of a session are cookies that the answer to a login sets', () => {
    const form = request('Content-Type: application/x-www-form-urlencoded\r\n', 'password=hunter22');
    const cookie = 'Set-Cookie: sid=0123456789abcdef; HttpOnly\r\nContent-Length: 0\r\n';
    const record = follow(http, [
      ['client', form],
      ['server', answer('302 Found', cookie, '')],
    ]);
    expect(record.credentials).toMatchObject([
      { kind: 'password' },
      { kind: 'session-cookie', from: 'server', sha256Prefix: prefix('0123456789abcdef') },
    ]);
    expect(record.logins).toMatchObject([{ mechanism: 'HTTP form', outcome: 'accepted' }]);
    expect(
      follow(http, [
        ['client', request('')],
        ['server', answer('200 OK', cookie, '')],
      ]).credentials,
    ).toEqual([]);
  });

  it('of answers are tokens, not labels', () => {
    const json = '{"password":"Password","access_token":"0123456789abcdef0123"}';
    const record = follow(http, [
      ['client', request('')],
      ['server', answer('200 OK', `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n`, json)],
    ]);
    expect(record.credentials).toMatchObject([{ from: 'server', where: 'JSON member access_token' }]);
  });
});

describe('what a proxy adds', () => {
  it('names the client before it, and marks', () => {
    const record = one(
      'X-Forwarded-For: 203.0.113.7, 10.0.0.1\r\nForwarded: for="[2001:db8::17]:4711";proto=https\r\nX-Forwarded-Proto: https\r\nX-Request-ID: abc\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n',
    );
    expect(record.forwarding).toMatchObject([
      { name: 'x-forwarded-for', client: { ip: '203.0.113.7', port: null } },
      { name: 'forwarded', client: { ip: '2001:db8::17', port: 4711 } },
      { name: 'x-forwarded-proto', mark: 'https' },
      { name: 'x-request-id', mark: createHash('sha256').update('abc').digest('hex').slice(0, 16) },
      {
        name: 'traceparent',
        mark: createHash('sha256').update('0af7651916cd43dd8448eb211c80319c').digest('hex').slice(0, 16),
      },
    ]);
  });

  it('says who the TLS client is', () => {
    const record = one(
      [
        'X-Forwarded-Client-Cert: By=spiffe://a/b;Hash=00ff;Subject="CN=c,O=d";URI=spiffe://a/c;DNS=c.example',
        'X-SSL-Client-Verify: SUCCESS',
        'X-SSL-Client-S-DN: CN=client',
        'ssl_client_i_dn: CN=issuer',
        `X-Forwarded-Tls-Client-Cert: ${Buffer.from(buildCertificate()).toString('base64')}`,
        'X-Forwarded-Ssl: on',
        'Upgrade-Insecure-Requests: 1',
        '',
      ].join('\r\n'),
    );
    expect(record.identities.map(({ where, kind, value }) => [where.slice(7), kind, value])).toEqual([
      ['x-forwarded-client-cert', 'fingerprint', null],
      ['x-forwarded-client-cert', 'subject', 'CN=c,O=d'],
      ['x-forwarded-client-cert', 'name', 'spiffe://a/c'],
      ['x-forwarded-client-cert', 'name', 'c.example'],
      ['x-ssl-client-verify', 'verification', 'SUCCESS'],
      ['x-ssl-client-s-dn', 'subject', 'CN=client'],
      ['ssl_client_i_dn', 'tls-info', null],
      ['x-forwarded-tls-client-cert', 'certificate', null],
    ]);
    expect(record.material).toMatchObject([{ kind: 'certificate', where: 'header x-forwarded-tls-client-cert' }]);
  });

  it('says it in names of somebody’s own too, where the value is a distinguished name', () => {
    const headers = [
      ...['X-Cert-Verified: true', 'X-Cert-CN: alice', 'X-Peer-Identity: alice', 'X-User-DN: /C=US/O=b/CN=alice'],
      ...['X-Auth-Subject: CN%3Dalice%2CO%3Db', 'X-Subject: Hello, CN=alice', 'X-Principal: alice@EXAMPLE', ''],
    ];
    expect(one(headers.join('\r\n')).identities.map(({ where, kind }) => [where.slice(7), kind])).toEqual([
      ['x-cert-verified', 'verification'],
      ['x-cert-cn', 'name'],
      ['x-peer-identity', 'name'],
      ['x-user-dn', 'subject'],
      ['x-auth-subject', 'subject'],
    ]);
  });
});

describe('bodies', () => {
  it.each([
    ['gzip', gzipSync(pem)],
    ['deflate', deflateSync(pem)],
    ['deflate', deflateRawSync(pem)],
    ['br', brotliCompressSync(pem)],
    ['identity', Buffer.from(pem)],
  ])('in %s are searched', (encoding, body) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
    const said: Said[] = [
      ['client', request('')],
      ['server', Buffer.concat([Buffer.from(head), body])],
    ];
    for (const piece of [1, 100, 1 << 16]) {
      expect(follow(http, said, piece).material).toMatchObject([
        { kind: 'certificate', encoding: 'PEM', where: 'body' },
      ]);
    }
  });

  it('of JSON Web Keys show a private one', () => {
    const body = `{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b"},{"d":"${'A'.repeat(43)}","kty":"EC","x":"a"}]}`;
    expect(one('Content-Type: application/jwk-set+json\r\n', body).material).toMatchObject([
      { kind: 'private-key', form: 'JWK', length: 32 },
    ]);
  });

  it('that blow up are left alone', () => {
    const bomb = gzipSync(Buffer.alloc(32 << 20));
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    const record = follow(http, [
      ['client', request('')],
      ['server', Buffer.concat([Buffer.from(head), bomb])],
    ]);
    expect(record.material).toEqual([]);
  });
});

describe('services behind HTTP', () => {
  const asked = (line: string, headers: string, answerHeaders: string): ContentRecord['servedWithoutLogin'] =>
    follow(http, [
      ['client', request(headers, '', line)],
      ['server', answer('200 OK', `${answerHeaders}Content-Length: 2\r\n`)],
    ]).servedWithoutLogin;

  it('that serve whoever asks are told', () => {
    expect(asked('GET /orders/_search HTTP/1.1', '', '')).toMatchObject([
      { command: 'GET (Elasticsearch)', meaningful: true },
    ]);
    expect(asked('GET /v1/kv/a HTTP/1.1', '', 'X-Consul-Index: 1\r\n')).toMatchObject([{ meaningful: true }]);
    expect(asked('GET / HTTP/1.1', '', 'X-elastic-product: Elasticsearch\r\n')).toMatchObject([{ meaningful: false }]);
  });

  it('and not where the request says who asks, or anybody may be served', () => {
    expect(asked('GET /orders/_search HTTP/1.1', 'Authorization: Basic YTpi\r\n', '')).toEqual([]);
    expect(asked('GET /index.html HTTP/1.1', '', '')).toEqual([]);
  });
});

describe('what a connection becomes', () => {
  it('WebSocket, whose messages are searched', () => {
    const mask = Buffer.from([1, 2, 3, 4]);
    const masked = Buffer.from(pem).map((octet, at) => octet ^ mask[at & 3]!);
    const frame = Buffer.concat([Buffer.from([0x82, 0x80 | 126, pem.length >> 8, pem.length & 0xff]), mask, masked]);
    const deflated = deflateRawSync(Buffer.from('{"password":"hunter22"}'), { finishFlush: 2 }).subarray(0, -4);
    const compressed = Buffer.concat([
      Buffer.from([0xc1, 0x80 | deflated.length]),
      mask,
      deflated.map((octet, at) => octet ^ mask[at & 3]!),
    ]);
    const said: Said[] = [
      ['client', request('Upgrade: websocket\r\nConnection: Upgrade\r\n', '', 'GET /ws HTTP/1.1')],
      ['server', answer('101 Switching Protocols', 'Upgrade: websocket\r\n', '')],
      ['client', Buffer.concat([frame, compressed])],
    ];
    for (const piece of [1, 5, 1 << 16]) {
      expect(follow(http, said, piece)).toMatchObject({
        material: [{ kind: 'certificate', where: 'WebSocket message' }],
        credentials: [{ mechanism: 'WebSocket JSON' }],
      });
    }
  });

  it('a tunnel, in which TLS may begin', () => {
    const notes = newNotes();
    const follower = http.follow!(notes);
    lendTo(follower, [
      ['client', 'CONNECT db.example:443 HTTP/1.1\r\nHost: db.example:443\r\n\r\n'],
      ['server', 'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'],
      ['client', 'CONNECT db.example:443 HTTP/1.1\r\nProxy-Authorization: Basic YTpi\r\n\r\n'],
      ['server', 'HTTP/1.1 200 Connection established\r\n\r\n'],
    ]);
    follower.upgraded?.({ frame: 9, seconds: 9, nanoseconds: 0, acknowledged: -1, offset: 0 });
    expect(notes.change).toMatchObject({ mechanism: 'CONNECT', outcome: 'taken', requestedFrame: 3, answeredFrame: 4 });
    expect(notes.record(0)!.requests).toMatchObject([{ status: '407' }, { target: 'db.example:443', status: '200' }]);
  });
});

it('no secret of a message stands in what is noted', () => {
  const secrets = ['Tr0ub4dor-s3cret', 'hunter22-hunter22', 'ya29.a0AfH6SMBx-token'];
  const record = follow(http, [
    [
      'client',
      request(
        `Authorization: Basic ${Buffer.from(`u:${secrets[0]}`).toString('base64')}\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: a=${secrets[2]}\r\n`,
        `password=${secrets[1]}`,
        `POST /x?access_token=${secrets[2]} HTTP/1.1`,
      ),
    ],
    ['server', answer('200 OK', `Set-Cookie: s=${secrets[2]}\r\nContent-Length: 2\r\n`)],
  ]);
  expect(record.credentials.length).toBeGreaterThanOrEqual(4);
  const text = JSON.stringify(record);
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 12));
  }
});
