// Headers in which a proxy says for whom a request is made, and marks that a request carries from hop to hop.
import type { ForwardingRecord } from '../../model/content.js';

/** Headers whose value begins with the address of the client. */
const addressHeaders: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-original-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'x-remote-addr',
]);

/** Headers whose value, or a part of it, marks a request. */
const markHeaders: ReadonlyMap<string, RegExp | null> = new Map([
  ['x-request-id', null],
  ['x-correlation-id', null],
  ['x-amzn-requestid', null],
  ['x-b3-traceid', null],
  ['cf-ray', null],
  // The trace goes on from hop to hop, the span changes: W3C Trace Context §3.2, Zipkin's single header, Jaeger's, Amazon's.
  ['traceparent', /^[0-9a-f]{2}-([0-9a-f]{32})-/],
  ['b3', /^([0-9a-f]{16,32})-/],
  ['uber-trace-id', /^([0-9a-f]{1,32}):/],
  ['x-cloud-trace-context', /^([0-9a-f]{32})/],
  ['x-amzn-trace-id', /Root=([0-9a-f-]+)/],
]);

/** What ties a request to the hop before it. */
export type ForwardingFact =
  | { client: NonNullable<ForwardingRecord['client']> }
  /** The part of the value that is the mark, by offsets. */
  | { mark: { start: number; end: number } };

/** What a header says, by its name in lower case; null where it says nothing. */
export function forwardingFact(name: string, value: string): ForwardingFact | null {
  if (addressHeaders.has(name)) return clientOf(firstOf(value));
  switch (name) {
    case 'forwarded': {
      // RFC 7239 §4: `for=192.0.2.60;proto=http`, the address in quotes where it has a colon.
      const forwardedFor = /(?:^|[;,\s])for=(?:"([^"]{1,64})"|([^;,\s"]{1,64}))/i.exec(value);
      return forwardedFor === null ? null : clientOf(forwardedFor[1] ?? forwardedFor[2]!);
    }
    case 'x-forwarded-proto':
    case 'x-forwarded-port':
    case 'via':
      return value === '' ? null : { mark: { start: 0, end: value.length } };
  }
  const part = markHeaders.get(name);
  if (part === undefined || value === '') return null;
  if (part === null) return { mark: { start: 0, end: value.length } };
  const found = part.exec(value);
  if (found === null) return null;
  const start = found.index + found[0].indexOf(found[1]!);
  return { mark: { start, end: start + found[1]!.length } };
}

function firstOf(value: string): string {
  const comma = value.indexOf(',');
  return (comma < 0 ? value : value.slice(0, comma)).trim();
}

/** '192.0.2.1', '192.0.2.1:4711', '2001:db8::1', '[2001:db8::1]:4711'; names that hide an address ('unknown', '_x') give null. */
function clientOf(text: string): ForwardingFact | null {
  const bracketed = /^\[([0-9a-fA-F:.]{2,45})\](?::(\d{1,5}))?$/.exec(text);
  const dotted = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::(\d{1,5}))?$/.exec(text);
  const [, ip, port] = bracketed ?? dotted ?? [];
  if (ip !== undefined) return { client: { ip: ip.toLowerCase(), port: port === undefined ? null : Number(port) } };
  return /^[0-9a-fA-F]*:[0-9a-fA-F:.]{1,44}$/.test(text) ? { client: { ip: text.toLowerCase(), port: null } } : null;
}
