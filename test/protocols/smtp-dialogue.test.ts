import { describe, expect, it } from 'vitest';
import { lmtp } from '../../src/protocols/lmtp.js';
import { smtp } from '../../src/protocols/smtp.js';
import { b64, c, missing, notesOf, raw, s, type Turn, tls } from './dialogue.js';

const greeting = s('220 mail.example ESMTP Postfix');
const ehlo = c('EHLO app.internal');
const offers = s('250-mail.example', '250-SIZE 10240000', '250-STARTTLS', '250-AUTH PLAIN LOGIN', '250 8BITMIME');
const offersNone = s('250-mail.example', '250-SIZE 10240000', '250-AUTH PLAIN LOGIN', '250 8BITMIME');
const plain = c(`AUTH PLAIN ${b64('\0svc\0Winter2026!')}`);
const welcome = s('235 2.7.0 ok');
const asks = c('STARTTLS');

const changeOf = (...turns: Turn[]) => notesOf(smtp, turns).change;

describe('a change to TLS in SMTP', () => {
  it('is taken where TLS follows', () => {
    const change = changeOf(greeting, ehlo, offers, asks, s('220 2.0.0 Ready to start TLS'), tls);
    expect(change).toMatchObject({ mechanism: 'STARTTLS', outcome: 'taken', wentOnFrame: null });
    expect([change?.offeredFrame, change?.requestedFrame, change?.answeredFrame]).toEqual([3, 4, 5]);
  });

  it('is refused where the server says no and the session goes on', () => {
    const change = changeOf(greeting, ehlo, offers, asks, s('454 4.7.0 TLS not available'), plain, welcome);
    expect(change).toMatchObject({ outcome: 'refused', requestedFrame: 4, answeredFrame: 5, wentOnFrame: 6 });
    expect(change?.basis).toContain('454 4.7.0 TLS not available');
  });

  it('is refused without going on where the client gives up', () => {
    const change = changeOf(greeting, ehlo, offers, asks, s('454 4.7.0 no'), c('QUIT'), s('221 bye'));
    expect(change).toMatchObject({ outcome: 'refused', wentOnFrame: null });
  });

  it('is not used where it was offered and mail is sent all the same', () => {
    const change = changeOf(greeting, ehlo, offers, c('MAIL FROM:<a@b>'), s('250 ok'));
    expect(change).toMatchObject({ outcome: 'not-used', offeredFrame: 3, wentOnFrame: 4 });
  });

  it('is nothing where the client only looks and quits, or is sent away', () => {
    expect(changeOf(greeting, ehlo, offers, c('QUIT'), s('221 bye'))).toBeNull();
    expect(changeOf(greeting, ehlo, offers, c('MAIL FROM:<a@b>'), s('530 5.7.0 Must issue STARTTLS first'))).toBeNull();
  });

  it('is not offered where the whole list lacks it', () => {
    const change = changeOf(greeting, ehlo, offersNone, plain, welcome);
    expect(change).toMatchObject({ outcome: 'not-offered', offeredFrame: null, answeredFrame: 3, wentOnFrame: 4 });
  });

  it('is not called absent after a gap in the list, nor unused after one before the client went on', () => {
    const partly = [
      raw('server', '250-mail.example\r\n250-SI'),
      missing('server', 30),
      raw('server', 'E\r\n250 DSN\r\n'),
    ];
    expect(changeOf(greeting, ehlo, ...partly, c('MAIL FROM:<a@b>'), s('250 ok'))).toBeNull();
    expect(changeOf(greeting, ehlo, offers, missing('client', 10), c('MAIL FROM:<a@b>'), s('250 ok'))).toBeNull();
  });

  it.each([
    ['XXXXXXXA'],
    ['XXXXXXXX'],
    ['STARTXXX'],
    ['********'],
    ['AXXXXXXX'],
    ['ZTARTTLS'],
    ['xxxxxxxb'],
    ['        '],
  ])('is stripped where %s stands in its place in the list', (remains) => {
    const list = s('250-mail.example', `250-${remains}`, '250 AUTH PLAIN');
    const change = changeOf(greeting, ehlo, list, plain, welcome);
    expect(change).toMatchObject({ outcome: 'stripped', wentOnFrame: 4 });
    expect(change?.basis).toContain(remains.toUpperCase());
  });

  it.each([['CHUNKING'], ['8BITMIME'], ['SMTPUTF8'], ['XXXXXXXXXXA'], ['XADR'], ['XEXCH50'], ['XRDST'], ['X-ANONYM']])(
    'is not stripped where the list has %s',
    (word) => {
      expect(changeOf(greeting, ehlo, s('250-mail.example', `250-${word}`, '250 DSN'))?.outcome).toBe('not-offered');
    },
  );

  it('is not stripped where another word was overwritten and STARTTLS stands beside it', () => {
    const list = s('250-mail.example', '250-STARTTLS', '250 XXXXXXXB');
    expect(changeOf(greeting, ehlo, list, plain, welcome)?.outcome).toBe('not-used');
  });

  it('is stripped where the client’s command arrives overwritten and the server does not know it', () => {
    const change = changeOf(greeting, ehlo, offers, c('XXXXXXXX'), s('500 5.5.1 Command unrecognized'), plain, welcome);
    expect(change).toMatchObject({ outcome: 'stripped', offeredFrame: 3, wentOnFrame: 6 });
  });

  it('is stripped where the server says that it heard another word than STARTTLS', () => {
    const no = s('500 5.5.1 Command unrecognized: "XXXXXXXX"');
    expect(changeOf(greeting, ehlo, offers, asks, no, plain, welcome)?.outcome).toBe('stripped');
    const named = s('500 5.5.1 Command unrecognized: "STARTTLS"');
    expect(changeOf(greeting, ehlo, offers, asks, named, plain, welcome)?.outcome).toBe('refused');
  });

  it('is not used where the server agreed and the client goes on in clear', () => {
    expect(changeOf(greeting, ehlo, offers, asks, s('220 go ahead'), plain, welcome)).toMatchObject({
      outcome: 'not-used',
      requestedFrame: 4,
      answeredFrame: 5,
      wentOnFrame: 6,
    });
  });

  it('takes answers in the order of pipelined commands', () => {
    const change = changeOf(greeting, ehlo, offers, c('STARTTLS', 'MAIL FROM:<a@b>'), s('454 no', '250 ok'));
    expect(change).toMatchObject({ outcome: 'refused', wentOnFrame: 4 });
  });
});

