import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze, type Finding } from '../../src/index.js';
import { installedBackends } from '../../src/source/live/backends.js';
import { whyNotHere } from '../peers/segment.js';
import { Sniffing, until, VethSegment } from './veth.js';

const missing = whyNotHere();
if (missing !== null) console.warn(`LIVE SNIFFING IS NOT TESTED HERE: ${missing}`);

/** What is compared of a finding: not its frames, as two captures never number alike. */
function gist(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ kind }) => !kind.startsWith('capture-') && !kind.startsWith('vantage-'))
    .map(({ kind, severity, hop, server, count }) => `${kind} ${severity} ${hop ?? server} ${count}`)
    .sort();
}

describe.skipIf(missing !== null)('live sniffing of real traffic', { timeout: 60_000 }, () => {
  let segment: VethSegment;
  beforeAll(async () => {
    segment = new VethSegment();
    await segment.serveTls(8443);
    await segment.serveTls(9443, '-verify', '1');
    await segment.serveHttp(8080);
  }, 30_000);
  afterAll(() => segment.close(), 30_000);

  const backends = (['tcpdump', 'dumpcap'] as const).filter(
    (name) => missing === null && installedBackends().includes(name),
  );
  if (missing === null && backends.length < 2) console.warn(`only tested with ${backends.join()}`);

  it.each(backends)('with %s finds what `analyze` finds in a capture of the same packets', async (backend) => {
    const path = segment.path(`${backend}.pcapng`);
    const ring = { path, fileOctets: Number.POSITIVE_INFINITY, files: 1 };
    const live = await new Sniffing(segment.name, { backend, ring }).started();
    await segment.requestTls(8443);
    await segment.requestTls(9443, true);
    await segment.requestHttp(8080);
    await live.finding('cleartext-credentials');
    await live.finding('missing-client-cert-request');
    const summary = await live.stop();
    expect(summary.flows).toMatchObject({ total: 3, tls: 2, cleartext: 1 });

    const findings: Finding[] = [];
    await analyze({ inputs: [path], sink: { finding: (finding) => findings.push(finding), end: () => {} } });
    expect(gist(live.findings)).toEqual(gist(findings));
    // What was told while it ran is what the report says, each once.
    const told = live.kinds().filter((kind) => !/^(capture|vantage)-/.test(kind));
    expect(told.sort()).toEqual(
      live.findings
        .map(({ kind }) => kind)
        .filter((kind) => !/^(capture|vantage)-/.test(kind))
        .sort(),
    );
    expect(live.hops.map(({ mtls }) => mtls).sort()).toEqual(['cleartext', 'presented', 'server-only']);
  });

  it('tells of a handshake while its connection stays open', async () => {
    const live = await new Sniffing(segment.name).started();
    const socket = connect({ host: segment.serverIp, port: 8443, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    socket.on('error', () => {}).on('secureConnect', () => socket.write('GET / HTTP/1.1\r\n'));
    try {
      await live.finding('missing-client-cert-request');
      expect(live.flows).toBe(0);
    } finally {
      socket.destroy();
      await live.stop();
    }
    expect(live.kinds().filter((kind) => kind === 'missing-client-cert-request')).toHaveLength(1);
  });

  it('tells when a hop that had mutual TLS loses it', async () => {
    const live = await new Sniffing(segment.name).started();
    await segment.requestTls(9443, true);
    const state = (): string | undefined =>
      live.events.flatMap((event) => (event.event === 'hop' ? [`${event.before} -> ${event.hop.mtls}`] : [])).at(-1);
    await until(() => state() === 'null -> presented', 'hop with mutual TLS');
    await segment.requestTls(9443, false);
    await until(() => state() === 'presented -> optional', 'change of the hop');
    await live.stop();
  });

  it('goes on when its child is killed, and loses nothing of what it knew', async () => {
    const live = await new Sniffing(segment.name, { backend: 'tcpdump' }).started();
    await segment.requestHttp(8080);
    await live.finding('cleartext-credentials');
    const pid = spawnSync('pgrep', ['-P', String(process.pid), 'tcpdump'], { encoding: 'utf8' }).stdout.trim();
    process.kill(Number(pid), 'SIGKILL');
    await live.notice(/sniffing broke off: tcpdump: it was ended by SIGKILL/);
    await live.notice(/sniffing again; what passed in the last \d+ s was not seen/);
    await segment.requestTls(8443);
    await live.finding('missing-client-cert-request');
    const summary = await live.stop();
    expect(summary.flows).toMatchObject({ tls: 1, cleartext: 1 });
  });

  it('goes on when its interface vanishes and comes back', async () => {
    const live = await new Sniffing(segment.name, { backend: 'tcpdump' }).started();
    await segment.requestHttp(8080);
    await live.finding('cleartext-credentials');
    segment.unplug();
    await live.notice(/there is no interface bwl/);
    expect(live.analysis.status()?.interfaces).toEqual([{ name: segment.name, sniffing: false }]);
    segment.plug();
    await live.notice(/sniffing again/);
    await segment.requestTls(8443);
    await live.finding('missing-client-cert-request');
    expect((await live.stop()).flows).toMatchObject({ tls: 1, cleartext: 1 });
  });

  it.each(backends)('goes on with %s when its interface goes down and comes up again', async (backend) => {
    const live = await new Sniffing(segment.name, { backend }).started();
    await segment.requestHttp(8080);
    await live.finding('cleartext-credentials');
    segment.down();
    await live.notice(/the interface is down, and nothing can be seen/);
    expect(live.analysis.status()?.interfaces).toEqual([{ name: segment.name, sniffing: false }]);
    segment.up();
    await live.notice(/the interface is up again, after \d+ s/);
    expect(live.analysis.status()?.interfaces).toEqual([{ name: segment.name, sniffing: true }]);
    await segment.requestTls(8443);
    await live.finding('missing-client-cert-request');
    expect((await live.stop()).flows).toMatchObject({ tls: 1, cleartext: 1 });
  });

  it('refuses an interface that is not there, with those that are', async () => {
    const live = new Sniffing('nowhere0');
    await expect(live.done).rejects.toThrow(/there is no interface nowhere0 here; there are: .*lo/);
  });

  it.each(backends)('refuses a filter that %s can not compile', async (backend) => {
    const live = new Sniffing(segment.name, { backend, filter: 'tcp prot 80' });
    await expect(live.done).rejects.toMatchObject({ code: 'bad-filter' });
  });

  it('names the command that lets it capture when nobody may', async () => {
    const folder = segment.path('bin');
    spawnSync('mkdir', [folder]);
    const path = process.env.PATH;
    for (const name of ['tcpdump', 'dumpcap']) {
      const shim = `#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all /usr/bin/${name} "$@"\n`;
      writeFileSync(`${folder}/${name}`, shim);
      chmodSync(`${folder}/${name}`, 0o755);
    }
    process.env.PATH = `${folder}${delimiter}${path}`;
    try {
      const live = new Sniffing(segment.name);
      await expect(live.done).rejects.toThrow(
        /tcpdump is not permitted to capture on .*: sudo setcap cap_net_raw,cap_net_admin\+eip/,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it('sees only what the filter lets through', async () => {
    const live = await new Sniffing(segment.name, { filter: 'tcp port 8443' }).started();
    await segment.requestHttp(8080);
    await segment.requestTls(8443);
    await live.finding('missing-client-cert-request');
    expect((await live.stop()).flows).toMatchObject({ cleartext: 0, tls: 1 });
  });

  it('ends by itself after so many packets', async () => {
    const live = await new Sniffing(segment.name, { maxPackets: 5, filter: 'tcp' }).started();
    await segment.requestHttp(8080);
    await live.done;
    expect(live.analysis.status()?.packets).toBe(5);
  });

  it('keeps the latest packets in a ring of files, each a capture', async () => {
    const ring = { path: segment.path('ring.pcapng'), fileOctets: 2_000, files: 3 };
    const live = await new Sniffing(segment.name, { ring, filter: 'tcp' }).started();
    for (let round = 0; round < 8; round++) {
      await segment.requestHttp(8080);
      const packets = live.analysis.status()!.packets;
      await until(() => live.analysis.status()!.packets >= packets + 5 || round === 7, 'packets');
    }
    await live.stop();
    const files = readdirSync(segment.folder)
      .filter((name) => name.startsWith('ring_'))
      .sort();
    expect(files.length).toBeLessThanOrEqual(3);
    expect(files).not.toContain('ring_00001.pcapng');
    let packets = 0;
    await analyze({
      inputs: files.map((name) => segment.path(name)),
      sink: {
        capture: (info) => {
          packets += info.packets;
          expect(info.health.endedEarly).toBeNull();
        },
        end: () => {},
      },
    });
    expect(packets).toBeGreaterThan(0);
  });

  it('goes on without keeping packets when the disk is full', async () => {
    const ring = { path: '/dev/full', fileOctets: 1_000, files: 1 };
    const live = await new Sniffing(segment.name, { ring }).started();
    await segment.requestHttp(8080);
    await live.notice(/cannot write to \/dev\/full: the disk is full; packets are analysed but not kept/);
    await live.finding('cleartext-credentials');
    const summary = await live.stop();
    expect(summary.limits.unwrittenPackets).toBeGreaterThan(0);
  });
});
