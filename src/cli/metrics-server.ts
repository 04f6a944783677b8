// Counts of live sniffing for Prometheus, over HTTP.
import type { Server } from 'node:http';
import { type LiveStatus, liveMetrics } from '../index.js';
import { type Address, isLoopback, openDoor, refuse } from './http-door.js';

/** Serves /metrics and /healthz until it is closed; throws a UsageError where it can't listen. */
export async function serveMetrics(where: Address, status: () => LiveStatus | null): Promise<Server> {
  return await openDoor({
    where,
    option: '--metrics',
    // Whoever scrapes from elsewhere may call us by any name.
    anyName: !isLoopback(where.host),
    answer(path, _request, response) {
      const now = status();
      if (path === '/metrics' && now !== null) {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        response.end(liveMetrics(now));
      } else if (path === '/healthz' || path === '/metrics') {
        const healthy = now?.interfaces.some(({ sniffing }) => sniffing) ?? false;
        response.writeHead(healthy ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(healthy ? 'sniffing\n' : 'not sniffing\n');
      } else refuse(response, 404, 'there are /metrics and /healthz');
    },
  });
}
