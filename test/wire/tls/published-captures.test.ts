// The hellos of captures that other projects published, from the facts that tshark and a second reader found in them. The
// captures lie outside of the project and may be absent.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseClientHello } from '../../../src/wire/tls/client-hello.js';
import { ClientHelloShapes } from '../../../src/wire/tls/client-hello-shapes.js';
import { parseServerHello } from '../../../src/wire/tls/server-hello.js';
import { ServerHelloShapes } from '../../../src/wire/tls/server-hello-shapes.js';
import {
  alpn,
  clientHelloBody,
  extension,
  fromHex,
  octets,
  preSharedKeys,
  serverHelloBody,
  serverName,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
  uint16,
  vector16,
} from '../../build/tls.js';

interface ClientFacts {
  sslv2_format: boolean;
  version: string;
  sni: string | null;
  supported_versions: (string | number)[];
  cipher_suites: number[];
  extensions: number[];
  groups: number[];
  signature_algorithms: number[];
  alpn: string[];
  fallback_scsv: boolean;
  ja4: string;
}

interface ServerFacts {
  version: string;
  random: string;
  supported_version: number | null;
  cipher: number;
  extensions: number[];
  ja3s: string;
  hello_retry: boolean;
}

interface Truth {
  streams: { detail?: { client_hellos: ClientFacts[]; server_hellos: ServerFacts[] } | null }[];
}

const folder = '../shared/corpus/truth';
const present = existsSync(folder);
if (!present) console.warn(`SKIPPED: ${folder} is absent, so no fingerprint was compared with published captures`);

const details = present
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Truth)
      .flatMap((truth) => truth.streams ?? [])
      .flatMap((stream) => stream.detail ?? [])
  : [];

function rebuilt(facts: ClientFacts): Uint8Array {
  const versions = facts.supported_versions.map(Number);
  const seen = new Set<number>();
  const extensions = facts.extensions.map((type) => {
    if (seen.has(type)) return extension(type);
    seen.add(type);
    if (type === 0x0000 && facts.sni !== null) return serverName(facts.sni);
    if (type === 0x000a) return supportedGroups(facts.groups);
    if (type === 0x000d) return signatureAlgorithms(facts.signature_algorithms);
    if (type === 0x0010) return alpn(facts.alpn);
    if (type === 0x0029) return preSharedKeys([32]);
    if (type === 0x002b) return supportedVersions(versions);
    return extension(type);
  });
  return clientHelloBody({ version: Number(facts.version), cipherSuites: facts.cipher_suites, extensions });
}

function rebuiltServerHello(facts: ServerFacts): Uint8Array {
  const version = Number(facts.version);
  const random = fromHex(facts.random);
  const extensions = facts.extensions.map((type) => extension(type));
  // TLS 1.3 drafts before 22 have neither session id nor compression.
  if (version >>> 8 === 0x7f && (version & 0xff) < 22) {
    return octets(uint16(version), random, uint16(facts.cipher), vector16(...extensions));
  }
  return serverHelloBody({ version, random, cipherSuite: facts.cipher, extensions });
}

describe.skipIf(!present)('hellos of published captures', () => {
  it('have the JA4 that was found in them', () => {
    const shapes = new ClientHelloShapes(1);
    let compared = 0;
    for (const facts of details.flatMap((detail) => detail.client_hellos ?? [])) {
      if (facts.sslv2_format || !facts.ja4) continue;
      const bytes = rebuilt(facts);
      const hello = parseClientHello(bytes, 0, bytes.length, shapes, 'tcp');
      expect({
        ja4: hello.shape.ja4,
        suites: hello.shape.cipherSuites,
        extensions: hello.shape.extensions,
        scsv: hello.shape.fallbackScsv,
      }).toEqual({
        ja4: facts.ja4,
        suites: facts.cipher_suites,
        extensions: facts.extensions,
        scsv: facts.fallback_scsv,
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(400);
  });

  it('have the JA3S that was found in them', () => {
    const shapes = new ServerHelloShapes(1);
    let compared = 0;
    for (const facts of details.flatMap((detail) => detail.server_hellos ?? [])) {
      if (!facts.ja3s) continue;
      const bytes = rebuiltServerHello(facts);
      const hello = parseServerHello(bytes, 0, bytes.length, shapes);
      expect({ ja3s: hello.ja3s, hello_retry: hello.helloRetryRequest }).toEqual({
        ja3s: facts.ja3s,
        hello_retry: facts.hello_retry,
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(400);
  });
});
