// Programs that change to TLS inside their own protocol: taken, refused, not used.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowTo, Segment, serverIp, whyNotHere } from './segment.js';

let segment: Segment;
const begin = (): void => {
  segment = new Segment();
};
const end = (): Promise<void> => segment.close();

/** `describe` that says loudly when a program is missing. */
function peers(name: string, programs: readonly string[], body: () => void): void {
  const reason = whyNotHere(...programs);
  if (reason !== null) console.warn(`SKIPPED: ${name} was not recorded (${reason})`);
  describe.skipIf(reason !== null)(name, () => {
    beforeEach(begin, 60_000);
    afterEach(end, 30_000);
    body();
  });
}

peers('PostgreSQL', ['psql', 'pg_ctlcluster'], () => {
  const port = 15432;

  /** Starts a fresh cluster; `host` are the lines of pg_hba.conf. */
  async function serve(ssl: boolean, method: string): Promise<void> {
    const home = '/usr/lib/postgresql';
    const bin = join(home, readdirSync(home).sort().at(-1)!, 'bin');
    segment.directory('postgres', 'postgres', 0o700);
    const password = segment.file('password', 'a-password\n');
    segment.run('runuser', [
      '-u',
      'postgres',
      '--',
      `${bin}/initdb`,
      '-D',
      segment.path('postgres'),
      '-A',
      method,
      `--pwfile=${password}`,
    ]);
    segment.run('sh', [
      '-c',
      `cp server.pem server.key ca.pem postgres/ && chown postgres: postgres/* && chmod 600 postgres/server.key`,
    ]);
    const settings = [`-p${port}`, `-h${serverIp}`, `-k${segment.path('postgres')}`, '-cfsync=off'];
    const secured = ssl ? ['-cssl=on', '-cssl_cert_file=server.pem', '-cssl_key_file=server.key'] : [];
    await segment.serve(
      'runuser',
      ['-u', 'postgres', '--', `${bin}/postgres`, '-D', segment.path('postgres'), ...settings, ...secured],
      port,
    );
  }
  const query = (mode: string, statuses = [0]): string =>
    segment.run(
      'psql',
      [`postgresql://postgres:a-password@${serverIp}:${port}/postgres?sslmode=${mode}`, '-c', 'select 1'],
      statuses,
    );

  it('takes the upgrade', async () => {
    await serve(true, 'scram-sha-256');
    const flow = flowTo(await segment.record(() => void query('require')), port);
    expect(flow).toMatchObject({
      kind: 'starttls',
      protocol: 'postgresql',
      upgrade: { mechanism: 'SSLRequest', outcome: 'taken' },
    });
    expect(flow.tls!.clientAuth.requested).toBe(false);
  }, 60_000);

  it('refuses the upgrade, and SCRAM goes on in cleartext', async () => {
    await serve(false, 'scram-sha-256');
    const flow = flowTo(await segment.record(() => void query('prefer')), port);
    expect(flow).toMatchObject({
      kind: 'cleartext',
      protocol: 'postgresql',
      upgrade: { mechanism: 'SSLRequest', outcome: 'refused' },
    });
    expect(flow.content!.logins).toMatchObject([
      { kind: 'challenge-response', mechanism: 'SCRAM-SHA-256', outcome: 'accepted' },
    ]);
    expect(flow.content!.credentials).toEqual([]);
  }, 60_000);

  it('is given its password in cleartext', async () => {
    await serve(false, 'password');
    const flow = flowTo(await segment.record(() => void query('disable')), port);
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
    expect(JSON.stringify(flow)).not.toContain('a-password');
  }, 60_000);

  it('trusts whoever comes', async () => {
    await serve(false, 'trust');
    const flow = flowTo(await segment.record(() => void query('disable')), port);
    expect(flow.content!.servedWithoutLogin.some(({ meaningful }) => meaningful)).toBe(true);
  }, 60_000);
});

