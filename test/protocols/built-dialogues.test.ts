import { describe, expect, it } from 'vitest';
import { ajp } from '../../src/protocols/ajp.js';
import { amqp } from '../../src/protocols/amqp.js';
import { cassandra } from '../../src/protocols/cassandra.js';
import { fastcgi } from '../../src/protocols/fastcgi.js';
import { kafka } from '../../src/protocols/kafka.js';
import { memcached } from '../../src/protocols/memcached.js';
import { modbus } from '../../src/protocols/modbus.js';
import { mongodb } from '../../src/protocols/mongodb.js';
import { mssql } from '../../src/protocols/mssql.js';
import { mysql } from '../../src/protocols/mysql.js';
import { postgresql } from '../../src/protocols/postgresql.js';
import { redis } from '../../src/protocols/redis.js';
import { scgi } from '../../src/protocols/scgi.js';
import { rdp } from '../../src/protocols/tpkt.js';
import { uwsgi } from '../../src/protocols/uwsgi.js';
import { vnc } from '../../src/protocols/vnc.js';
import { zookeeper } from '../../src/protocols/zookeeper.js';
import { little16, little32, octets, u16, u32 } from '../build/fields.js';
import { buildCertificate } from '../build/x509.js';
import { followed, type Said } from './follow.js';

describe('SQL Server', () => {
  const packet = (type: number, body: Uint8Array): Uint8Array =>
    octets(type, 1, u16(body.length + 8), 0, 0, 1, 0, body);
  const prelogin = (type: number, encryption: number): Uint8Array =>
    packet(type, octets(0, u16(11), u16(6), 1, u16(17), u16(1), 0xff, 9, 0, 0, 0, 0, 0, encryption));
  const wide = (text: string): Uint8Array => octets(...[...text].flatMap((letter) => [letter.charCodeAt(0), 0]));
  const login = (password: string): Uint8Array => {
    const turned = wide(password).map((octet) => (((octet << 4) | (octet >> 4)) & 0xff) ^ 0xa5);
    const head = new Uint8Array(94);
    head.set(little16(94), 44);
    head.set(little16(password.length), 46);
    return packet(0x10, octets(head, turned));
  };
  const accepted = packet(4, octets(0xe3, little16(2), 0, 0, 0xad, little16(1), 0));

  it('undoes the password of LOGIN7 where there is no TLS', () => {
    const content = followed(mssql, [
      ['client', prelogin(0x12, 0)],
      ['server', prelogin(4, 2)],
      ['client', login('s3cret')],
      ['server', accepted],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'TDS LOGIN7', length: 12 }]);
    expect(content.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(content.upgrade).toMatchObject({ outcome: 'not-offered', wentOnFrame: 3 });
  });

  it('tells that a server refuses the encryption that the client asks for', () => {
    const said: Said[] = [
      ['client', prelogin(0x12, 1)],
      ['server', prelogin(4, 2)],
    ];
    expect(followed(mssql, said).upgrade).toMatchObject({ outcome: 'refused', requestedFrame: 1, answeredFrame: 2 });
  });
});

