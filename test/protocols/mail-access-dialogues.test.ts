import { describe, expect, it } from 'vitest';
import { imap } from '../../src/protocols/imap.js';
import { pop3 } from '../../src/protocols/pop3.js';
import { b64, c, missing, notesOf, raw, s, type Turn, tls } from './dialogue.js';

describe('a change to TLS in IMAP', () => {
  const greeting = s('* OK [CAPABILITY IMAP4rev1 SASL-IR STARTTLS LOGINDISABLED] mail.example Dovecot ready.');
  const bare = s('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] Dovecot ready.');
  const changeOf = (...turns: Turn[]) => notesOf(imap, turns).change;

  it('is taken after an offer in the greeting, and in an answer', () => {
    const asked = [c('a1 STARTTLS'), s('a1 OK Begin TLS negotiation now.'), tls];
    expect(changeOf(greeting, ...asked)).toMatchObject({ outcome: 'taken', offeredFrame: 1, requestedFrame: 2 });
    const capability = [s('* OK ready'), c('a0 CAPABILITY'), s('* CAPABILITY IMAP4rev1 STARTTLS', 'a0 OK done')];
    expect(changeOf(...capability, ...asked)).toMatchObject({ outcome: 'taken', offeredFrame: 3, answeredFrame: 5 });
  });

  it('is refused by NO and by BAD', () => {
    const refused = changeOf(greeting, c('1 STARTTLS'), s('1 NO TLS is broken'), c('2 LOGIN u p'), s('2 OK in'));
    expect(refused).toMatchObject({ outcome: 'refused', answeredFrame: 3, wentOnFrame: 4 });
  });

  it('is not used where a password crosses, even in vain', () => {
    const change = changeOf(greeting, c('1 LOGIN u p'), s('1 NO [PRIVACYREQUIRED] no'));
    expect(change).toMatchObject({ outcome: 'not-used', wentOnFrame: 2 });
    expect(changeOf(greeting, c('1 LOGOUT'), s('* BYE', '1 OK'))).toBeNull();
  });

  it('is not offered by a list without it, and nothing is said of lists after the login', () => {
    expect(changeOf(bare, c('1 LOGIN u p'), s('1 OK [CAPABILITY IMAP4rev1] in'))).toMatchObject({
      outcome: 'not-offered',
      answeredFrame: 1,
      wentOnFrame: 2,
    });
    expect(changeOf(s('* OK ready'), c('1 LOGIN u p'), s('1 OK [CAPABILITY IMAP4rev1] in'))).toBeNull();
  });

  it('is stripped where its name or the client’s command was overwritten', () => {
    const overwritten = s('* OK [CAPABILITY IMAP4rev1 XXXXXXXX AUTH=PLAIN] ready');
    expect(changeOf(overwritten)?.outcome).toBe('stripped');
    expect(changeOf(greeting, c('1 XXXXXXXX'), s('1 BAD Unknown command'))?.outcome).toBe('stripped');
    expect(changeOf(s('* OK [CAPABILITY IMAP4rev1 CHILDREN UNSELECT] XXXXXXXX'))?.outcome).toBe('not-offered');
  });

  it('is not called unused after a gap', () => {
    expect(changeOf(greeting, missing('client', 12), c('2 LOGIN u p'), s('2 OK in'))).toBeNull();
  });
});

describe('a login in IMAP', () => {
  it.each([
    ['atoms', ['a LOGIN svc geheim'], 'geheim'],
    ['quoted strings', ['a LOGIN "s v c" "ge\\"h\\\\eim"'], 'ge"h\\eim'],
    ['literals', ['a LOGIN {3}', 'svc {6}', 'geheim'], 'geheim'],
    ['literals without leave', ['a LOGIN {3+}', 'svc {8+}', 'ge\r\nheim'], 'ge\r\nheim'],
    ['a name and a literal', ['a LOGIN svc {6}', 'geheim'], 'geheim'],
    ['empty strings', ['a LOGIN "" ""'], ''],
  ])('gives away its password in %s', (_form, lines, secret) => {
    const notes = notesOf(imap, [c(...lines), s('a OK in')]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'IMAP LOGIN', secret }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', mechanism: 'LOGIN', outcome: 'accepted' }]);
  });

  it('by AUTHENTICATE is read from the line or from answers to challenges', () => {
    const inline = [s('* OK x'), c(`1 AUTHENTICATE PLAIN ${b64('\0u\0geheim')}`), s('1 OK in')];
    expect(notesOf(imap, inline).credentials).toMatchObject([
      { mechanism: 'IMAP AUTHENTICATE PLAIN', secret: 'geheim' },
    ]);
    const later = [s('* OK x'), c('1 AUTHENTICATE PLAIN'), s('+ '), c(b64('\0u\0geheim')), s('1 NO wrong')];
    expect(notesOf(imap, later).credentials).toMatchObject([{ secret: 'geheim' }]);
    expect(notesOf(imap, later).logins).toMatchObject([{ outcome: 'refused' }]);
    const scram = [s('* OK x'), c('1 AUTHENTICATE SCRAM-SHA-1'), s('+ '), c(b64('n,,n=u,r=x')), s('1 OK in')];
    expect(notesOf(imap, scram)).toMatchObject({
      credentials: [],
      logins: [{ kind: 'challenge-response', mechanism: 'SCRAM-SHA-1', outcome: 'accepted' }],
    });
  });

  it('is not needed where the server greets with PREAUTH', () => {
    expect(notesOf(imap, [s('* PREAUTH ready')]).logins).toMatchObject([{ kind: 'none', outcome: 'accepted' }]);
  });
});

