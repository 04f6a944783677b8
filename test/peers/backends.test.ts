// Programs behind mutual TLS whose protocols are not the web's: who need not answer, who refuses in which words, and what stands
// in front of them. The truth of each case is its name.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosts, type Recording, Segment, whyNotHere } from './segment.js';

const { clients, proxy, backend } = hosts;
const versions = ['tls1_2', 'tls1_3'] as const;
/** By address: shows the segment's certificate, none, or one that nobody signed. */
const [knownClient, bareClient, strangeClient] = clients;
const shown: Readonly<Record<string, string | null>> = {
  [knownClient]: 'client',
  [bareClient]: null,
  [strangeClient]: 'stranger',
};

/** Seconds after which a client has heard what it will hear. */
const patience = 0.4;

/** Says `words` (escapes as for printf's %b) to a server over TLS, waits a little, and leaves. */
function say(segment: Segment, from: string, to: string, words: string, ...options: readonly string[]): void {
  const own = shown[from] ? ['-cert', `${shown[from]}.pem`, '-key', `${shown[from]}.key`] : [];
  const script = `(printf '%b' "$0"; sleep ${patience}) | timeout 8 openssl s_client "$@"; true`;
  const args = ['-connect', to, '-bind', `${from}:0`, '-CAfile', 'ca.pem', '-quiet', '-no_ign_eof', ...own, ...options];
  segment.run('sh', ['-c', script, words, ...args]);
}

function makeStranger(segment: Segment): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'stranger.key'];
  segment.run('openssl', ['req', '-x509', ...key, '-out', 'stranger.pem', '-days', '30', '-subj', '/CN=stranger']);
}

/** State of the hop from a client to a service, and what its connections say of the outcome. */
function told({ hops, flows }: Recording, from: string, to: string): { mtls: string; outcomes: string[] } {
  const hop = hops.find(({ id }) => id === `${from}->${to}`);
  const own = flows.filter(({ id }) => hop?.flows.includes(id));
  const outcomes = own.map(({ tls }) => `${tls?.clientAuth.status} ${tls?.clientAuth.outcome}`);
  return { mtls: hop?.mtls ?? 'no such hop', outcomes: [...new Set(outcomes)] };
}

const joined = ({ hops }: Recording, to: string): string[] =>
  hops.filter(({ id }) => id.endsWith(`->${to}`)).flatMap(({ forwardedFrom }) => forwardedFrom.map(({ hop }) => hop));

const kindsAt = ({ findings }: Recording, server: string): string[] =>
  findings.filter((finding) => finding.server === server).map(({ kind }) => kind);

/** One segment for all of a program's cases; skipped, and said so, where a program or its module is not here. */
function peers(name: string, programs: readonly string[], body: (segment: () => Segment) => void, module = ''): void {
  const reason = whyNotHere(...programs) ?? (hasModule(module) ? null : `not installed: ${module}`);
  if (reason !== null) console.warn(`SKIPPED: ${name} was not recorded (${reason})`);
  describe.skipIf(reason !== null)(name, () => {
    let segment: Segment;
    beforeAll(() => {
      segment = new Segment();
      makeStranger(segment);
    }, 30_000);
    afterAll(() => segment?.close(), 30_000);
    body(() => segment);
  });
}

/** Whether a program's module, as 'program/module.so', is where Debian puts them. */
function hasModule(module: string): boolean {
  return ['', ...readdirSync('/usr/lib')].some((folder) => existsSync(join('/usr/lib', folder, module)));
}

/** Each client once; what is told of the three, in the order of `clients`. */
async function eachClient(
  segment: Segment,
  to: string,
  words: string,
  ...options: readonly string[]
): Promise<{ recording: Recording; each: ReturnType<typeof told>[] }> {
  const recording = await segment.record(() => {
    for (const from of clients) say(segment, from, to, words, ...options);
  });
  return { recording, each: clients.map((from) => told(recording, from, to)) };
}

peers('rsyslog, which asks for certificates and never answers', ['rsyslogd'], rsyslog, 'rsyslog/lmnsd_gtls.so');