describe('MongoDB', () => {
  const element = (type: number, name: string, value: Uint8Array): Uint8Array => octets(type, name, 0, value);
  const int32 = (name: string, value: number): Uint8Array => element(16, name, little32(value));
  const text = (name: string, value: string): Uint8Array =>
    element(2, name, octets(little32(value.length + 1), value, 0));
  const binary = (name: string, value: Uint8Array): Uint8Array =>
    element(5, name, octets(little32(value.length), 0, value));
  const ok = (value: number): Uint8Array =>
    element(1, 'ok', octets(0, 0, 0, 0, 0, 0, value === 1 ? 0xf0 : 0, value === 1 ? 0x3f : 0));
  const message = (id: number, answered: number, ...elements: Uint8Array[]): Uint8Array => {
    const inner = octets(...elements, 0);
    const body = octets(little32(0), 0, little32(inner.length + 4), inner);
    return octets(little32(body.length + 16), little32(id), little32(answered), little32(2013), body);
  };

  it('tells commands that are served without a login', () => {
    const content = followed(mongodb, [
      ['client', message(1, 0, int32('hello', 1))],
      ['server', message(9, 1, ok(1))],
      ['client', message(2, 0, text('find', 'orders'))],
      ['server', message(10, 2, ok(1))],
      ['client', message(3, 0, text('insert', 'orders'))],
      ['server', message(11, 3, ok(0), int32('code', 13))],
    ]);
    expect(content.servedWithoutLogin).toMatchObject([
      { command: 'hello', meaningful: false },
      { command: 'find', meaningful: true, frame: 3, answerFrame: 4 },
    ]);
    expect(content.requests[2]).toMatchObject({ method: 'insert', target: 'orders', status: 'ERR 13' });
  });

  it('tells the password of PLAIN, and serves nothing without login after it', () => {
    const done = element(8, 'done', octets(1));
    const content = followed(mongodb, [
      [
        'client',
        message(1, 0, int32('saslStart', 1), text('mechanism', 'PLAIN'), binary('payload', octets('\0app\0s3cret'))),
      ],
      ['server', message(9, 1, int32('conversationId', 1), done, ok(1))],
      ['client', message(2, 0, text('find', 'orders'))],
      ['server', message(10, 2, ok(1))],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'MongoDB PLAIN', length: 6 }]);
    expect(content.logins).toMatchObject([{ mechanism: 'PLAIN', outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toEqual([]);
  });
});

describe('Kafka', () => {
  const request = (key: number, version: number, id: number, ...body: Uint8Array[]): Uint8Array => {
    const inner = octets(u16(key), u16(version), u32(id), u16(4), 'test', ...body);
    return octets(u32(inner.length), inner);
  };
  const response = (id: number, ...body: Uint8Array[]): Uint8Array => {
    const inner = octets(u32(id), ...body);
    return octets(u32(inner.length), inner);
  };
  const token = octets('\0app\0s3cret');

  it('tells SASL by SaslAuthenticate', () => {
    const content = followed(kafka, [
      ['client', request(17, 1, 1, u16(5), octets('PLAIN'))],
      ['server', response(1, u16(0), u32(0))],
      ['client', request(36, 0, 2, u32(token.length), token)],
      ['server', response(2, u16(0), u16(0xffff), u32(0))],
      ['client', request(3, 1, 3)],
      ['server', response(3, u32(0))],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'Kafka SASL PLAIN', length: 6 }]);
    expect(content.logins).toMatchObject([{ outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toEqual([]);
  });

  it('tells the tokens that come without headers after version 0 of the handshake', () => {
    const content = followed(kafka, [
      ['client', request(17, 0, 1, u16(5), octets('PLAIN'))],
      ['server', response(1, u16(0), u32(0))],
      ['client', octets(u32(token.length), token)],
      ['server', u32(0)],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'Kafka SASL PLAIN', length: 6 }]);
    expect(content.logins).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('tells what is served without SASL', () => {
    const content = followed(kafka, [
      ['client', request(18, 0, 1)],
      ['server', response(1, u16(0))],
      ['client', request(0, 3, 2)],
      ['server', response(2, u32(0))],
    ]);
    expect(content.servedWithoutLogin.map(({ command, meaningful }) => [command, meaningful])).toEqual([
      ['ApiVersions', false],
      ['Produce', true],
    ]);
  });
});

describe('Cassandra', () => {
  const frame = (version: number, stream: number, code: number, ...body: Uint8Array[]): Uint8Array => {
    const inner = octets(...body);
    return octets(version, 0, u16(stream), code, u32(inner.length), inner);
  };
  const startup = frame(4, 0, 1, octets(u16(1), u16(11), 'CQL_VERSION', u16(5), '3.0.0'));
  const query = (text: string): Uint8Array => frame(4, 1, 7, octets(u32(text.length), text, 0, 1, 0));

  it('tells queries that are answered where nobody is asked who they are', () => {
    const content = followed(cassandra, [
      ['client', startup],
      ['server', frame(0x84, 0, 2)],
      ['client', query('SELECT * FROM shop.orders')],
      ['server', frame(0x84, 1, 8, u32(2))],
    ]);
    expect(content.logins).toMatchObject([{ kind: 'none', outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'SELECT', meaningful: true }]);
  });

  it('tells a password and its refusal', () => {
    const content = followed(cassandra, [
      ['client', startup],
      ['server', frame(0x84, 0, 3, octets(u16(22), 'a.PasswordAuthenticator'.slice(1)))],
      ['client', frame(4, 1, 15, octets(u32(9), '\0app\0w0rd'))],
      ['server', frame(0x84, 1, 0, u32(0x100), u16(0))],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'Cassandra SASL PLAIN', length: 4 }]);
    expect(content.logins).toMatchObject([{ mechanism: 'PLAIN', outcome: 'refused' }]);
  });
});

describe('AMQP', () => {
  const method = (channel: number, code: [number, number], ...body: Uint8Array[]): Uint8Array => {
    const inner = octets(u16(code[0]), u16(code[1]), ...body);
    return octets(1, u16(channel), u32(inner.length), inner, 0xce);
  };
  const start = method(0, [10, 10], octets(0, 9), u32(0), octets(u32(5), 'PLAIN', u32(5), 'en_US'));

  it('tells the password of AMQPLAIN', () => {
    const table = octets(5, 'LOGINS', u32(3), 'app', 8, 'PASSWORDS', u32(6), 's3cret');
    const content = followed(amqp, [
      ['client', 'AMQP\0\0\x09\x01'],
      ['server', start],
      ['client', method(0, [10, 11], u32(0), octets(8, 'AMQPLAIN'), u32(table.length), table, octets(5, 'en_US'))],
      ['server', method(0, [10, 30], u16(0), u32(0), u16(60))],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'AMQP SASL AMQPLAIN', length: 6 }]);
    expect(content.logins).toMatchObject([{ mechanism: 'AMQPLAIN', outcome: 'accepted' }]);
  });

  const performative = (type: number, code: number, ...fields: Uint8Array[]): Uint8Array => {
    const inner = octets(...fields);
    const body = octets(0, 0x53, code, 0xc0, inner.length + 1, fields.length, inner);
    return octets(u32(body.length + 8), 2, type, 0, 0, body);
  };

  it('tells SASL of version 1.0', () => {
    const content = followed(amqp, [
      ['client', 'AMQP\x03\x01\0\0'],
      ['server', 'AMQP\x03\x01\0\0'],
      ['client', performative(1, 0x41, octets(0xa3, 5, 'PLAIN'), octets(0xa0, 11, '\0app\0s3cret'))],
      ['server', performative(1, 0x44, octets(0x50, 0))],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'AMQP SASL PLAIN', length: 6 }]);
    expect(content.logins).toMatchObject([{ mechanism: 'PLAIN', outcome: 'accepted' }]);
  });

  it('tells that the TLS of version 1.0 is refused', () => {
    const said: Said[] = [
      ['client', 'AMQP\x02\x01\0\0'],
      ['server', 'AMQP\0\x01\0\0'],
    ];
    expect(followed(amqp, said).upgrade).toMatchObject({ outcome: 'refused' });
  });
});

describe('MySQL', () => {
  const packet = (sequence: number, ...body: (number | string | Uint8Array)[]): Uint8Array => {
    const inner = octets(...body);
    return octets(inner.length & 255, inner.length >> 8, 0, sequence, inner);
  };
  const greeting = packet(
    0,
    octets(10, '8.0.36', 0, u32(1), '12345678', 0, little16(0x8200), 8, little16(2), little16(8), 21),
    new Uint8Array(10),
    octets('123456789012', 0, 'caching_sha2_password', 0),
  );
  const login = (plugin: string, answer: Uint8Array): Uint8Array =>
    packet(1, little32(0x0008_8200), u32(0), 45, new Uint8Array(23), 'app', 0, answer.length, answer, plugin, 0);

  it('tells a password in clear, and that the server has no TLS', () => {
    const content = followed(mysql, [
      ['server', greeting],
      ['client', login('mysql_clear_password', octets('s3cret', 0))],
      ['server', packet(2, 0, 0, 0, 2, 0, 0, 0)],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'MySQL mysql_clear_password', length: 6 }]);
    expect(content.upgrade).toMatchObject({ outcome: 'not-offered' });
  });

  it.each([
    ['in clear', [], 1],
    ['under RSA', [packet(4, 2), packet(5, 1, '-----BEGIN PUBLIC KEY-----')], 0],
  ])('tells full authentication of caching_sha2_password %s', (_, between, credentials) => {
    const content = followed(mysql, [
      ['server', greeting],
      ['client', login('caching_sha2_password', new Uint8Array(32).fill(7))],
      ['server', packet(2, 1, 4)],
      ...between.map((what, index): Said => [index % 2 === 0 ? 'client' : 'server', what]),
      ['client', credentials === 1 ? packet(3, 's3cret', 0) : packet(6, new Uint8Array(256).fill(9))],
      ['server', packet(7, 0, 0, 0, 2, 0, 0, 0)],
    ]);
    expect(content.credentials.length).toBe(credentials);
    expect(content.logins).toMatchObject([{ mechanism: 'caching_sha2_password', outcome: 'accepted' }]);
  });
});

describe('VNC', () => {
  it('tells a screen that is given to anybody', () => {
    const content = followed(vnc, [
      ['server', 'RFB 003.008\n'],
      ['client', 'RFB 003.008\n'],
      ['server', octets(1, 1)],
      ['client', octets(1)],
      ['server', u32(0)],
      ['client', octets(1)],
      ['server', octets(u16(800), u16(600), new Uint8Array(16), u32(4), 'desk')],
    ]);
    expect(content.logins).toMatchObject([{ kind: 'none', mechanism: 'None', outcome: 'accepted' }]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'ClientInit', meaningful: true }]);
  });

  it.each<[string, Said[]]>([
    ['RFB 003.003\n', [['server', u32(2)]]],
    [
      'RFB 003.008\n',
      [
        ['server', octets(1, 2)],
        ['client', octets(2)],
      ],
    ],
  ])('takes the answer to a challenge for the login, and no challenge alone (%j)', (version, choice) => {
    const challenged: Said[] = [
      ['server', 'RFB 003.008\n'],
      ['client', version],
      ...choice,
      ['server', new Uint8Array(16).fill(7)],
    ];
    expect(followed(vnc, challenged).logins).toEqual([]);
    const { logins } = followed(vnc, [...challenged, ['client', new Uint8Array(16).fill(9)], ['server', u32(0)]]);
    const frame = challenged.length + 1;
    expect(logins).toMatchObject([{ frame, mechanism: 'VNC authentication', outcome: 'accepted' }]);
  });
});