describe('a login in SMTP', () => {
  it('gives away PLAIN’s password, with or without an initial response', () => {
    const secret = [{ frame: 4, kind: 'password', mechanism: 'SMTP AUTH PLAIN', where: null, secret: 'Winter2026!' }];
    const notes = notesOf(smtp, [greeting, ehlo, offersNone, plain, welcome]);
    expect(notes.credentials).toEqual(secret);
    expect(notes.logins).toMatchObject([{ kind: 'password', mechanism: 'PLAIN', outcome: 'accepted' }]);
    const later = [greeting, ehlo, offersNone, c('auth plain'), s('334 '), c(b64('\0svc\0Winter2026!')), s('535 no')];
    expect(notesOf(smtp, later).credentials).toMatchObject([{ frame: 6, secret: 'Winter2026!' }]);
    expect(notesOf(smtp, later).logins).toMatchObject([{ outcome: 'refused' }]);
  });

  it('gives away the second answer of LOGIN, and not the first', () => {
    const login = [
      c('AUTH LOGIN'),
      s('334 VXNlcm5hbWU6'),
      c(b64('svc')),
      s('334 UGFzc3dvcmQ6'),
      c(b64('geheim')),
      welcome,
    ];
    const notes = notesOf(smtp, [greeting, ehlo, offersNone, ...login]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'SMTP AUTH LOGIN', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ mechanism: 'LOGIN', outcome: 'accepted' }]);
    expect(notes.requests.map(({ method }) => method)).toEqual(['EHLO', 'AUTH']);
  });

  it('gives away bearer tokens', () => {
    const token = c(`AUTH XOAUTH2 ${b64('user=a@b\x01auth=Bearer ya29.abc\x01\x01')}`);
    expect(notesOf(smtp, [greeting, ehlo, offersNone, token]).credentials).toMatchObject([
      { kind: 'bearer-token', mechanism: 'SMTP AUTH XOAUTH2', secret: 'ya29.abc' },
    ]);
  });

  it.each([['CRAM-MD5'], ['SCRAM-SHA-256'], ['DIGEST-MD5'], ['NTLM']])('by %s gives away no secret', (mechanism) => {
    const turns = [greeting, ehlo, offersNone, c(`AUTH ${mechanism}`), s('334 PDQx'), c(b64('svc 0123')), welcome];
    const notes = notesOf(smtp, turns);
    expect(notes.credentials).toEqual([]);
    expect(notes.logins).toMatchObject([{ kind: 'challenge-response', mechanism, outcome: 'accepted' }]);
  });

  it('is seen where only the client was captured', () => {
    const turns = [ehlo, c('AUTH LOGIN'), c(b64('svc')), c(b64('geheim')), c('MAIL FROM:<a@b>')];
    expect(notesOf(smtp, turns).credentials).toMatchObject([{ secret: 'geheim' }]);
  });
});