peers('MariaDB', ['mariadbd', 'mariadb', 'mariadb-install-db'], () => {
  const port = 13306;

  async function serve(...more: string[]): Promise<void> {
    segment.directory('mysql', 'mysql');
    segment.run('mariadb-install-db', [
      '--user=mysql',
      `--datadir=${segment.path('mysql')}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const init = segment.file('init.sql', "create user app@'%' identified by 'a-password';\n");
    await segment.serve(
      'mariadbd',
      [
        '--no-defaults',
        '--user=mysql',
        `--datadir=${segment.path('mysql')}`,
        `--port=${port}`,
        `--bind-address=${serverIp}`,
        `--socket=${segment.path('mysql/s')}`,
        `--init-file=${init}`,
        ...more,
      ],
      port,
    );
  }
  const query = (...more: string[]): string =>
    segment.run('mariadb', [
      '--no-defaults',
      `-h${serverIp}`,
      `-P${port}`,
      '-uapp',
      '-pa-password',
      ...more,
      '-e',
      'select 1',
    ]);
  const secured = (): string[] =>
    ['ca.pem', 'server.pem', 'server.key'].map(
      (name, at) => `--ssl-${['ca', 'cert', 'key'][at]}=${segment.path(name)}`,
    );

  it('takes the upgrade', async () => {
    await serve(...secured());
    const flow = flowTo(await segment.record(() => void query('--ssl')), port);
    expect(flow).toMatchObject({ kind: 'starttls', protocol: 'mysql', upgrade: { outcome: 'taken' } });
  }, 90_000);

  it('offers the upgrade to a client that does not want it', async () => {
    await serve(...secured());
    const flow = flowTo(await segment.record(() => void query('--skip-ssl')), port);
    expect(flow).toMatchObject({ kind: 'cleartext', upgrade: { outcome: 'not-used' } });
    expect(flow.content!.logins[0]).toMatchObject({ kind: 'challenge-response', outcome: 'accepted' });
  }, 90_000);

  it('has no upgrade to offer', async () => {
    await serve('--skip-ssl');
    const flow = flowTo(await segment.record(() => void query('--skip-ssl')), port);
    expect(flow).toMatchObject({ kind: 'cleartext', upgrade: { outcome: 'not-offered' } });
  }, 90_000);
});

peers('Redis', ['redis-server', 'redis-cli'], () => {
  const port = 16379;
  const serve = (...more: string[]): Promise<void> =>
    segment.serve('redis-server', ['--bind', serverIp, '--save', '', '--dir', segment.folder, ...more], port);
  const client = ['-h', serverIp, '-p', `${port}`];

  it('asks for a client certificate', async () => {
    await serve(
      '--port',
      '0',
      '--tls-port',
      `${port}`,
      '--tls-cert-file',
      'server.pem',
      '--tls-key-file',
      'server.key',
      '--tls-ca-cert-file',
      'ca.pem',
    );
    const own = ['--tls', '--cacert', 'ca.pem', '--cert', 'client.pem', '--key', 'client.key'];
    const flow = flowTo(
      await segment.record(() => void segment.run('redis-cli', [...client, ...own, 'get', 'x'])),
      port,
    );
    expect(flow).toMatchObject({ kind: 'tls', tls: { clientAuth: { status: 'presented', outcome: 'accepted' } } });
  }, 30_000);

  it('serves without a login', async () => {
    await serve('--port', `${port}`);
    const flow = flowTo(await segment.record(() => void segment.run('redis-cli', [...client, 'set', 'x', '1'])), port);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'redis' });
    expect(flow.content!.servedWithoutLogin.some(({ meaningful }) => meaningful)).toBe(true);
  }, 30_000);

  it('is given its password in cleartext, and refuses who has none', async () => {
    await serve('--port', `${port}`, '--requirepass', 'a-password');
    const flow = flowTo(
      await segment.record(
        () => void segment.run('redis-cli', [...client, '-a', 'a-password', '--no-auth-warning', 'set', 'x', '1']),
      ),
      port,
    );
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
    expect(flow.content!.logins).toMatchObject([{ outcome: 'accepted' }]);
    expect(flow.content!.servedWithoutLogin).toEqual([]);
    const refused = flowTo(
      await segment.record(() => void segment.run('redis-cli', [...client, 'set', 'x', '1'])),
      port,
    );
    expect(refused.content?.servedWithoutLogin ?? []).toEqual([]);
  }, 30_000);
});

peers('OpenLDAP', ['slapd', 'ldapsearch'], () => {
  const port = 10389;

  async function serve(secured: boolean): Promise<void> {
    segment.directory('ldap');
    const tls = secured
      ? `TLSCACertificateFile ${segment.path('ca.pem')}\nTLSCertificateFile ${segment.path('server.pem')}\nTLSCertificateKeyFile ${segment.path('server.key')}\n`
      : '';
    const file = segment.file(
      'slapd.conf',
      `include /etc/ldap/schema/core.schema\n${tls}database ldif\nsuffix "dc=segment"\nrootdn "cn=admin,dc=segment"\nrootpw a-password\ndirectory ${segment.path('ldap')}\n`,
    );
    await segment.serve('slapd', ['-d', '0', '-f', file, '-h', `ldap://${serverIp}:${port}`], port);
  }
  const search = (...more: string[]): string =>
    segment.run(
      'env',
      [
        'LDAPTLS_CACERT=ca.pem',
        'LDAPTLS_REQCERT=never',
        'ldapsearch',
        '-x',
        '-H',
        `ldap://${serverIp}:${port}`,
        '-D',
        'cn=admin,dc=segment',
        '-w',
        'a-password',
        '-b',
        'dc=segment',
        ...more,
      ],
      [0, 32],
    );

  it('takes the upgrade', async () => {
    await serve(true);
    const flow = flowTo(await segment.record(() => void search('-ZZ')), port);
    expect(flow).toMatchObject({
      kind: 'starttls',
      protocol: 'ldap',
      upgrade: { mechanism: 'StartTLS', outcome: 'taken' },
    });
  }, 30_000);

  it('refuses the upgrade, and the password crosses in cleartext', async () => {
    await serve(false);
    const flow = flowTo(await segment.record(() => void search('-Z')), port);
    expect(flow).toMatchObject({ kind: 'cleartext', upgrade: { mechanism: 'StartTLS', outcome: 'refused' } });
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
  }, 30_000);

  it('is never asked for the upgrade', async () => {
    await serve(true);
    const flow = flowTo(await segment.record(() => void search()), port);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'ldap' });
    expect(flow.content!.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
  }, 30_000);
});

peers('NATS', ['nats-server'], () => {
  const port = 14222;
  /** A client of a few lines: Debian has none. */
  const publish = (more: string): string =>
    segment.run(process.execPath, [
      '-e',
      `
      const s = require('net').connect(${port}, '${serverIp}');
      let heard = '';
      s.on('data', (d) => { heard += d; if (/PONG/.test(heard)) s.end(); else if (/^INFO/.test(heard) && !s.asked) { s.asked = true;
        s.write('CONNECT {"verbose":false,"pedantic":false,"tls_required":false${more}}\\r\\nSUB x 1\\r\\nPUB x 2\\r\\nhi\\r\\nPING\\r\\n'); } });
      s.on('error', () => {}); setTimeout(() => s.destroy(), 1500).unref();`,
    ]);

  it('is given its password in cleartext', async () => {
    await segment.serve(
      'nats-server',
      ['-a', serverIp, '-p', `${port}`, '--user', 'app', '--pass', 'a-password'],
      port,
    );
    const flow = flowTo(await segment.record(() => void publish(',"user":"app","pass":"a-password"')), port);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'nats' });
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
  }, 30_000);

  it('serves without a login', async () => {
    await segment.serve('nats-server', ['-a', serverIp, '-p', `${port}`], port);
    const flow = flowTo(await segment.record(() => void publish('')), port);
    expect(flow.content!.servedWithoutLogin.some(({ meaningful }) => meaningful)).toBe(true);
  }, 30_000);

  it('takes the upgrade', async () => {
    await segment.serve(
      'nats-server',
      ['-a', serverIp, '-p', `${port}`, '--tls', '--tlscert', 'server.pem', '--tlskey', 'server.key'],
      port,
    );
    const client = `
      const s = require('net').connect(${port}, '${serverIp}');
      s.once('data', () => { const t = require('tls').connect({ socket: s, rejectUnauthorized: false }, () => { t.write('CONNECT {}\\r\\nPING\\r\\n'); });
        t.on('data', (d) => { if (/PONG/.test(d)) t.end(); }); t.on('error', () => {}); });
      setTimeout(() => process.exit(), 1500).unref();`;
    const flow = flowTo(await segment.record(() => void segment.run(process.execPath, ['-e', client])), port);
    expect(flow).toMatchObject({ kind: 'starttls', protocol: 'nats', upgrade: { outcome: 'taken' } });
  }, 30_000);
});
