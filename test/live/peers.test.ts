import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, Hop } from '../../src/index.js';
import { installedBackends } from '../../src/source/live/backends.js';
import { hosts, pathOf, type Recording, Segment, whyNotHere } from '../peers/segment.js';
import { Sniffing, until } from './veth.js';

const { clients, proxy, backend } = hosts;
const front = 8443;
const back = 8080;

const missing = whyNotHere('nginx', 'haproxy', 'curl');
if (missing !== null) console.warn(`LIVE SNIFFING OF PROXIES IS NOT TESTED HERE: ${missing}`);
const backends = (['tcpdump', 'dumpcap'] as const).filter(
  (name) => missing === null && installedBackends().includes(name),
);

/** The program as it is installed: the child that runs the package `cap` is a part of it. */
const installed = fileURLToPath(new URL('../../bin/analyze.js', import.meta.url));
const capIsMissing = whyNoCap();
if (missing === null && capIsMissing !== null) console.warn(`THE BACKEND cap IS NOT TESTED HERE: ${capIsMissing}`);

function whyNoCap(): string | null {
  try {
    createRequire(import.meta.url).resolve('cap/build/Release/cap.node');
  } catch {
    return 'it is not compiled (npm ci after apt-get install libpcap-dev)';
  }
  return existsSync(new URL('../../dist/program/cap-child.js', import.meta.url)) ? null : 'not built (npm run build)';
}

const program = `require('http').createServer((q, s) => s.end('hello')).listen(${back}, '${backend}')`;

/** Proxies that insist on client certificates, and go on in cleartext. */
const proxies: Readonly<Record<string, (segment: Segment) => Promise<void>>> = {
  nginx: (segment) => {
    const file = segment.file(
      'nginx.conf',
      `daemon off; worker_processes 1; user root; pid nginx.pid; error_log stderr; events {}
       http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
         uwsgi_temp_path uwsgi; scgi_temp_path scgi;
         server { listen ${proxy}:${front} ssl; ssl_certificate server.pem; ssl_certificate_key server.key;
           ssl_protocols TLSv1.2; ssl_client_certificate ca.pem; ssl_verify_client on;
           location / { proxy_pass http://${backend}:${back}; proxy_bind ${proxy}; proxy_set_header X-Real-IP $remote_addr; } } }`,
    );
    return segment.serve('nginx', ['-p', segment.folder, '-e', 'stderr', '-c', file], front);
  },
  HAProxy: (segment) => {
    segment.run('sh', ['-c', 'cat server.pem server.key > both.pem']);
    const tls = `ssl crt ${segment.path('both.pem')} ca-file ${segment.path('ca.pem')} verify required ssl-max-ver TLSv1.2`;
    const file = segment.file(
      'haproxy.cfg',
      `defaults\n  mode http\n  timeout connect 3s\n  timeout client 10s\n  timeout server 10s
frontend f\n  bind ${proxy}:${front} ${tls}\n  http-request set-header X-SSL-Client-DN %{+Q}[ssl_c_s_dn]\n  default_backend b
backend b\n  source ${proxy}\n  server s ${backend}:${back}\n`,
    );
    return segment.serve('haproxy', ['-db', '-f', file], front);
  },
};

/** What is compared: not frames and times, as two captures never number alike. */
const findingGist = ({ kind, severity, certainty, hop, server, count }: Finding): string =>
  `${kind} ${severity} ${certainty} ${hop ?? server} ${count}`;
/** Joins that are inferred rest on microseconds, and two captures stamp a packet up to a millisecond apart. */
const hopGist = ({ id, mtls, forwardedFrom }: Hop): string => {
  const observed = forwardedFrom.filter(({ certainty }) => certainty === 'observed');
  return `${id} ${mtls} from ${observed.map(({ hop }) => hop).sort()}`;
};
const ofConnections = ({ kind }: Finding): boolean => !/^(capture|vantage)-/.test(kind);

