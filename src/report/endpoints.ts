import type { ConnectionRecord } from '../model/connection-record.js';
import type { Endpoint } from '../model/side.js';
import { harmless } from './harmless.js';

/** 'ip:port', '[v6]:port'. */
export function endpointText(endpoint: Endpoint): string {
  const ip = harmless(endpoint.ip);
  return ip.includes(':') ? `[${ip}]:${endpoint.port}` : `${ip}:${endpoint.port}`;
}

/** What is spoken, in a word or two: 'TLSv1.3', 'smtp, TLSv1.2', 'http', 'QUIC'. */
export function spokenText(flow: ConnectionRecord): string {
  const version = flow.tls?.version ?? null;
  if (flow.kind === 'tls') return version ?? (flow.transport === 'udp' ? `${harmless(flow.protocol ?? 'TLS')}` : 'TLS');
  if (flow.kind === 'starttls') return `${harmless(flow.protocol ?? 'starttls')}, ${version ?? 'TLS'}`;
  return flow.protocol === null ? flow.kind : harmless(flow.protocol);
}