function rsyslog(segment: () => Segment): void {
  const service = `${backend}:6514`;
  beforeAll(async () => {
    const { folder } = segment();
    const files = ['CAFile="', 'ca.pem', 'CertFile="', 'server.pem', 'KeyFile="', 'server.key'];
    const options = [0, 2, 4].map((at) => `defaultNetstreamDriver${files[at]}${folder}/${files[at + 1]}"`).join(' ');
    const configuration = segment().file(
      'rsyslog.conf',
      `global(workDirectory="${folder}" defaultNetstreamDriver="gtls" ${options})
       module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
       input(type="imtcp" port="6514" address="${backend}")
       action(type="omfile" file="${folder}/heard.log")\n`,
    );
    await segment().serve('rsyslogd', ['-n', '-f', configuration, '-i', segment().path('pid')], 6514);
  }, 30_000);

  it.each(versions)(
    '%s: who is let in leaves without an answer, and is not called refused',
    async (version) => {
      const line = '<13>Nov 22 10:00:00 host app: a line that nobody answers\\n';
      const { each } = await eachClient(segment(), service, line, `-${version}`);
      // In TLS 1.2 the refused are let go after the handshake, which proves less than an alert.
      expect(['enforced', 'presented']).toContain(each[0]!.mtls);
      expect(each.slice(1).map(({ mtls }) => mtls)).toEqual(['rejected', 'rejected']);
      // In TLS 1.3 without keys a farewell that answers the client's is as long as a refusal.
      expect(each[0]!.outcomes).toEqual([version === 'tls1_2' ? 'presented accepted' : 'presented unknown']);
    },
    30_000,
  );
}

peers('mosquitto, whose clients speak in a few octets', ['mosquitto'], (segment) => {
  const service = `${backend}:8883`;
  beforeAll(async () => {
    const configuration = segment().file(
      'mosquitto.conf',
      `user root\nlistener 8883 ${backend}\ncafile ${segment().path('ca.pem')}\ncertfile ${segment().path('server.pem')}
keyfile ${segment().path('server.key')}\nrequire_certificate true\nuse_identity_as_username true\n`,
    );
    await segment().serve('mosquitto', ['-c', configuration], 8883);
  }, 30_000);

  it.each(versions)(
    '%s: a CONNECT of 18 octets before the refusal is no farewell',
    async (version) => {
      const connect = '\\0020\\0020\\0000\\0004MQTT\\0004\\0002\\0000\\0074\\0000\\0004abcd';
      const { each } = await eachClient(segment(), service, connect, `-${version}`);
      expect(each.map(({ mtls }) => mtls)).toEqual(['enforced', 'rejected', 'rejected']);
      expect(each[1]!.outcomes).toEqual(['declined rejected']);
      expect(each[2]!.outcomes).toEqual(['presented rejected']);
    },
    30_000,
  );
});

peers('etcd', ['etcd'], (segment) => {
  const service = `${backend}:2379`;
  beforeAll(async () => {
    const path = (name: string): string => segment().path(name);
    const own = ['--cert-file', path('server.pem'), '--key-file', path('server.key')];
    const urls = ['--listen-client-urls', `https://${service}`, '--advertise-client-urls', `https://${service}`];
    const asks = [
      '--trusted-ca-file',
      path('ca.pem'),
      '--client-cert-auth',
      '--listen-peer-urls',
      'http://127.0.0.1:0',
    ];
    await segment().serve('etcd', ['--data-dir', path('etcd'), ...own, ...urls, ...asks], 2379);
  }, 30_000);

  it.each(versions)(
    '%s: enforces mutual TLS',
    async (version) => {
      const request = `GET /health HTTP/1.1\\r\\nHost: ${service}\\r\\n\\r\\n`;
      const { each, recording } = await eachClient(segment(), service, request, `-${version}`);
      expect(each.map(({ mtls }) => mtls)).toEqual(['enforced', 'rejected', 'rejected']);
      expect(kindsAt(recording, service)).not.toContain('missing-client-cert-request');
    },
    30_000,
  );
});