describe('literals in IMAP', () => {
  it('are no dialogue, in either direction', () => {
    const mail = 'x\r\n2 LOGIN a b\r\n* CAPABILITY IMAP4rev1\r\n';
    const turns = [
      s('* OK x'),
      raw('client', `1 APPEND INBOX {${mail.length}}\r\n`),
      s('+ go'),
      raw('client', `${mail}\r\n`),
      s('1 OK done'),
      c('3 FETCH 1 BODY[]'),
      raw('server', `* 1 FETCH (BODY[] {${mail.length}}\r\n${mail})\r\n3 OK done\r\n`),
    ];
    const notes = notesOf(imap, turns);
    expect(notes.credentials).toEqual([]);
    expect(notes.change).toBeNull();
    expect(notes.requests.map(({ method, status }) => [method, status])).toEqual([
      ['APPEND', 'OK'],
      ['FETCH', 'OK'],
    ]);
  });

  it('with a hole are no password', () => {
    const turns = [
      s('* OK x'),
      c('a LOGIN svc {9}'),
      s('+ go'),
      raw('client', 'ge'),
      missing('client', 4),
      raw('client', 'eim\r\n'),
    ];
    expect(notesOf(imap, [...turns, s('a OK in')]).credentials).toEqual([]);
  });

  it('that the server does not want are not waited for', () => {
    const turns = [c('1 APPEND INBOX {500}'), s('1 NO too large'), c('2 LOGIN u geheim')];
    expect(notesOf(imap, turns).credentials).toMatchObject([{ secret: 'geheim' }]);
  });
});

describe('POP3', () => {
  const greeting = s('+OK POP3 server ready <1896.697170952@dbc.mtview.example>');
  const capa = [c('CAPA'), s('+OK', 'TOP', 'STLS', 'USER', '.')];
  const capaNone = [c('CAPA'), s('+OK', 'TOP', 'USER', 'SASL PLAIN', '.')];
  const login = [c('USER svc'), s('+OK'), c('PASS ge heim '), s('+OK in')];

  it('tells the outcomes of STLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(pop3, [greeting, ...turns]).change;
    expect(outcomeOf(...capa, c('STLS'), s('+OK'), tls)).toMatchObject({ outcome: 'taken', offeredFrame: 3 });
    expect(outcomeOf(...capa, c('STLS'), s('-ERR no'), ...login)).toMatchObject({ outcome: 'refused', wentOnFrame: 6 });
    expect(outcomeOf(...capa, ...login)).toMatchObject({ mechanism: 'STLS', outcome: 'not-used', wentOnFrame: 4 });
    expect(outcomeOf(...capaNone, ...login)).toMatchObject({ outcome: 'not-offered', answeredFrame: 3 });
    expect(outcomeOf(c('CAPA'), s('+OK', 'XXXX', 'USER', '.'))?.outcome).toBe('stripped');
    expect(outcomeOf(...capa, c('XXXX'), s('-ERR unknown'))?.outcome).toBe('stripped');
    expect(outcomeOf(...login)).toBeNull();
    expect(outcomeOf(c('CAPA'), raw('server', '+OK\r\nTOP\r\n'), missing('server', 6), s('USER', '.'))).toBeNull();
  });

  it('gives away PASS as it stands, and tells APOP from it', () => {
    const notes = notesOf(pop3, [greeting, ...login]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'POP3 PASS', secret: 'ge heim ' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(notes.greetingText).toBe('dbc.mtview.example');
    const apop = notesOf(pop3, [greeting, c('APOP svc c4c9334bac560ecc979e58001b3e22fb'), s('-ERR no')]);
    expect(apop.credentials).toEqual([]);
    expect(apop.logins).toMatchObject([{ kind: 'challenge-response', mechanism: 'APOP', outcome: 'refused' }]);
    const auth = [greeting, c('AUTH PLAIN'), s('+ '), c(b64('\0u\0geheim')), s('+OK')];
    expect(notesOf(pop3, auth).credentials).toMatchObject([{ mechanism: 'POP3 AUTH PLAIN', secret: 'geheim' }]);
  });

  it('takes messages and lists for no answers', () => {
    const turns = [
      c('LIST', 'RETR 1', 'LIST 1', 'QUIT'),
      s('+OK', '1 20', '.', '+OK', '-ERR x', '..', '.', '+OK 1 20', '+OK bye'),
    ];
    expect(notesOf(pop3, [greeting, ...turns]).requests.map(({ method, status }) => [method, status])).toEqual([
      ['LIST', '+OK'],
      ['RETR', '+OK'],
      ['LIST', '+OK'],
      ['QUIT', '+OK'],
    ]);
  });
});
