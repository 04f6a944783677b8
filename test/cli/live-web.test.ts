import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isLoopback, parseListen } from '../../src/cli/http-door.js';
import { LiveWeb } from '../../src/cli/live-web.js';
import { serveMetrics } from '../../src/cli/metrics-server.js';
import { LivePage, type LiveStatus, type ReportSink, type Summary } from '../../src/index.js';
import { hop, summaryOf } from '../build/records.js';

/** Counts how often it is asked. */
class Source {
  reports = 0;
  statuses = 0;
  flows = 1;

  status(): LiveStatus {
    this.statuses++;
    return {
      ...{ seconds: 3, packets: 20, bytes: 4000, packetsPerSecond: 7, dropped: null, openFlows: 1 },
      flows: { total: this.flows, tls: 2, cleartext: 0, starttls: 0, opaque: 0, unknown: 0, empty: 0 },
      ...{
        hops: {},
        findings: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
        memory: 1,
        lagSeconds: null,
        limits: {},
      },
      ...{ interfaces: [{ name: 'eth0', sniffing: true }], written: null },
    };
  }

  report(sink: ReportSink): Summary {
    this.reports++;
    const summary = summaryOf([]);
    sink.end(summary);
    return summary;
  }
}

const open: LiveWeb[] = [];
afterEach(async () => {
  for (const web of open.splice(0)) await web.close();
});

async function served(host = '127.0.0.1'): Promise<{ web: LiveWeb; page: LivePage; source: Source; port: number }> {
  const page = new LivePage('run', '1');
  const source = new Source();
  const web = await LiveWeb.open({ host, port: 0 }, page, source);
  open.push(web);
  return { web, page, source, port: Number(new URL(web.url).port) };
}

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}

function ask(port: number, { method = 'GET', path = '/', headers = {} }: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, resolve).on('error', reject).end();
  });
}

/** The stream as it comes. */
async function listen(port: number, headers: Record<string, string> = {}): Promise<{ text: string; hangUp(): void }> {
  const response = await ask(port, { path: '/events', headers });
  expect(response.statusCode).toBe(200);
  const stream = { text: '', hangUp: () => response.destroy() };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    stream.text += chunk;
  });
  response.on('error', () => {});
  return stream;
}

describe('where the servers of live sniffing listen', () => {
  it('reads HOST:PORT, and takes the loopback interface where there is no host', () => {
    expect(parseListen('9465', '--web')).toEqual({ host: '127.0.0.1', port: 9465 });
    expect(parseListen('[::1]:80', '--web')).toEqual({ host: '::1', port: 80 });
    expect(parseListen('sensor.example:80', '--web')).toEqual({ host: 'sensor.example', port: 80 });
    for (const wrong of ['', 'here', ':80', '1:2:3', '80.5', 'host:99999', '::1:80']) {
      expect(() => parseListen(wrong, '--web')).toThrow(`--web ${wrong}: not HOST:PORT`);
    }
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.example'].some(isLoopback)).toBe(false);
  });

  it('says in one line why it can not listen', async () => {
    const { port } = await served();
    const page = new LivePage('run', '1');
    const taken = LiveWeb.open({ host: '127.0.0.1', port }, page, new Source());
    await expect(taken).rejects.toMatchObject({
      name: 'UsageError',
      message: `--web: cannot listen on 127.0.0.1:${port}: address already in use`,
    });
    await expect(serveMetrics({ host: '203.0.113.9', port: 1 }, () => null)).rejects.toMatchObject({
      name: 'UsageError',
      message: '--metrics: cannot listen on 203.0.113.9:1: address not available',
    });
  });
});

