// What a proxy carries in HTTP/2 to its backend, and an application that only asks services of its own.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hosts, type Recording, Segment, whyNotHere } from './segment.js';

const { clients, proxy, backend, database } = hosts;
const front = 9443;
const back = 18080;

/** HTTP/2 without TLS, as gRPC services speak it. */
const backendProgram = `
  const http2 = require('http2');
  http2.createServer().on('stream', (stream, headers) => {
    stream.respond({ ':status': 200 });
    stream.end('x'.repeat(200 + (headers[':path'].length * 997) % 5000));
  }).listen(${back}, '${backend}');`;

/** Serves each request from what three requests of its own to two services bring. */
const aggregatorProgram = `
  const fs = require('fs'), http = require('http'), https = require('https');
  for (const host of ['${backend}', '${database}'])
    http.createServer((request, response) => response.end('y'.repeat(request.url.length * 90))).listen(${back + 1}, host);
  const ask = (host, path) => new Promise((done) =>
    http.get({ host, port: ${back + 1}, path, localAddress: '${proxy}', agent: false }, (answer) => {
      let octets = 0;
      answer.on('data', (part) => { octets += part.length; });
      answer.on('end', () => done(octets));
    }));
  const identity = { cert: fs.readFileSync('server.pem'), key: fs.readFileSync('server.key'), ca: fs.readFileSync('ca.pem') };
  https.createServer({ ...identity, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    const found = [await ask('${backend}', '/user/1'), await ask('${database}', '/orders?of=1'), await ask('${database}', '/prices')];
    response.end(JSON.stringify(found));
  }).listen(${front}, '${proxy}');`;

/** Answers each request of HTTP/2 with what one request of its own to a service brings, and much of its own beside. */
const askingProgram = `
  const fs = require('fs'), http = require('http'), http2 = require('http2');
  http.createServer((request, response) => response.end('y'.repeat(2000 + request.url.length * 90))).listen(${back + 1}, '${backend}');
  const agent = new http.Agent({ keepAlive: true });
  const ask = (path) => new Promise((done) =>
    http.get({ host: '${backend}', port: ${back + 1}, path, localAddress: '${proxy}', agent }, (answer) => {
      let octets = 0;
      answer.on('data', (part) => { octets += part.length; });
      answer.on('end', () => done(octets));
    }));
  const identity = { cert: fs.readFileSync('server.pem'), key: fs.readFileSync('server.key'), ca: fs.readFileSync('ca.pem') };
  http2.createSecureServer({ ...identity, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    response.end(JSON.stringify(await ask('/user/' + (request.url.length % 7))));
  }).listen(${front}, '${proxy}');`;

/** Each client keeps a connection of HTTP/2 and asks several things at a time on it. */
const burstsProgram = `
  const fs = require('fs'), http2 = require('http2');
  const identity = { cert: fs.readFileSync('client.pem'), key: fs.readFileSync('client.key'), ca: fs.readFileSync('ca.pem') };
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const ask = (session, path) => new Promise((done) => {
    const stream = session.request({ ':path': path });
    stream.on('data', () => {}).on('end', done).on('error', done).end();
  });
  Promise.all(${JSON.stringify(clients)}.map(async (localAddress, client) => {
    const session = http2.connect('https://${proxy}:${front}', { ...identity, servername: 'server.segment.test', localAddress });
    for (let round = 0; round < 8; round++) {
      await pause(40 + ((client * 67 + round * 113) % 160));
      const together = 1 + ((client + round) % 4);
      await Promise.all(Array.from({ length: together }, (_, at) => ask(session, '/' + 'a'.repeat(3 + client * 9 + round * 4 + at))));
    }
    session.close();
  }));`;

