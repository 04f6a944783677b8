// Counts of live sniffing for Prometheus, over HTTP: read-only, bound to what was asked for and nothing else.
import { createServer, type Server } from 'node:http';
import { type LiveStatus, liveMetrics } from '../index.js';
import { UsageError } from './exit-codes.js';

/** Milliseconds in which a request has to be made. */
const patience = 5000;

/** Connections at a time. */
const mostConnections = 16;

/** Where to listen: 'HOST:PORT', '[::1]:9464', or a port alone on the loopback interface. */
export function parseListen(text: string, option: string): { host: string; port: number } {
  const match = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? -1);
  if (match === null || port > 65_535) throw new UsageError(`${option} ${text}: not HOST:PORT`);
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port };
}

/** Serves /metrics and /healthz until it is closed; throws a UsageError where it can't listen. */
export async function serveMetrics(
  where: { host: string; port: number },
  status: () => LiveStatus | null,
): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const now = status();
    const head = request.method === 'HEAD';
    if (request.method !== 'GET' && !head) {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (path === '/metrics' && now !== null) {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(head ? undefined : liveMetrics(now));
    } else if (path === '/healthz' || path === '/metrics') {
      const healthy = now?.interfaces.some(({ sniffing }) => sniffing) ?? false;
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(head ? undefined : healthy ? 'sniffing\n' : 'not sniffing\n');
    } else response.writeHead(404).end();
  });
  server.requestTimeout = patience;
  server.headersTimeout = patience;
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new UsageError(`--metrics: cannot listen on ${where.host}:${where.port}: ${error.message}`, { cause: error }),
      ),
    );
    server.listen(where.port, where.host, resolve);
  });
  // The server must not keep the program alive.
  server.unref();
  return server;
}
