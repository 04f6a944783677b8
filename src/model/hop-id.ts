// The names of a connection's service and hop. Many ask, for one connection after the other: the last names are kept, and a map
// that is asked with the same string again need not go through its letters.
import { formatEndpoint } from '../base/address.js';
import type { ConnectionRecord } from './connection-record.js';

let named: ConnectionRecord | null = null;
let service = '';
let hop = '';

/** '10.0.0.9:8443', '[2001:db8::1]:443': the server of a connection. */
export function serviceOf(record: ConnectionRecord): string {
  if (record !== named) name(record);
  return service;
}

/** '10.0.0.5->10.0.0.9:8443': the hop of a connection. */
export function hopIdOf(record: ConnectionRecord): string {
  if (record !== named) name(record);
  return hop;
}

function name(record: ConnectionRecord): void {
  const { client, server } = record;
  named = record;
  service = formatEndpoint(server.ip, server.port);
  hop = `${client.ip}->${service}`;
}
