import { harmless } from '../harmless.js';

/** A document of the schema. */
export interface EcsEvent {
  '@timestamp': string;
  [field: string]: unknown;
}

/** Longest text of a field: Elasticsearch refuses keywords of more than 32,766 octets, and indexes only the first 1,024. */
const maxFieldCharacters = 1024;

/** Text from the wire for a field: bounded, and without what could steer whoever shows it. */
export function ecsText(text: string): string {
  return harmless(text, maxFieldCharacters);
}

/** `network.type` by an address. */
export function networkType(ip: string): 'ipv4' | 'ipv6' {
  return ip.includes(':') ? 'ipv6' : 'ipv4';
}

/** 'ip:port' or '[v6]:port' taken apart; null where it is neither. */
export function endpointOf(text: string): { ip: string; port: number } | null {
  const parts = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (parts === null) return null;
  return { ip: parts[1] ?? parts[2]!, port: Number(parts[3]) };
}
