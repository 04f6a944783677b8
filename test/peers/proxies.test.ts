// Proxies of several makers between clients and backends: which hop carries whose requests, and which only looks like it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hosts, type Recording, Segment, whyNotHere } from './segment.js';

const { clients, proxy, backend, database } = hosts;
const front = 8443;
const back = 8080;

/** Answers with some octets per path, and keeps connections open; with `redis`, asks a database for each request. */
const backendProgram = `
  const http = require('http');
  http.createServer((request, response) => {
    let size = 0;
    request.on('data', (octets) => { size += octets.length; });
    request.on('end', () => { const length = 200 + (request.url.length * 997) % 5000 + size; response.end('x'.repeat(length)); });
  }).listen(${back}, '${backend}');`;

function curl(segment: Segment, from: string, path: string, ...more: string[]): void {
  const own = ['--cert', 'client.pem', '--key', 'client.key', '--cacert', 'ca.pem', '--interface', from];
  const target = `https://server.segment.test:${front}`;
  segment.run('curl', [
    '-sS',
    '-o',
    '/dev/null',
    ...own,
    '--resolve',
    `server.segment.test:${front}:${proxy}`,
    `${target}${path}`,
    ...more,
  ]);
}

/** Three clients with some requests each, of different lengths and some time apart. */
async function requests(segment: Segment): Promise<void> {
  const target = `https://server.segment.test:${front}`;
  for (const [at, from] of clients.entries()) {
    curl(segment, from, `/a${'b'.repeat(at * 7)}`, `${target}/second${'c'.repeat(at * 3)}`, '-o', '/dev/null');
    await new Promise((resolve) => setTimeout(resolve, 60));
    curl(segment, from, `/third${'d'.repeat(at)}`, '--data', 'e'.repeat(300 + at * 211));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

/** Servers that have a finding of the kind, each once. */
function kinds(recording: Recording, kind: string): string[] {
  const servers = recording.findings.filter((finding) => finding.kind === kind).map(({ server }) => server!);
  return [...new Set(servers)].sort();
}

const joined = (recording: Recording, port: number): string[] =>
  recording.hops
    .filter(({ server }) => server.port === port)
    .flatMap(({ forwardedFrom }) => forwardedFrom.map(({ hop }) => hop))
    .sort();
const fronts = clients.map((from) => `${from}->${proxy}:${front}`);

function proxied(name: string, programs: readonly string[], body: (segment: () => Segment) => void): void {
  const reason = whyNotHere('curl', ...programs);
  if (reason !== null) console.warn(`SKIPPED: ${name} was not recorded (${reason})`);
  describe.skipIf(reason !== null)(name, () => {
    let segment: Segment;
    beforeEach(async () => {
      segment = new Segment();
      await segment.serve('node', [segment.file('backend.cjs', backendProgram)], back);
    }, 60_000);
    afterEach(() => segment.close(), 30_000);
    body(() => segment);
  });
}

const nginx = (segment: Segment, blocks: string): Promise<void> => {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${kind};`);
  const configuration = segment.file(
    'nginx.conf',
    `daemon off; worker_processes 1; user root; pid nginx.pid; error_log stderr; events {}
     http { access_log off; ${temporary.join(' ')} ${blocks} }`,
  );
  return segment.serve('nginx', ['-p', segment.folder, '-e', 'stderr', '-c', configuration], front);
};

const nginxFront = (policy: string): string => `listen ${proxy}:${front} ssl; ssl_certificate server.pem;
  ssl_certificate_key server.key; ssl_client_certificate ca.pem; ssl_verify_client ${policy};`;

proxied('nginx', ['nginx'], (segment) => {
  it('with a pool of keep-alive connections, and no header that tells of the client', async () => {
    await nginx(
      segment(),
      `upstream pool { server ${backend}:${back}; keepalive 8; }
       server { ${nginxFront('on')} location / { proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_bind ${proxy}; } }`,
    );
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'cleartext-proxy-hop')).toEqual([`${backend}:${back}`]);
  }, 60_000);

  it('that asks no client for a certificate, with the address of the client in a header', async () => {
    await nginx(
      segment(),
      `server { ${nginxFront('off')} location / { proxy_pass http://${backend}:${back}; proxy_set_header X-Forwarded-For $remote_addr; proxy_bind ${proxy}; } }`,
    );
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'missing-client-cert-request')).toEqual([`${proxy}:${front}`]);
  }, 60_000);
});