describe('the server of the live page', () => {
  it('answers with the page, and a policy that lets it talk to this server alone', async () => {
    const { port } = await served();
    const response = await ask(port, {});
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'; .*frame-ancestors 'none'$/,
    );
    expect(response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(response.headers).some((name) => name.startsWith('access-control'))).toBe(false);
    response.destroy();
  });

  it('is read-only, and has nothing else', async () => {
    const { port, source } = await served();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      expect((await ask(port, { method })).statusCode).toBe(405);
    }
    for (const path of ['/favicon.ico', '/events/', '/../package.json', '//etc/passwd', '/state.json', '/metrics']) {
      expect((await ask(port, { path })).statusCode).toBe(404);
    }
    expect((await ask(port, { method: 'HEAD' })).statusCode).toBe(200);
    expect((await ask(port, { method: 'HEAD', path: '/events' })).statusCode).toBe(200);
    expect(source.reports).toBe(0);
  });

  it('answers to addresses, localhost and its own name, and to no name that a site could point to it', async () => {
    const { port } = await served('localhost');
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST:8000', '[::1]:80', '10.1.2.3']) {
      expect((await ask(port, { headers: { host } })).statusCode, host).toBe(200);
    }
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example']) {
      for (const path of ['/', '/events']) {
        expect((await ask(port, { path, headers: { host } })).statusCode, host).toBe(403);
      }
    }
    const nameless = connect(port, '127.0.0.1');
    nameless.write('GET / HTTP/1.0\r\n\r\n');
    const answer = await new Promise<Buffer>((done) => nameless.once('data', done));
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 403 /);
    nameless.destroy();
  });

  it('asks metrics for their name on the loopback interface only', async () => {
    const host = 'sensor.example';
    const local = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => new Source().status());
    const wide = await serveMetrics({ host: '0.0.0.0', port: 0 }, () => new Source().status());
    const statusOf = async (server: typeof local): Promise<number | undefined> => {
      const { port } = server.address() as { port: number };
      return (await ask(port, { path: '/metrics', headers: { host } })).statusCode;
    };
    expect([await statusOf(local), await statusOf(wide)]).toEqual([403, 200]);
    for (const server of [local, wide]) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('tells the page of other sites nothing', async () => {
    const { port } = await served();
    for (const site of ['cross-site', 'same-site']) {
      const response = await ask(port, { path: '/events', headers: { 'sec-fetch-site': site } });
      expect(response.statusCode).toBe(403);
    }
    (await listen(port, { 'sec-fetch-site': 'same-origin' })).hangUp();
  });

  it('streams what happens, every second, and looks at nothing while nobody is there', async () => {
    const { page, source, port } = await served();
    page.event({ event: 'hop', time: null, before: null, hop: hop() }, 0);
    expect(source.statuses + source.reports).toBe(0);
    const stream = await listen(port);
    await expect.poll(() => stream.text).toMatch(/^retry: 2000\n\nid: run\.0\.1\.0\ndata: \{"anew":true,.*\}\n\n/);
    expect(source.reports).toBe(1);
    page.event({ event: 'notice', time: null, text: 'two\nlines' }, 0);
    await expect.poll(() => stream.text, { timeout: 3000 }).toContain('two\\\\x0alines');
    // Nothing ended since: there is nothing to report.
    expect(source.reports).toBe(1);
    source.flows++;
    await expect.poll(() => source.reports, { timeout: 3000 }).toBe(2);
    stream.hangUp();
    await new Promise((done) => setTimeout(done, 300));
    const asked = source.statuses;
    await new Promise((done) => setTimeout(done, 1500));
    expect(source.statuses).toBe(asked);
  });

  it('goes on where a page lost it', async () => {
    const { page, port } = await served();
    page.event({ event: 'hop', time: null, before: null, hop: hop() }, 0);
    const stream = await listen(port, { 'last-event-id': 'run.0.1.0' });
    await expect.poll(() => stream.text).toContain('"anew":false');
    expect(stream.text).toContain('"hops":[]');
  });

  it('lets in so many pages, and no more', async () => {
    const { port } = await served();
    const streams = [];
    for (let page = 0; page < 16; page++) streams.push(await listen(port));
    const refused = await ask(port, { path: '/events' });
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '10']);
    streams[0]?.hangUp();
    await expect.poll(async () => (await ask(port, { path: '/events' })).statusCode).toBe(200);
  });

  it('reads nothing for a page that takes nothing, and gives it the latest when it does', async () => {
    const { page, port } = await served();
    const hops = 30_000;
    const tell = (why: string): void => {
      for (let number = 0; number < hops; number++) {
        page.event({ event: 'hop', time: null, before: null, hop: hop({ id: `hop ${number}`, why }) }, 0);
      }
    };
    // More than the sockets between us hold.
    tell('first'.padEnd(450, 'x'));
    const read = vi.spyOn(page, 'read');
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    socket.pause();
    await new Promise((done) => setTimeout(done, 1500));
    const reads = read.mock.calls.length;
    expect(reads).toBeLessThan(15);
    tell('second');
    await new Promise((done) => setTimeout(done, 2200));
    expect(read.mock.calls.length).toBe(reads);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.resume();
    const last = `"id":"hop ${hops - 1}"`;
    await expect.poll(() => text.includes(last), { timeout: 5000 }).toBe(true);
    // The last was never told as it was first.
    expect(text.slice(text.indexOf(last)).split('"since"', 1)[0]).toContain('"why":"second"');
    socket.destroy();
  }, 20_000);

  it('says that it was the end, with the last of what was found', async () => {
    const { web, page, port } = await served();
    for (let number = 0; number < 4500; number++) {
      page.event({ event: 'hop', time: null, before: null, hop: hop({ id: `${number}` }) }, 0);
    }
    const stream = await listen(port);
    await expect.poll(() => stream.text).toContain('"id":"4499"');
    page.event({ event: 'notice', time: null, text: 'the very last' }, 0);
    await web.close();
    await expect.poll(() => stream.text).toContain('the very last');
    expect(stream.text.match(/"ended":true/g)).toHaveLength(1);
    await expect(ask(port, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
