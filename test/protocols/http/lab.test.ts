// Captures of a lab, with what its notes say of them; they lie beside the repository, and the test says so when they are not there.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../src/engine/analyze.js';
import type { ConnectionRecord } from '../../../src/model/connection-record.js';

const folder = fileURLToPath(new URL('../../../../shared/lab/dev/', import.meta.url));
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the captures of the lab (../shared/lab) are not here');

async function flowsOf(capture: string): Promise<ConnectionRecord[]> {
  const flows: ConnectionRecord[] = [];
  const sink = { flow: (flow: ConnectionRecord) => void flows.push(flow), end: () => {} };
  await analyze({ inputs: [folder + capture], sink, onWarning: () => {}, onProgress: () => {} });
  return flows;
}

describe.runIf(present)('the captures of the lab', () => {
  it('show the credentials that crossed, and hold none of them in what is told', async () => {
    const flows = await flowsOf('http-credentials/span.pcap');
    const kinds = flows.map(({ content }) =>
      content?.credentials.map(({ kind, mechanism }) => `${kind}: ${mechanism}`),
    );
    expect(kinds.slice(0, 8)).toEqual([
      ['password: HTTP Basic'],
      ['bearer-token: HTTP Bearer'],
      ['api-key: HTTP header'],
      ['password: HTTP form'],
      ['bearer-token: HTTP query'],
      [],
      [],
      [],
    ]);
    expect(flows[5]?.content?.logins).toMatchObject([{ mechanism: 'Digest', outcome: 'accepted' }]);
    const told = JSON.stringify(flows);
    for (const secret of ['Tr0ub4dor', 'c3ZjLW9yZGVyczpUcjB1YjRkb3I', 'eyJ', '9f86', 'correcthorse', 'ya29']) {
      expect(told).not.toContain(secret);
    }
  });

  it('show certificates and keys in bodies, headers and streams', async () => {
    const material = async (capture: string): Promise<string[]> =>
      (await flowsOf(capture)).flatMap(({ content }) =>
        (content?.material ?? []).map(({ kind, form, where }) => `${kind} ${form} ${where}`),
      );
    expect(new Set(await material('plaintext-key-material-http/span.pcapng'))).toEqual(
      new Set([
        'certificate X.509 body',
        'private-key PKCS#8 body',
        'key-store PKCS#12 body',
        'certificate X.509 header x-client-chain',
        'encrypted-private-key PKCS#8 body',
        'certificate-request PKCS#10 body',
      ]),
    );
    expect(await material('raw-der-exchange/span.pcap')).toEqual([
      'certificate X.509 stream',
      'certificate X.509 stream',
    ]);
    expect(new Set(await material('express-mtls-over-http/span.pcapng'))).toEqual(
      new Set(['certificate X.509 header x-client-cert']),
    );
  });

  it('show what PROXY headers and gRPC say', async () => {
    const proxied = await flowsOf('haproxy-proxy-protocol/span.pcap');
    expect(proxied.flatMap(({ proxyHeader }) => (proxyHeader === null ? [] : [proxyHeader.version]))).toEqual([
      1, 2, 2,
    ]);
    expect(proxied.find(({ proxyHeader }) => proxyHeader?.ssl)?.proxyHeader?.ssl).toMatchObject({
      overTls: true,
      verified: true,
      commonName: 'client-7.acme.test',
    });
    const grpc = (await flowsOf('nginx-grpc-h2c/span.pcapng')).filter(({ protocol }) => protocol === 'http2');
    expect(grpc.length).toBeGreaterThan(0);
    for (const { content } of grpc) {
      expect(content?.requests).toMatchObject([{ method: 'gRPC', target: 'orders.v1.Orders/Get', status: '200' }]);
      expect(content?.logins).toMatchObject([{ mechanism: 'Bearer', outcome: 'accepted' }]);
    }
  });
});