describe('RDP', () => {
  const connect = (type: number, negotiation: Uint8Array): Uint8Array =>
    octets(3, 0, u16(11 + negotiation.length), 6 + negotiation.length, type, 0, 0, 0, 0, 0, negotiation);

  it('tells that standard security is chosen though TLS was asked for', () => {
    const content = followed(rdp, [
      ['client', connect(0xe0, octets(1, 0, 8, 0, little32(3)))],
      ['server', connect(0xd0, octets(2, 0, 8, 0, little32(0)))],
    ]);
    expect(content.upgrade).toMatchObject({ outcome: 'refused', requestedFrame: 1, answeredFrame: 2 });
  });
});

describe('ZooKeeper', () => {
  const message = (...body: Uint8Array[]): Uint8Array => {
    const inner = octets(...body);
    return octets(u32(inner.length), inner);
  };

  it('tells a digest and what is served before it', () => {
    const content = followed(zookeeper, [
      ['client', message(new Uint8Array(24), u32(16), new Uint8Array(16), octets(0))],
      ['server', message(new Uint8Array(16), u32(16), new Uint8Array(16), octets(0))],
      ['client', message(u32(1), u32(4), u32(2), octets('/a', 0))],
      ['server', message(u32(1), new Uint8Array(8), u32(0), octets('data'))],
      ['client', message(u32(0xfffffffc), u32(100), u32(0), u32(6), octets('digest'), u32(10), octets('app:s3cret'))],
      ['server', message(u32(0xfffffffc), new Uint8Array(8), u32(0))],
    ]);
    expect(content.servedWithoutLogin).toMatchObject([{ command: 'getData', meaningful: true }]);
    expect(content.credentials).toMatchObject([{ mechanism: 'ZooKeeper digest', length: 6 }]);
    expect(content.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
  });
});

describe('AJP', () => {
  const text = (value: string): Uint8Array => octets(u16(value.length), value, 0);

  it('tells who the proxy says that the client is, and the secret that it shows', () => {
    const inner = octets(
      2,
      2,
      text('HTTP/1.1'),
      text('/'),
      text('10.0.0.7'),
      u16(0xffff),
      text('app.test'),
      u16(443),
      1,
      u16(1),
      u16(0xa005),
      text('Basic YXBwOnMzY3JldA=='),
      3,
      text('alice'),
      7,
      text('MIIB'),
      12,
      text('ajp-s3cret'),
      0xff,
    );
    const content = followed(ajp, [
      ['client', octets(0x12, 0x34, u16(inner.length), inner)],
      ['server', octets('AB', u16(5), 4, u16(200), u16(0))],
    ]);
    expect(content.identities.map(({ where, value }) => [where, value])).toEqual([
      ['AJP is_ssl', null],
      ['AJP attribute remote_user', 'alice'],
      ['AJP attribute ssl_cert', null],
    ]);
    expect(content.credentials).toMatchObject([
      { where: 'header authorization' },
      { mechanism: 'AJP secret', length: 10 },
    ]);
    expect(content.requests).toMatchObject([{ method: 'GET', target: 'app.test', status: '200' }]);
  });

  it('hands on the certificate of the client, which is then in clear', () => {
    const pem = pemOf(buildCertificate());
    const inner = octets(
      2,
      2,
      text('HTTP/1.1'),
      text('/'),
      text('10.0.0.7'),
      u16(0xffff),
      text('app.test'),
      u16(443),
      1,
      u16(0),
      7,
      text(pem),
      0xff,
    );
    const content = followed(ajp, [['client', octets(0x12, 0x34, u16(inner.length), inner)]]);
    expect(content.material).toMatchObject([{ kind: 'certificate', where: 'AJP attribute ssl_cert' }]);
  });
});

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`;

/** What a web server tells of a request that came over TLS with a client certificate. */
const told = (): [string, string][] => [
  ['QUERY_STRING', ''],
  ['REQUEST_METHOD', 'POST'],
  ['CONTENT_TYPE', 'application/x-www-form-urlencoded'],
  ['CONTENT_LENGTH', '16'],
  ['REQUEST_URI', '/login'],
  ['REMOTE_ADDR', '10.0.0.7'],
  ['REMOTE_PORT', '40001'],
  ['SERVER_NAME', 'app.test'],
  ['HTTPS', 'on'],
  ['SSL_CLIENT_VERIFY', 'SUCCESS'],
  ['SSL_CLIENT_S_DN', 'CN=alice'],
  ['SSL_SERVER_S_DN', 'CN=app.test'],
  ['SSL_CLIENT_CERT', pemOf(buildCertificate())],
  ['HTTP_HOST', 'app.test'],
  ['HTTP_X_API_KEY', 'k3y-0123456789'],
];
const form = 'password=hunter2';
const expected = (title: string) => ({
  requests: [{ method: 'POST', target: 'app.test', status: '302' }],
  forwarding: [{ name: `${title} REMOTE_ADDR`, client: { ip: '10.0.0.7', port: 40_001 } }],
  identities: [
    { where: `${title} variable SSL_CLIENT_VERIFY`, kind: 'verification', value: 'SUCCESS' },
    { where: `${title} variable SSL_CLIENT_S_DN`, kind: 'subject', value: 'CN=alice' },
    { where: `${title} variable SSL_CLIENT_CERT`, kind: 'certificate' },
    { where: `${title} variable HTTPS`, kind: 'tls-info' },
  ],
  material: [{ kind: 'certificate', where: `${title} variable SSL_CLIENT_CERT` }],
  credentials: [{ where: 'header x-api-key' }, { where: 'form field password', length: 7 }],
});
const answer = 'Status: 302 Found\r\nLocation: /\r\n\r\n';

describe('FastCGI', () => {
  const fastcgiRecord = (type: number, body: Uint8Array, padding = 0): Uint8Array =>
    octets(1, type, u16(1), u16(body.length), padding, 0, body, new Uint8Array(padding));
  const length = (value: number): Uint8Array => (value < 128 ? octets(value) : u32(value + 0x80000000));
  const params = octets(
    ...told().map(([name, value]) => octets(length(name.length), length(value.length), name, value)),
  );
  const begin = fastcgiRecord(1, octets(u16(1), 1, new Uint8Array(5)));
  const stdin = octets(fastcgiRecord(5, octets(form)), fastcgiRecord(5, new Uint8Array(0)));
  const ended = octets(fastcgiRecord(6, octets(answer), 2), fastcgiRecord(3, new Uint8Array(8)));

  it('tells who the client is, what it asked, and what that came to', () => {
    const content = followed(fastcgi, [
      ['client', octets(begin, fastcgiRecord(4, params, 3), fastcgiRecord(4, new Uint8Array(0)), stdin)],
      ['server', ended],
    ]);
    expect(content).toMatchObject(expected('FastCGI'));
  });

  it('reads variables that are cut between records, and the next request on the connection', () => {
    const cut = [params.subarray(0, 300), params.subarray(300)].map((part) => fastcgiRecord(4, part));
    const asked = octets(begin, ...cut, fastcgiRecord(4, new Uint8Array(0)), stdin);
    const content = followed(fastcgi, [
      ['client', asked],
      ['server', ended],
      ['client', asked],
      ['server', ended],
    ]);
    expect(content.requestCount).toBe(2);
    expect(content.material).toMatchObject(expected('FastCGI').material);
    expect(content.requests).toMatchObject([{ status: '302' }, { status: '302' }]);
  });
});

describe('uwsgi', () => {
  it('tells the same, and is answered as HTTP is', () => {
    const pairs = octets(
      ...told().map(([name, value]) => octets(little16(name.length), name, little16(value.length), value)),
    );
    const content = followed(uwsgi, [
      ['client', octets(0, little16(pairs.length), 0, pairs, form)],
      ['server', `HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n`],
    ]);
    expect(content).toMatchObject(expected('uwsgi'));
  });
});

describe('SCGI', () => {
  it('tells the same', () => {
    const pairs = octets(
      'CONTENT_LENGTH',
      0,
      '16',
      0,
      'SCGI',
      0,
      '1',
      0,
      ...told()
        .filter(([name]) => name !== 'CONTENT_LENGTH')
        .map(([name, value]) => octets(name, 0, value, 0)),
    );
    const content = followed(scgi, [
      ['client', octets(`${pairs.length}:`, pairs, ',', form)],
      ['server', answer],
    ]);
    expect(content).toMatchObject(expected('SCGI'));
  });

  it('says that a request came in clear where the web server does', () => {
    const pairs = octets('CONTENT_LENGTH', 0, '0', 0, 'SCGI', 0, '1', 0, 'REQUEST_SCHEME', 0, 'http', 0);
    const content = followed(scgi, [['client', octets(`${pairs.length}:`, pairs, ',')]]);
    expect(content.forwarding).toMatchObject([{ name: 'x-forwarded-proto', mark: 'http' }]);
    expect(content.identities).toEqual([]);
  });
});

describe('Modbus', () => {
  it('tells writes that are carried out, and not those that are refused', () => {
    const content = followed(modbus, [
      ['client', octets(0, 1, 0, 0, 0, 6, 1, 6, 0, 1, 0, 3)],
      ['server', octets(0, 1, 0, 0, 0, 6, 1, 6, 0, 1, 0, 3)],
      ['client', octets(0, 2, 0, 0, 0, 6, 1, 3, 0, 1, 0, 3)],
      ['server', octets(0, 2, 0, 0, 0, 3, 1, 0x83, 2)],
    ]);
    expect(content.servedWithoutLogin.map(({ command }) => command)).toEqual(['write single register']);
  });
});

describe('Memcached', () => {
  it('says nothing of absent logins where the first command may be one', () => {
    const content = followed(memcached, [
      ['client', 'set auth 0 0 10\r\napp s3cret\r\n'],
      ['server', 'STORED\r\n'],
      ['client', 'get order\r\n'],
      ['server', 'END\r\n'],
    ]);
    expect(content.servedWithoutLogin).toEqual([]);
  });
});

describe('Redis', () => {
  it('tells every secret that administration sends', () => {
    const command = (...words: string[]): string =>
      `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
    const content = followed(redis, [
      ['client', command('HELLO', '3', 'AUTH', 'app', 's3cret')],
      ['server', '%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n'],
      ['client', command('config', 'set', 'requirepass', 'n3w')],
      ['server', '+OK\r\n'],
      ['client', command('ACL', 'SETUSER', 'bob', 'on', '>b0b', '~*')],
      ['server', '+OK\r\n'],
    ]);
    expect(content.credentials.map(({ mechanism, length }) => `${mechanism} ${length}`)).toEqual([
      'Redis HELLO AUTH 6',
      'Redis CONFIG SET REQUIREPASS 3',
      'Redis ACL SETUSER 3',
    ]);
    expect(content.logins).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('says nothing of absent logins after an answer to what was not seen', () => {
    const content = followed(redis, [
      ['server', '+OK\r\n'],
      ['client', 'GET a\r\n'],
      ['server', '$1\r\nb\r\n'],
    ]);
    expect(content.servedWithoutLogin).toEqual([]);
  });
});

describe('PostgreSQL', () => {
  it('tells a password where only the client is seen', () => {
    const startup = octets(u32(22), u32(0x30000), 'user', 0, 'postgres', 0);
    const content = followed(postgresql, [
      ['client', startup],
      ['client', octets('p', u32(11), 's3cret', 0)],
    ]);
    expect(content.credentials).toMatchObject([{ mechanism: 'PostgreSQL PasswordMessage', length: 6 }]);
    expect(content.servedWithoutLogin).toEqual([]);
  });

  it('gives up where octets are no messages', () => {
    const content = followed(postgresql, [['client', octets('Q', u32(0xffffffff), 'select')]]);
    expect(content.inspection.client.ended).toBe('what follows is no message of the protocol');
  });
});
