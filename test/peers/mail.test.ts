// Mail servers: STARTTLS taken, not used, not offered.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowTo, pathOf, Segment, serverIp, whyNotHere } from './segment.js';

const reason = whyNotHere('postfix', 'dovecot');
if (reason !== null) console.warn(`SKIPPED: no mail server was recorded (${reason})`);

describe.skipIf(reason !== null)('mail servers', () => {
  let segment: Segment;
  beforeEach(() => {
    segment = new Segment();
  }, 60_000);
  afterEach(() => segment.close(), 30_000);

  const smtpPort = 12525;
  async function servePostfix(level: 'may' | 'none'): Promise<void> {
    const folder = segment.directory('postfix');
    const queue = segment.directory('queue');
    const state = segment.directory('state', 'postfix');
    segment.file(
      'postfix/main.cf',
      `compatibility_level = 3.6\nqueue_directory = ${queue}\ndata_directory = ${state}\ncommand_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mail.segment.test\ninet_interfaces = ${serverIp}\nmydestination = localhost\nlocal_recipient_maps =
smtpd_tls_security_level = ${level}\nsmtpd_tls_cert_file = ${segment.path('server.pem')}\nsmtpd_tls_key_file = ${segment.path('server.key')}\nmaillog_file = /dev/stdout\n`,
    );
    segment.file(
      'postfix/master.cf',
      `${smtpPort} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\ncleanup unix n - n - 0 cleanup\nrewrite unix - - n - - trivial-rewrite\nanvil unix - - n - 1 anvil\nqmgr unix n - n 300 1 qmgr\nretry unix - - n - - error\nlocal unix - n n - - local\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\ntlsmgr unix - - n 1000? 1 tlsmgr\n`,
    );
    await segment.serve('postfix', ['-c', folder, 'start-fg'], smtpPort);
  }
  /** Says lines of a dialogue, each when the server has answered the one before; goes on in TLS after `STARTTLS`. */
  function talk(port: number, lines: readonly string[]): void {
    const script = segment.file(
      'talk.cjs',
      `
      const net = require('net'), tls = require('tls');
      const lines = ${JSON.stringify(lines)}; let heard = '';
      let s = net.connect(${port}, '${serverIp}');
      const done = /^(?:\\d{3} |\\+|-ERR|[a-z]\\d+ |\\* OK|\\.$)/m;
      const step = (d) => { heard += d; if (!/\\n$/.test(heard)) return; const last = heard.trimEnd().split('\\n').at(-1); if (!done.test(last)) return;
        const before = step.said; heard = '';
        if (before && /(STARTTLS|STLS)$/.test(before) && /^(220|\\+OK|[a-z]\\d+ OK)/.test(last)) { s.removeListener('data', step);
          s = tls.connect({ socket: s, rejectUnauthorized: false }, () => next()); s.on('data', step); s.on('error', () => {}); return; }
        next(); };
      const next = () => { const line = lines.shift(); step.said = line; if (line === undefined) { s.end(); return; } s.write(line + '\\r\\n'); };
      s.on('data', step); s.on('error', () => {}); s.on('close', () => process.exit()); setTimeout(() => process.exit(), 4000).unref();`,
    );
    segment.run(process.execPath, [script]);
  }
  const mail = [
    'MAIL FROM:<a@segment.test>',
    'RCPT TO:<root@localhost>',
    'DATA',
    'Subject: x\r\n\r\nhello\r\n.',
    'QUIT',
  ];

  it('postfix: the upgrade is taken', async () => {
    await servePostfix('may');
    const recording = await segment.record(() => talk(smtpPort, ['EHLO c', 'STARTTLS', 'EHLO c', ...mail]));
    expect(flowTo(recording, smtpPort)).toMatchObject({
      kind: 'starttls',
      protocol: 'smtp',
      upgrade: { mechanism: 'STARTTLS', outcome: 'taken' },
    });
  }, 60_000);

  it('postfix: the upgrade is offered and not used', async () => {
    await servePostfix('may');
    const flow = flowTo(await segment.record(() => talk(smtpPort, ['EHLO c', ...mail])), smtpPort);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'smtp', upgrade: { outcome: 'not-used' } });
    expect(flow.content!.greeting).toBe('mail.segment.test');
  }, 60_000);

  it('postfix: no upgrade is offered', async () => {
    await servePostfix('none');
    const flow = flowTo(await segment.record(() => talk(smtpPort, ['EHLO c', ...mail])), smtpPort);
    expect(flow).toMatchObject({ kind: 'cleartext', upgrade: { outcome: 'not-offered' } });
  }, 60_000);

  it('postfix: the upgrade is asked for and refused', async () => {
    await servePostfix('none');
    const flow = flowTo(await segment.record(() => talk(smtpPort, ['EHLO c', 'STARTTLS', ...mail])), smtpPort);
    expect(flow).toMatchObject({ kind: 'cleartext', upgrade: { outcome: 'refused' } });
  }, 60_000);

  const imapPort = 10143;
  const popPort = 10110;
  async function serveDovecot(ssl: 'yes' | 'no'): Promise<void> {
    const run = segment.directory('run');
    segment.directory('home', 'nobody');
    const file = segment.file(
      'dovecot.conf',
      `base_dir = ${run}\nstate_dir = ${run}\nlog_path = /dev/stderr\nprotocols = imap pop3\nlisten = ${serverIp}
ssl = ${ssl}\nssl_cert = <${segment.path('server.pem')}\nssl_key = <${segment.path('server.key')}\ndisable_plaintext_auth = no\nauth_mechanisms = plain login cram-md5
mail_location = maildir:${segment.path('home')}/%u\nfirst_valid_uid = 1\ndefault_login_user = nobody\ndefault_internal_user = nobody
service imap-login {\n inet_listener imap {\n port = ${imapPort}\n }\n inet_listener imaps {\n port = 0\n }\n chroot =\n}\nservice pop3-login {\n inet_listener pop3 {\n port = ${popPort}\n }\n inet_listener pop3s {\n port = 0\n }\n chroot =\n}
service anvil {\n chroot =\n}\nservice stats {\n}\npassdb {\n driver = static\n args = password=a-password\n}\nuserdb {\n driver = static\n args = uid=nobody gid=nogroup home=${segment.path('home')}\n}\n`,
    );
    await segment.serve('dovecot', ['-F', '-c', file], imapPort);
  }

  it('dovecot, IMAP: the upgrade is taken', async () => {
    await serveDovecot('yes');
    const lines = ['a1 STARTTLS', 'a2 LOGIN app a-password', 'a3 LIST "" "*"', 'a4 LOGOUT'];
    const flow = flowTo(await segment.record(() => talk(imapPort, lines)), imapPort);
    expect(flow).toMatchObject({ kind: 'starttls', protocol: 'imap', upgrade: { outcome: 'taken' } });
    expect(flow.content?.credentials ?? []).toEqual([]);
  }, 60_000);

  it('dovecot, IMAP: the upgrade is not used, and the password crosses in cleartext', async () => {
    await serveDovecot('yes');
    const lines = ['a1 CAPABILITY', 'a2 LOGIN app a-password', 'a3 LIST "" "*"', 'a4 LOGOUT'];
    const flow = flowTo(await segment.record(() => talk(imapPort, lines)), imapPort);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'imap', upgrade: { outcome: 'not-used' } });
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
    expect(flow.content!.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
  }, 60_000);

  it('dovecot, POP3: the upgrade is asked for and refused', async () => {
    await serveDovecot('no');
    const lines = ['CAPA', 'STLS', 'USER app', 'PASS a-password', 'STAT', 'QUIT'];
    const flow = flowTo(await segment.record(() => talk(popPort, lines)), popPort);
    expect(flow).toMatchObject({ kind: 'cleartext', protocol: 'pop3', upgrade: { outcome: 'refused' } });
    expect(flow.content!.credentials).toMatchObject([{ kind: 'password', length: 10 }]);
  }, 60_000);

  it('finds the programs where Debian puts them', () => {
    expect(pathOf('postfix')).not.toBeNull();
  });
});
