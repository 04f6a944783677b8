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

const reason = whyNotHere('curl', 'haproxy', 'node');
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
});
