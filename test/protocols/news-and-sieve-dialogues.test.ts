import { describe, expect, it } from 'vitest';
import { nntp } from '../../src/protocols/nntp.js';
import { sieve } from '../../src/protocols/sieve.js';
import { b64, c, missing, notesOf, raw, s, type Turn, tls } from './dialogue.js';

describe('NNTP', () => {
  const greeting = s('200 news.example InterNetNews ready');
  const offers = [c('CAPABILITIES'), s('101 list', 'VERSION 2', 'STARTTLS', 'READER', '.')];
  const login = [c('AUTHINFO USER svc'), s('381 go on'), c('AUTHINFO PASS ge heim'), s('281 in')];

  it('tells the outcomes of STARTTLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(nntp, [greeting, ...turns]).change;
    expect(outcomeOf(...offers, c('STARTTLS'), s('382 go'), tls)).toMatchObject({ outcome: 'taken', offeredFrame: 3 });
    expect(outcomeOf(...offers, c('STARTTLS'), s('580 no'), ...login)).toMatchObject({
      outcome: 'refused',
      wentOnFrame: 6,
    });
    expect(outcomeOf(...offers, ...login)).toMatchObject({ outcome: 'not-used', wentOnFrame: 4 });
    expect(outcomeOf(c('CAPABILITIES'), s('101 list', 'READER', '.'))?.outcome).toBe('not-offered');
    expect(outcomeOf(c('CAPABILITIES'), s('101 list', 'XXXXXXXX', '.'))?.outcome).toBe('stripped');
    expect(outcomeOf(...offers, c('XXXXXXXX'), s('500 what?'))?.outcome).toBe('stripped');
    expect(outcomeOf(...login)).toBeNull();
  });

  it('gives away passwords, and reads articles for no commands', () => {
    const article = raw('client', 'Subject: x\r\n\r\nAUTHINFO PASS no\r\n.\r\nQUIT\r\n');
    const reading = [c('ARTICLE 1'), s('220 1 <a>', 'Subject: y', '', '200 no', '.')];
    const notes = notesOf(nntp, [
      greeting,
      ...login,
      ...reading,
      c('POST'),
      s('340 go'),
      article,
      s('240 ok', '205 bye'),
    ]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'NNTP AUTHINFO PASS', secret: 'ge heim' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(notes.greetingText).toBe('news.example');
    expect(notes.requests.map(({ method, status }) => [method, status])).toEqual([
      ['AUTHINFO', '381'],
      ['AUTHINFO', '281'],
      ['ARTICLE', '220'],
      ['POST', '340'],
      ['QUIT', '205'],
    ]);
  });

  it('reads AUTHINFO SASL', () => {
    const turns = [c('AUTHINFO SASL PLAIN'), s('383 ='), c(b64('\0u\0geheim')), s('481 no')];
    const notes = notesOf(nntp, [greeting, ...turns]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'NNTP AUTHINFO SASL PLAIN', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('ManageSieve', () => {
  const list = (...more: string[]) => s('"IMPLEMENTATION" "x"', '"SASL" "PLAIN"', ...more, 'OK "mail.example ready"');
  const response = b64('\0u\0geheim');

  it.each([
    ['a quoted string', [c(`AUTHENTICATE "PLAIN" "${response}"`)]],
    ['a literal', [c(`AUTHENTICATE "PLAIN" {${response.length}+}`, response)]],
    ['an answer', [c('AUTHENTICATE "PLAIN"'), s('""'), c(`"${response}"`)]],
    ['an answer as a literal', [c('AUTHENTICATE "PLAIN"'), s('""'), c(`{${response.length}+}`, response)]],
  ])('gives away a password in %s', (_form, turns) => {
    const notes = notesOf(sieve, [
      list('"STARTTLS"'),
      ...turns,
      s('OK'),
      c('PUTSCRIPT "x" {14+}', 'AUTHENTICATE "', 'LOGOUT'),
    ]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'ManageSieve AUTHENTICATE PLAIN', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ mechanism: 'PLAIN', outcome: 'accepted' }]);
    expect(notes.change?.outcome).toBe('not-used');
    expect(notes.requests.map(({ method }) => method)).toEqual(['AUTHENTICATE', 'PUTSCRIPT', 'LOGOUT']);
  });

  it('tells the outcomes of STARTTLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(sieve, turns).change?.outcome;
    expect(outcomeOf(list('"STARTTLS"'), c('STARTTLS'), s('OK "go"'), tls)).toBe('taken');
    expect(outcomeOf(list('"STARTTLS"'), c('STARTTLS'), s('NO "no"'))).toBe('refused');
    expect(outcomeOf(list())).toBe('not-offered');
    expect(outcomeOf(list('"XXXXXXXX"'))).toBe('stripped');
    expect(
      outcomeOf(raw('server', '"IMPLEMENTATION" "x"\r\n'), missing('server', 12), s('OK "ready"')),
    ).toBeUndefined();
  });
});
