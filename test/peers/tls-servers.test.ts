import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowTo, Segment, serverIp, whyNotHere } from './segment.js';

const reason = whyNotHere('nginx', 'curl');
if (reason !== null) console.warn(`SKIPPED: no TLS server was recorded (${reason})`);

describe.skipIf(reason !== null)('what real TLS servers show of client authentication', () => {
  let segment: Segment;
  const versions = ['TLSv1.2', 'TLSv1.3'] as const;
  const policies = { required: 'on', optional: 'optional', never: 'off' } as const;
  const portOf = (version: string, policy: string): number =>
    8443 + versions.indexOf(version as 'TLSv1.2') * 10 + Object.keys(policies).indexOf(policy);

  beforeAll(async () => {
    segment = new Segment();
    const servers = versions.flatMap((version) =>
      Object.entries(policies).map(
        ([policy, verify]) => `server {
          listen ${serverIp}:${portOf(version, policy)} ssl;
          ssl_certificate server.pem; ssl_certificate_key server.key; ssl_client_certificate ca.pem;
          ssl_protocols ${version}; ssl_verify_client ${verify};
          location / { return 200 "a secret of the service, long enough to be an answer\\n"; } }`,
      ),
    );
    const configuration = segment.file(
      'nginx.conf',
      `daemon off; worker_processes 1; user root; pid nginx.pid; error_log stderr;
       events {} http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${kind};`).join(' ')} ${servers.join('\n')} }`,
    );
    await segment.serve(
      'nginx',
      ['-p', segment.folder, '-e', 'stderr', '-c', configuration],
      portOf('TLSv1.3', 'never'),
    );
  }, 60_000);
  afterAll(() => segment?.close());

  const cases = versions.flatMap((version) =>
    Object.keys(policies).flatMap((policy) => [true, false].map((shows) => ({ version, policy, shows }))),
  );
  it.each(cases)(
    'nginx, $version, $policy, the client has a certificate: $shows',
    async ({ version, policy, shows }) => {
      const port = portOf(version, policy);
      const recording = await segment.record(() => {
        const own = shows ? ['--cert', 'client.pem', '--key', 'client.key'] : [];
        segment.run('curl', ['-sS', '--cacert', 'ca.pem', ...own, `https://${serverIp}:${port}/`]);
      });
      const { kind, tls } = flowTo(recording, port);
      expect([kind, tls!.version]).toEqual(['tls', version]);
      const asked = policy !== 'never';
      const status = !asked ? 'not-requested' : shows ? 'presented' : 'declined';
      expect(tls!.clientAuth).toMatchObject({ status, requested: asked });
      // nginx completes the handshake and answers 400 inside: in TLS 1.3 without keys only lengths could tell.
      if (policy === 'required' && !shows) expect(tls!.clientAuth.outcome).not.toBe('unknown');
      else expect(tls!.clientAuth.outcome).toBe('accepted');
    },
  );

  it('openssl s_server refuses a client without certificate', async () => {
    const port = 9443;
    const args = ['-accept', `${serverIp}:${port}`, '-cert', 'server.pem', '-key', 'server.key', '-CAfile', 'ca.pem'];
    await segment.serve(
      'openssl',
      ['s_server', ...args, '-Verify', '1', '-verify_return_error', '-tls1_2', '-www'],
      port,
    );
    const recording = await segment.record(() => {
      segment.run('openssl', ['s_client', '-connect', `${serverIp}:${port}`], [0, 1], 'Q\n');
    });
    const { tls } = flowTo(recording, port);
    expect(tls!.clientAuth).toMatchObject({ status: 'declined', requested: true, outcome: 'rejected' });
    expect(tls!.alerts.some(({ from, level }) => from === 'server' && level === 'fatal')).toBe(true);
  });
});