describe('messages in SMTP', () => {
  const envelope = [
    greeting,
    ehlo,
    offersNone,
    c('MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'),
    s('250 a', '250 b', '354 go'),
  ];

  it('are no commands', () => {
    const message = raw('client', 'Subject: x\r\n\r\nAUTH PLAIN AGEAYg==\r\n..\r\nSTARTTLS\r\n.\r\nQUIT\r\n');
    const notes = notesOf(smtp, [...envelope, message, s('250 queued', '221 bye')]);
    expect(notes.credentials).toEqual([]);
    expect(notes.requests.map(({ method, status }) => [method, status])).toEqual([
      ['EHLO', '250'],
      ['MAIL', '250'],
      ['RCPT', '250'],
      ['DATA', '354'],
      ['QUIT', '221'],
    ]);
  });

  it('end at the server’s answer where their end may lie in a gap', () => {
    const turns = [...envelope, raw('client', 'Subject: x\r\n'), missing('client', 50), s('250 queued')];
    expect(notesOf(smtp, [...turns, c('QUIT')]).requests.at(-1)).toMatchObject({ method: 'QUIT' });
  });

  it('come in chunks by BDAT', () => {
    const chunks = raw('client', 'BDAT 12\r\nAUTH PLAIN xBDAT 7 LAST\r\nQUIT\r\n.QUIT\r\n');
    const notes = notesOf(smtp, [greeting, ehlo, offersNone, chunks]);
    expect(notes.requests.map(({ method }) => method)).toEqual(['EHLO', 'BDAT', 'BDAT', 'QUIT']);
  });

  it('get an answer for each recipient in LMTP', () => {
    const turns = [
      s('220 lmtp.example LMTP'),
      c('LHLO a'),
      s('250-lmtp.example', '250 STARTTLS'),
      c('MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'RCPT TO:<e@f>', 'DATA'),
      s('250 a', '250 b', '250 c', '354 go'),
      raw('client', 'x\r\n.\r\nQUIT\r\n'),
      s('250 c', '550 e', '221 bye'),
    ];
    const notes = notesOf(lmtp, turns);
    expect(notes.requests.at(-1)).toMatchObject({ method: 'QUIT', status: '221' });
    expect(notes.change).toMatchObject({ outcome: 'not-used' });
  });
});

describe('a server’s greeting in SMTP', () => {
  it.each([
    ['220 mail.example ESMTP Postfix', 'mail.example'],
    ['220 relay ESMTP', 'relay'],
    ['220 *************************', null],
    ['220 ready', null],
  ])('%s names %s', (line, name) => {
    expect(notesOf(smtp, [s(line)]).greetingText).toBe(name);
  });
});