peers('qemu-nbd, which begins TLS by an option of its own protocol', ['qemu-nbd', 'qemu-img'], (segment) => {
  it('is told as an upgrade, whoever is let in', async () => {
    const pki = segment().directory('pki');
    segment().run('sh', [
      '-c',
      `cp ca.pem ${pki}/ca-cert.pem; cp server.pem ${pki}/server-cert.pem; cp server.key ${pki}/server-key.pem`,
    ]);
    for (const name of ['known', 'bare']) {
      const folder = segment().directory(name);
      segment().run('cp', ['ca.pem', `${folder}/ca-cert.pem`]);
    }
    segment().run('sh', [
      '-c',
      'cp client.pem known/client-cert.pem; cp client.key known/client-key.pem; truncate -s 1M disk',
    ]);
    const server = ['--object', `tls-creds-x509,id=t,dir=${pki},endpoint=server,verify-peer=yes`, '--tls-creds', 't'];
    await segment().serve('qemu-nbd', ['-t', '-b', proxy, '-p', '10809', ...server, '-f', 'raw', 'disk'], 10809);
    const connect = (name: string, statuses: readonly number[]): void => {
      const own = `tls-creds-x509,id=t,dir=${segment().path(name)},endpoint=client`;
      // The segment's certificate names loopback alone.
      const target = `driver=nbd,host=${proxy},port=10809,tls-creds=t,tls-hostname=server.segment.test`;
      segment().run('qemu-img', ['info', '--object', own, '--image-opts', target], statuses);
    };
    const letIn = await segment().record(() => connect('known', [0]));
    expect(letIn.hops).toMatchObject([{ kind: 'starttls', mtls: 'presented' }]);
    const refused = await segment().record(() => connect('bare', [1]));
    expect(refused.hops).toMatchObject([{ kind: 'starttls', mtls: 'rejected' }]);
  }, 30_000);
});

peers('hitch before varnish', ['hitch', 'varnishd'], (segment) => {
  it('tells the cleartext behind it, whose requests it carries, and what it says of the client', async () => {
    const { folder } = segment();
    const vcl = segment().file('default.vcl', 'vcl 4.0; backend default none; sub vcl_recv { return (synth(200)); }\n');
    const listen = ['-a', `${backend}:8080,PROXY`, '-f', vcl, '-n', `${folder}/varnish`, '-s', 'malloc,16m'];
    await segment().serve('varnishd', ['-F', ...listen], 8080);
    segment().run('sh', ['-c', 'cat server.pem server.key > both.pem']);
    const configuration = segment().file(
      'hitch.conf',
      `frontend = { host = "${proxy}" port = "8443" }\nbackend = "[${backend}]:8080"\npem-file = "${folder}/both.pem"
client-verify = required\nclient-verify-ca = "${folder}/ca.pem"\nwrite-proxy-v2 = on\nuser = "root"\nworkers = 1\n`,
    );
    await segment().serve('hitch', [`--config=${configuration}`], 8443);
    const request = 'GET / HTTP/1.1\\r\\nHost: server.segment.test\\r\\n\\r\\n';
    const { each, recording } = await eachClient(segment(), `${proxy}:8443`, request);
    expect(each.map(({ mtls }) => mtls)).toEqual(['enforced', 'rejected', 'rejected']);
    expect(joined(recording, `${backend}:8080`)).toEqual([`${knownClient}->${proxy}:8443`]);
    const kinds = kindsAt(recording, `${backend}:8080`);
    expect(kinds).toContain('cleartext-proxy-hop');
    expect(kinds).toContain('cleartext-identity-header');
  }, 30_000);
});

peers('nginx as a proxy of streams', ['nginx'], nginx, 'nginx/modules/ngx_stream_module.so');

