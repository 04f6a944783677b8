// What anybody on the path could read, and whether there was a path at all.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { ContentRecord } from '../../model/content.js';
import type { Severity } from '../../model/finding.js';

/**
 * What crossed in clear; null where there was nothing, or keys opened it. On TLS from the first byte nothing does: what was taken
 * for content before the stream turned out to be TLS are its handshake messages.
 */
export function clearContent({ content, kind }: ConnectionRecord): ContentRecord | null {
  return content === null || content.decrypted || kind === 'tls' ? null : content;
}

/** Whether the connection never leaves the host: loopback, or one address at both ends (an application and its sidecar). */
export function staysOnHost({ client, server }: ConnectionRecord): boolean {
  return client.ip === server.ip || isLoopback(client.ip) || isLoopback(server.ip);
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3), and the first mapped into IPv6. */
export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip.startsWith('::ffff:127.');
}

/** A severity, lowered to `onHost` where nothing leaves the host: only who is on it already could read along. */
export function severityOnPath(record: ConnectionRecord, onPath: Severity, onHost: Severity): Severity {
  return staysOnHost(record) ? onHost : onPath;
}