proxied('HAProxy', ['haproxy'], (segment) => {
  const serve = (frontend: string, server: string): Promise<void> => {
    const file = segment().file(
      'haproxy.cfg',
      `global\n  master-worker no-exit-on-failure\ndefaults\n  timeout connect 3s\n  timeout client 10s\n  timeout server 10s
frontend f\n  bind ${proxy}:${front}${frontend}\n  default_backend b\nbackend b\n  source ${proxy}\n  server s ${server}\n`.replace(
        '  master-worker no-exit-on-failure\n',
        '',
      ),
    );
    segment().run('sh', ['-c', 'cat server.pem server.key > both.pem']);
    return segment().serve('haproxy', ['-db', '-f', file], front);
  };
  const terminating = (): string =>
    ` ssl crt ${segment().path('both.pem')} ca-file ${segment().path('ca.pem')} verify required`;

  it('that ends TLS and speaks TCP to the backend, with the client in a PROXY header', async () => {
    await serve(`${terminating()}\n  mode tcp`, `${backend}:${back} send-proxy-v2-ssl-cn\n  mode tcp`);
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'cleartext-identity-header')).toContain(`${backend}:${back}`);
  }, 60_000);

  it('that speaks HTTP, with the subject of the client in a header', async () => {
    const http = `${terminating()}\n  mode http\n  http-request set-header X-SSL-Client-DN %{+Q}[ssl_c_s_dn]`;
    await serve(http, `${backend}:${back}\n  mode http`);
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'cleartext-proxy-hop')).toEqual([`${backend}:${back}`]);
    expect(kinds(recording, 'cleartext-identity-header')).toEqual([`${backend}:${back}`]);
  }, 60_000);

  it('that passes TLS on as it is: nothing is in cleartext', async () => {
    const secured = 8444;
    await segment().serve(
      'node',
      [
        segment().file(
          'secured.cjs',
          `const fs = require('fs');
           require('https').createServer({ cert: fs.readFileSync('server.pem'), key: fs.readFileSync('server.key'), ca: fs.readFileSync('ca.pem'),
             requestCert: true, rejectUnauthorized: true }, (q, r) => r.end('ok')).listen(${secured}, '${backend}');`,
        ),
      ],
      secured,
    );
    await serve('\n  mode tcp', `${backend}:${secured}\n  mode tcp`);
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, secured)).toEqual(fronts);
    expect(recording.findings.filter(({ kind }) => /^cleartext-|proxy-hop/.test(kind))).toEqual([]);
  }, 60_000);
});

proxied('Apache', ['apache2'], (segment) => {
  it('with the client certificate in a header', async () => {
    const modules = ['mpm_event', 'ssl', 'socache_shmcb', 'proxy', 'proxy_http', 'headers', 'authz_core'];
    const file = segment().file(
      'apache.conf',
      `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot ${segment().folder}\nServerName server.segment.test\nPidFile ${segment().path('apache.pid')}\nErrorLog /dev/stderr\nListen ${proxy}:${front}\nUser nobody\nGroup nogroup\nMutex sem
<VirtualHost *:${front}>
SSLEngine on\nSSLCertificateFile ${segment().path('server.pem')}\nSSLCertificateKeyFile ${segment().path('server.key')}\nSSLCACertificateFile ${segment().path('ca.pem')}\nSSLVerifyClient require
ProxySourceAddress ${proxy}\nRequestHeader set X-Client-Cert "%{SSL_CLIENT_CERT}s"\nProxyPass / http://${backend}:${back}/
</VirtualHost>\n`,
    );
    await segment().serve('apache2', ['-D', 'FOREGROUND', '-f', file], front);
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'cleartext-identity-header')).toEqual([`${backend}:${back}`]);
    expect(kinds(recording, 'plaintext-certificate')).toEqual([`${backend}:${back}`]);
  }, 60_000);
});