describe.skipIf(missing !== null)('live sniffing of', { timeout: 60_000 }, () => {
  let segment: Segment;
  const path = process.env.PATH;

  beforeEach(async () => {
    segment = new Segment();
    await segment.serve('node', [segment.file('backend.cjs', program)], back);
    // The backends are started in the segment, though we are not in it.
    const namespace = segment.run('sh', ['-c', 'ip netns identify $$']).trim();
    const folder = segment.path('bin');
    mkdirSync(folder);
    for (const name of backends) {
      writeFileSync(`${folder}/${name}`, `#!/bin/sh\nexec ip netns exec ${namespace} ${pathOf(name)} "$@"\n`);
      chmodSync(`${folder}/${name}`, 0o755);
    }
    process.env.PATH = `${folder}${delimiter}${path}`;
  }, 30_000);
  afterEach(async () => {
    process.env.PATH = path;
    await segment.close();
  }, 30_000);

  const cases = Object.keys(proxies).flatMap((name) => backends.map((sniffer) => [name, sniffer] as const));
  it.skipIf(capIsMissing !== null).each(Object.keys(proxies))(
    '%s with cap finds what `analyze` finds in a capture of the same traffic',
    async (name) => {
      await proxies[name]!(segment);
      const namespace = segment.run('sh', ['-c', 'ip netns identify $$']).trim();
      const report = segment.path('live.json');
      const args = ['live', '-i', 'lo', '--backend', 'cap', '-f', 'json', '-o', report, '--no-progress'];
      const live = spawn('ip', ['netns', 'exec', namespace, process.execPath, installed, ...args]);
      let messages = '';
      live.stderr.on('data', (chunk: Buffer) => {
        messages += chunk.toString();
      });
      const ended = once(live, 'exit');
      await until(() => messages.includes('sniffing'), `the start of cap: ${messages}`);
      await sleep(1000);
      const recording = await segment.record(async () => {
        callProxy(segment);
        await sleep(1500);
      });
      live.kill('SIGINT');
      await ended;
      expectAlike(JSON.parse(readFileSync(report, 'utf8')), recording);
    },
  );

  it.each(cases)('%s with %s finds what `analyze` finds in a capture of the same traffic', async (name, sniffer) => {
    await proxies[name]!(segment);
    const live = await new Sniffing('lo', { backend: sniffer }).started();
    const recording = await segment.record(async () => {
      callProxy(segment);
      await until(() => live.kinds().includes('cleartext-proxy-hop'), 'cleartext behind the proxy');
      await sleep(1500);
    });
    await live.stop();
    expectAlike(live, recording);
  });
});

/** What both see: the same hops and findings, and cleartext behind TLS that is joined with hops of its clients. */
function expectAlike(live: Pick<Recording, 'hops' | 'findings'>, recording: Recording): void {
  expect(live.hops.map(hopGist).sort()).toEqual(recording.hops.map(hopGist).sort());
  expect(live.findings.filter(ofConnections).map(findingGist).sort()).toEqual(
    recording.findings.filter(ofConnections).map(findingGist).sort(),
  );
  for (const { hops } of [live, recording]) {
    const behind = hops.filter(({ server }) => server.port === back);
    expect(behind.map(({ mtls }) => mtls)).toEqual(['cleartext']);
    const fronts = behind[0]!.forwardedFrom.map(({ hop }) => hop);
    expect(fronts).not.toEqual([]);
    expect(clients.map((client) => `${client}->${proxy}:${front}`)).toEqual(expect.arrayContaining(fronts));
  }
}

/** Clients with certificates, one after the other, and one without: it is refused with HTTP 400, or an alert. */
function callProxy(segment: Segment): void {
  const target = ['--resolve', `server.segment.test:${front}:${proxy}`, `https://server.segment.test:${front}/`];
  for (const from of clients) {
    const own = ['--cert', 'client.pem', '--key', 'client.key', '--cacert', 'ca.pem', '--interface', from];
    segment.run('curl', ['-sS', '-o', '/dev/null', ...own, ...target]);
    segment.run('sleep', ['0.06']);
  }
  const anonymous = ['--cacert', 'ca.pem', '--interface', clients[0]];
  segment.run('curl', ['-sS', '-o', '/dev/null', ...anonymous, ...target], [0, 35, 56]);
}
