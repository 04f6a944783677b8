import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { identify } from '../../src/protocols/identify.js';
import { openingOf } from './openings.js';

/** A stream as the published truth has it: the first 32 octets of each side at most. */
interface TruthStream {
  stream: number;
  client: string;
  server: string;
  label: 'tls' | 'cleartext' | 'other' | 'empty';
  proto?: string;
  before_tls?: string;
  bytes: { c: number; s: number };
  first_bytes: { c: string; s: string };
}

const truth = '../shared/corpus/truth';

/** tshark's names where ours differ. */
const ours: Record<string, readonly string[]> = {
  websocket: ['http'],
  pop: ['pop3'],
  pgsql: ['postgresql'],
  tds: ['mssql'],
  tns: ['oracle'],
  resp: ['redis'],
  mongo: ['mongodb'],
  memcache: ['memcached'],
  cql: ['cassandra'],
  nbss: ['smb'],
  ajp13: ['ajp'],
  mbtcp: ['modbus'],
  tpkt: ['rdp', 'iso-tsap', 's7comm', 'h323'],
  cotp: ['rdp', 'iso-tsap', 's7comm'],
  rpc: ['sun-rpc'],
};

/** Where tshark goes by the port, and the octets say what we say. */
const better: Record<string, string> = {
  'zeek-tcp-syslog-afcce76c.json#0': 'syslog',
  'zeek-zeek-image-post-1080-8000-x-e146e0fd.json#0': 'http',
  // The request that upgrades is not in the capture: the client's first octets are HTTP/2's preface.
  'suricata-verify-drop-protocol-change-a73b631e.json#0': 'http2',
  // The server greets in the clear where the client speaks TLS: neither hears the other.
  'suricata-verify-smtperr-673f584f.json#3': 'smtp',
};

it.skipIf(!existsSync(truth))('names no stream of the published captures wrongly', () => {
  const wrong: string[] = [];
  let named = 0;
  let known = 0;
  for (const file of readdirSync(truth)) {
    for (const stream of readTruth(file)) {
      if (stream.label === 'empty' || !stream.first_bytes) continue;
      const found = nameStream(stream);
      const id = `${file.replace(/\.gz$/, '')}#${stream.stream}`;
      const expected = stream.label === 'tls' ? stream.before_tls : stream.proto;
      const names = expected === undefined ? [] : (ours[expected] ?? [expected]);
      if (stream.label === 'cleartext') known++;
      if (found === null) continue;
      if (stream.label === 'cleartext') named++;
      if (!names.includes(found) && better[id] !== found)
        wrong.push(`${id} is ${stream.label} ${expected}, got ${found}`);
    }
  }
  console.log(
    `corpus: ${named} of ${known} cleartext streams named by at most 32 octets of each side, ${wrong.length} wrongly`,
  );
  expect(wrong).toEqual([]);
  expect(named).toBeGreaterThan(500);
});

if (!existsSync(truth)) console.warn(`SKIPPED: ${truth} is not there, so no published stream was identified`);

function readTruth(file: string): TruthStream[] {
  const raw = readFileSync(`${truth}/${file}`);
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8')).streams;
}

function nameStream(stream: TruthStream): string | null {
  const client = sideOf(stream.first_bytes.c, stream.bytes.c);
  const server = sideOf(stream.first_bytes.s, stream.bytes.s);
  const [first, second] = client.length > 0 ? [client, server] : [server, client];
  if (first.length === 0) return null;
  return identify(first, second, portOf(stream.client), portOf(stream.server), 'tcp').protocol?.name ?? null;
}

function sideOf(hexadecimal: string | undefined, total: number | undefined): ReturnType<typeof openingOf> {
  const bytes = Uint8Array.from(Buffer.from(hexadecimal ?? '', 'hex'));
  return openingOf(bytes, bytes.length >= (total ?? 0));
}

function portOf(endpoint: string): number {
  return Number(endpoint.split('|')[1]);
}