proxied('Caddy', ['caddy'], (segment) => {
  it('with its own headers', async () => {
    const path = (name: string): string => segment().path(name);
    const file = segment().file(
      'Caddyfile',
      `{\n admin off\n auto_https off\n}\nhttps://server.segment.test:${front} {\n bind ${proxy}\n tls ${path('server.pem')} ${path('server.key')} {\n  client_auth {\n   mode require_and_verify\n   trusted_ca_cert_file ${path('ca.pem')}\n  }\n }\n reverse_proxy http://${backend}:${back}\n}\n`,
    );
    const environment = [`XDG_DATA_HOME=${segment().folder}`, `HOME=${segment().folder}`];
    await segment().serve('env', [...environment, 'caddy', 'run', '--adapter', 'caddyfile', '--config', file], front);
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, back)).toEqual(fronts);
    expect(kinds(recording, 'cleartext-proxy-hop')).toEqual([`${backend}:${back}`]);
  }, 60_000);
});

proxied('stunnel', ['stunnel4', 'redis-server', 'redis-cli'], (segment) => {
  it('before a Redis in cleartext', async () => {
    const redis = 6379;
    await segment().serve(
      'redis-server',
      ['--bind', backend, '--protected-mode', 'no', '--port', `${redis}`, '--save', ''],
      redis,
    );
    const file = segment().file(
      'stunnel.conf',
      `foreground = yes\npid =\n[redis]\naccept = ${proxy}:${front}\nconnect = ${backend}:${redis}\nlocal = ${proxy}\ncert = ${segment().path('server.pem')}\nkey = ${segment().path('server.key')}\nCAfile = ${segment().path('ca.pem')}\nverifyChain = yes\n`,
    );
    await segment().serve('stunnel4', [file], front);
    const recording = await segment().record(async () => {
      for (const [at, name] of ['one', 'second', 'the-third-of-them'].entries()) {
        const own = ['--tls', '--cacert', 'ca.pem', '--cert', 'client.pem', '--key', 'client.key'];
        segment().run('redis-cli', ['-h', proxy, '-p', `${front}`, ...own, 'set', name, 'v'.repeat(100 + at * 333)]);
        await new Promise((resolve) => setTimeout(resolve, 80));
      }
    });
    const calls = recording.hops.filter(({ server }) => server.port === front).map(({ id }) => id);
    expect(joined(recording, redis)).toEqual(calls);
    expect(kinds(recording, 'cleartext-proxy-hop')).toEqual([`${backend}:${redis}`]);
  }, 60_000);
});

proxied('what merely looks like a proxy', ['nginx', 'redis-server'], (segment) => {
  it('a service with mutual TLS that asks its own database for every request, is scraped, and looks after others', async () => {
    const redis = 6379;
    await segment().serve(
      'redis-server',
      ['--bind', database, '--protected-mode', 'no', '--port', `${redis}`, '--save', ''],
      redis,
    );
    await segment().serve(
      'node',
      [
        segment().file(
          'service.cjs',
          `const fs = require('fs'), net = require('net'), http = require('http');
           const db = net.connect({ host: '${database}', port: ${redis}, localAddress: '${proxy}' });
           const ask = (line) => new Promise((resolve) => { db.once('data', resolve); db.write(line + '\\r\\n'); });
           require('https').createServer({ cert: fs.readFileSync('server.pem'), key: fs.readFileSync('server.key'), ca: fs.readFileSync('ca.pem'), requestCert: true, rejectUnauthorized: true },
             async (q, r) => { await ask('GET session:' + q.url.length); await ask('INCR hits'); r.end('<html>' + 'y'.repeat(2000 + q.url.length) + '</html>'); }).listen(${front}, '${proxy}');
           const poll = () => http.get({ host: '${backend}', port: ${back}, path: '/healthz', localAddress: '${proxy}' }, (r) => r.resume()).on('error', () => {});
           setInterval(poll, 150);`,
        ),
      ],
      front,
    );
    const recording = await segment().record(() => requests(segment()));
    expect(joined(recording, redis)).toEqual([]);
    expect(joined(recording, back)).toEqual([]);
    expect(kinds(recording, 'cleartext-proxy-hop')).toEqual([]);
  }, 60_000);
});