async function requests(segment: Segment): Promise<void> {
  const own = ['--cert', 'client.pem', '--key', 'client.key', '--cacert', 'ca.pem'];
  const where = ['--resolve', `server.segment.test:${front}:${proxy}`];
  for (let round = 0; round < 6; round++) {
    for (const [at, from] of clients.entries()) {
      const target = `https://server.segment.test:${front}/${'a'.repeat(round * 5 + at * 11)}`;
      segment.run('curl', ['-sS', '-o', '/dev/null', ...own, '--interface', from, ...where, target]);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }
}

const joined = (recording: Recording): string[] =>
  recording.hops
    .filter(({ server }) => server.port !== front)
    .flatMap(({ forwardedFrom }) => forwardedFrom.map(({ hop }) => hop))
    .sort();
const fronts = clients.map((from) => `${from}->${proxy}:${front}`);

const reason = whyNotHere('curl', 'haproxy', 'nginx', 'node');
if (reason !== null) console.warn(`SKIPPED: legs in HTTP/2 were not recorded (${reason})`);

describe.skipIf(reason !== null)('a host in the middle', () => {
  let segment: Segment;
  beforeEach(() => {
    segment = new Segment();
  }, 60_000);
  afterEach(() => segment.close(), 30_000);

  // What joins them is time, which a machine under load blurs: silence is then right, and the recording is made again.
  it('that carries the requests of its clients on one connection of HTTP/2 is joined to all of them', {
    retry: 2,
    timeout: 60_000,
  }, async () => {
    await segment.serve('node', [segment.file('backend.cjs', backendProgram)], back);
    segment.file('server.both', segment.run('cat', ['server.pem', 'server.key']));
    const configuration = segment.file(
      'haproxy.cfg',
      `global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend f
  bind ${proxy}:${front} ssl crt server.both ca-file ca.pem verify required alpn h2,http/1.1
  default_backend b
backend b
  source ${proxy}
  server s ${backend}:${back} proto h2
`,
    );
    await segment.serve('haproxy', ['-f', configuration], front);
    const recording = await segment.record(() => requests(segment));
    expect(joined(recording)).toEqual(fronts);
    const kinds = recording.findings.map(({ kind }) => kind);
    expect(kinds).toContain('cleartext-proxy-hop');
  });

  it('that asks services of its own for each request is no proxy', async () => {
    await segment.serve('node', [segment.file('aggregator.cjs', aggregatorProgram)], front);
    const recording = await segment.record(() => requests(segment));
    expect(recording.hops.filter(({ server }) => server.port === back + 1)).toHaveLength(2);
    expect(joined(recording)).toEqual([]);
    expect(recording.findings.map(({ kind }) => kind)).not.toContain('cleartext-proxy-hop');
  }, 60_000);

  it('that takes several requests at a time in TLS 1.3, which hides that they are HTTP/2, is joined', {
    retry: 2,
    timeout: 60_000,
  }, async () => {
    const program = `require('http').createServer((request, response) =>
      setTimeout(() => response.end('x'.repeat(200 + (request.url.length * 997) % 5000)), 5 + (request.url.length * 13) % 40)
    ).listen(${back}, '${backend}');`;
    await segment.serve('node', [segment.file('plain.cjs', program)], back);
    const configuration = segment.file(
      'nginx.conf',
      `daemon off; user root; pid ${segment.path('nginx.pid')}; error_log ${segment.path('nginx.err')};
events {}
http {
  access_log off;
  server {
    listen ${proxy}:${front} ssl http2;
    ssl_certificate ${segment.path('server.pem')}; ssl_certificate_key ${segment.path('server.key')};
    ssl_client_certificate ${segment.path('ca.pem')}; ssl_verify_client on; ssl_protocols TLSv1.3;
    location / { proxy_bind ${proxy}; proxy_pass http://${backend}:${back}; }
  }
}
`,
    );
    await segment.serve('nginx', ['-p', segment.folder, '-c', configuration], front);
    const asking = segment.file('bursts.cjs', burstsProgram);
    const recording = await segment.record(() => void segment.run('node', [asking]));
    expect(joined(recording)).toEqual(fronts);
    expect(recording.findings.map(({ kind }) => kind)).toContain('cleartext-proxy-hop');
  });

  it('that asks one service once for each request of HTTP/2 is no proxy either', async () => {
    await segment.serve('node', [segment.file('asking.cjs', askingProgram)], front);
    const asking = segment.file('bursts.cjs', burstsProgram);
    const recording = await segment.record(() => void segment.run('node', [asking]));
    expect(recording.hops.filter(({ server }) => server.port === back + 1)).toHaveLength(1);
    expect(joined(recording)).toEqual([]);
    expect(recording.findings.map(({ kind }) => kind)).not.toContain('cleartext-proxy-hop');
  }, 60_000);
});