function nginx(segment: () => Segment): void {
  const pass = `${proxy}:9444`;
  const end = `${proxy}:9443`;
  const service = `${backend}:8443`;
  const files = ['ssl_certificate server.pem', 'ssl_certificate_key server.key', 'ssl_client_certificate ca.pem'];
  const own = `${files.join('; ')}; ssl_verify_client on; ssl_protocols TLSv1.2 TLSv1.3;`;
  const toward = files.slice(0, 2).join('; ').replaceAll('ssl_', 'proxy_ssl_');

  it('no leg is called one-way for a session that it resumes, or that passes through', async () => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const configuration = segment().file(
      'nginx.conf',
      `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
       daemon off; worker_processes 1; user root; pid nginx.pid; error_log stderr; events {}
       http { access_log off; ${temporary.map((kind) => `${kind}_temp_path ${kind};`).join(' ')}
         server { listen ${service} ssl; ${own} location / { return 200 "a secret of the service\\n"; } } }
       stream {
         server { listen ${end} ssl; ${own} proxy_pass ${service}; proxy_ssl on; ${toward}; }
         server { listen ${pass}; proxy_pass ${service}; } }\n`,
    );
    await segment().serve('nginx', ['-p', segment().folder, '-e', 'stderr', '-c', configuration], 9443);
    const request = 'GET / HTTP/1.1\\r\\nHost: server.segment.test\\r\\nConnection: close\\r\\n\\r\\n';
    const recording = await segment().record(() => {
      for (let times = 0; times < 3; times++) say(segment(), knownClient, end, request);
      say(segment(), knownClient, pass, request);
      say(segment(), bareClient, pass, request);
    });
    const fronts = joined(recording, service);
    expect(fronts).toContain(`${knownClient}->${pass}`);
    expect(fronts).toContain(`${bareClient}->${pass}`);
    expect(['enforced', 'presented']).toContain(told(recording, knownClient, end).mtls);
    expect(recording.findings.map(({ kind }) => kind)).not.toContain('proxy-hop-without-mtls');
  }, 30_000);
}

peers('Apache, which asks for one path alone', ['apache2'], (segment) => {
  const service = `${backend}:8443`;
  const path = 'GET /secure/ HTTP/1.1\\r\\nHost: server.segment.test\\r\\n\\r\\n';
  const modules = '/usr/lib/apache2/modules';
  beforeEach(async () => {
    const { folder } = segment();
    segment().directory('www/secure');
    segment().file('www/secure/index.html', 'a secret of the service\n');
    const loaded = ['mpm_event', 'ssl', 'socache_shmcb', 'authz_core', 'dir'];
    const configuration = segment().file(
      'apache.conf',
      `ServerRoot ${folder}\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/apache.err\nListen ${service}\nServerName server.segment.test
${loaded.map((module) => `LoadModule ${module}_module ${modules}/mod_${module}.so`).join('\n')}
User www-data\nGroup www-data\nDocumentRoot ${folder}/www\nSSLEngine on\nSSLCertificateFile server.pem
SSLCertificateKeyFile server.key\nSSLCACertificateFile ca.pem\n<Location /secure>\nSSLVerifyClient require\n</Location>\n`,
    );
    await segment().serve('apache2', ['-DFOREGROUND', '-f', configuration], 8443);
  }, 30_000);
  afterEach(() => void segment().run('sh', ['-c', 'kill $(cat apache.pid); sleep 0.5']));

  it.each([
    ['tls1_2', []],
    ['tls1_3', ['-enable_pha']],
  ] as const)(
    '%s: what it asks later is not called missing',
    async (version, options) => {
      const recording = await segment().record(() =>
        say(segment(), knownClient, service, path, `-${version}`, ...options),
      );
      const kinds = kindsAt(recording, service);
      expect(kinds).not.toContain('missing-client-cert-request');
      expect(kinds).toContain('client-cert-in-renegotiation');
      expect(told(recording, knownClient, service).mtls).toBe('unknown');
    },
    30_000,
  );

  it('tls1_3: who offers no later answer was never asked', async () => {
    const recording = await segment().record(() => say(segment(), bareClient, service, path, '-tls1_3'));
    expect(kindsAt(recording, service)).toContain('missing-client-cert-request');
    expect(told(recording, bareClient, service).mtls).toBe('server-only');
  }, 30_000);
});
