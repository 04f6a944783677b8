import { describe, expect, it } from 'vitest';
import { ftp } from '../../src/protocols/ftp.js';
import { irc } from '../../src/protocols/irc.js';
import { xmpp } from '../../src/protocols/xmpp.js';
import { b64, c, missing, notesOf, raw, s, type Turn, tls } from './dialogue.js';

describe('FTP', () => {
  const greeting = s('220 ProFTPD Server (ftp.example.org) [::ffff:10.0.0.9]');
  const feat = [c('FEAT'), s('211-Features:', ' MDTM', ' AUTH TLS', ' PBSZ', '211 End')];
  const login = [c('USER svc'), s('331 Password required'), c('PASS ge heim'), s('230 in')];

  it('tells the outcomes of AUTH TLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(ftp, [greeting, ...turns]).change;
    expect(outcomeOf(...feat, c('AUTH TLS'), s('234 go'), tls)).toMatchObject({ outcome: 'taken', offeredFrame: 3 });
    const refused = outcomeOf(c('AUTH SSL'), s('502 no'), ...login);
    expect(refused).toMatchObject({ mechanism: 'AUTH SSL', outcome: 'refused', wentOnFrame: 4 });
    expect(outcomeOf(...feat, ...login)).toMatchObject({ mechanism: 'AUTH TLS', outcome: 'not-used', wentOnFrame: 4 });
    const none = outcomeOf(c('FEAT'), s('211-Features:', ' MDTM', '211 End'), ...login);
    expect(none).toMatchObject({ outcome: 'not-offered', answeredFrame: 3 });
    expect(outcomeOf(c('FEAT'), s('211-F', ' XXXXXXXX', '211 End'))?.outcome).toBe('stripped');
    expect(outcomeOf(c('FEAT'), s('211-F', ' AUTH XXX', '211 End'))?.outcome).toBe('stripped');
    expect(outcomeOf(...feat, c('AUTH XXX'), s('504 unknown'), ...login)?.outcome).toBe('stripped');
    expect(outcomeOf(...feat, c('XXXX XXX'), s('500 unknown'))?.outcome).toBe('stripped');
    expect(outcomeOf(c('FEAT'), s('211-F', ' AUTH SSL;TLS;', '211 End'), ...login)?.outcome).toBe('not-used');
    expect(outcomeOf(...login)).toBeNull();
  });

  it('gives away passwords, but not what anonymous users say instead', () => {
    const notes = notesOf(ftp, [greeting, ...login]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'FTP PASS', secret: 'ge heim' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(notes.greetingText).toBe('ftp.example.org');
    const anonymous = [
      c('USER anonymous'),
      s('331 mail?'),
      c('PASS me@here'),
      s('230 in'),
      c('STOR x'),
      s('150 go', '226 ok'),
    ];
    const open = notesOf(ftp, [greeting, ...anonymous]);
    expect(open.credentials).toEqual([]);
    expect(open.logins).toMatchObject([{ kind: 'none', mechanism: 'anonymous', outcome: 'accepted' }]);
    expect(open.servings).toMatchObject([{ command: 'STOR', meaningful: true, frame: 6, answerFrame: 7 }]);
  });

  it('announces data connections', () => {
    const turns = [
      c('PASV'),
      s('227 Entering Passive Mode (10,0,0,9,200,13).'),
      c('EPSV'),
      s('229 Entering Extended Passive Mode (|||51213|)'),
      c('PORT 10,0,0,5,4,1'),
      s('200 ok'),
      c('EPRT |2|2001:db8:0:0::1|5282|'),
      s('200 ok'),
      c('EPRT |1|10.0.0.5|70000|', 'PORT 10,0,0,500,4,1'),
    ];
    expect(notesOf(ftp, [greeting, ...turns]).expected).toEqual([
      { endpoint: { ip: '10.0.0.9', port: 51213 }, protocol: 'ftp-data' },
      { endpoint: { ip: '', port: 51213 }, protocol: 'ftp-data' },
      { endpoint: { ip: '10.0.0.5', port: 1025 }, protocol: 'ftp-data' },
      { endpoint: { ip: '2001:db8::1', port: 5282 }, protocol: 'ftp-data' },
    ]);
  });
});

describe('XMPP', () => {
  const opens = raw(
    'client',
    "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client' version='1.0'>",
  );
  const header = "<?xml version='1.0'?><stream:stream from='example.org' id='1' xmlns='jabber:client' version='1.0'>";
  const mechanisms =
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
  const features = (upgrade: string) => raw('server', `${header}<stream:features>${upgrade}${mechanisms}`);
  const auth = raw(
    'client',
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${b64('\0u\0geheim')}</auth>`,
  );
  const success = raw('server', "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");

  it('tells the outcomes of STARTTLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(xmpp, [opens, ...turns]).change;
    const asks = raw('client', starttls);
    const proceed = raw('server', "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const failure = raw('server', "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    const taken = outcomeOf(features(starttls), asks, proceed, tls);
    expect(taken).toMatchObject({ outcome: 'taken', offeredFrame: 2, requestedFrame: 3, answeredFrame: 4 });
    expect(outcomeOf(features(starttls), asks, failure, auth, success)).toMatchObject({
      outcome: 'refused',
      wentOnFrame: 5,
    });
    expect(outcomeOf(features(starttls), auth, success)).toMatchObject({ outcome: 'not-used', wentOnFrame: 3 });
    expect(outcomeOf(features(''), auth, success)).toMatchObject({ outcome: 'not-offered', answeredFrame: 2 });
    expect(outcomeOf(features(starttls.replace('starttls', 'xxxxxxxx')))?.outcome).toBe('stripped');
    expect(outcomeOf(features(starttls.replace('starttls', 'starttlz').replace('xmpp-tls', 'xmpp-abc')))?.outcome).toBe(
      'stripped',
    );
    const torn = [
      raw('server', `${header}<stream:features><starttl`),
      missing('server', 60),
      raw('server', mechanisms),
    ];
    expect(outcomeOf(...torn, auth, success)).toBeNull();
  });

  it('reads logins by SASL and those that came before', () => {
    const notes = notesOf(xmpp, [opens, features(''), auth, success]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'XMPP SASL PLAIN', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', mechanism: 'PLAIN', outcome: 'accepted' }]);
    expect(notes.greetingText).toBe('example.org');
    const scram = raw('client', `<auth mechanism="SCRAM-SHA-1">${b64('n,,n=u,r=x')}</auth>`);
    expect(
      notesOf(xmpp, [opens, features(''), scram, raw('server', '<failure><not-authorized/></failure>')]),
    ).toMatchObject({
      credentials: [],
      logins: [{ kind: 'challenge-response', mechanism: 'SCRAM-SHA-1', outcome: 'refused' }],
    });
    const old = raw('client', "<iq type='set'><query xmlns='jabber:iq:auth'><password>geheim</password></query></iq>");
    expect(notesOf(xmpp, [opens, old, raw('server', "<iq type='result' id='1'/>")])).toMatchObject({
      credentials: [{ mechanism: 'XMPP jabber:iq:auth', secret: 'geheim' }],
      logins: [{ outcome: 'accepted' }],
    });
  });
});

describe('IRC', () => {
  const asksList = c('CAP LS 302', 'NICK a', 'USER a 0 * :a');
  const list = (...names: string[]) => s(`:irc.example CAP * LS :${names.join(' ')}`);
  const welcome = s(':irc.example 001 a :Welcome');

  it('tells the outcomes of STARTTLS apart', () => {
    const outcomeOf = (...turns: Turn[]) => notesOf(irc, turns).change;
    const asks = c('STARTTLS');
    expect(outcomeOf(asksList, list('tls', 'sasl'), asks, s(':irc.example 670 a :go'), tls)).toMatchObject({
      outcome: 'taken',
      offeredFrame: 2,
      requestedFrame: 3,
    });
    const refused = outcomeOf(asksList, list('tls'), asks, s(':irc.example 691 a :no'), welcome);
    expect(refused).toMatchObject({ outcome: 'refused', answeredFrame: 4, wentOnFrame: 1 });
    expect(outcomeOf(asksList, list('tls'), welcome)).toMatchObject({ outcome: 'not-used', wentOnFrame: 1 });
    expect(outcomeOf(asksList, s(':i CAP * LS * :tls'), list('sasl'), welcome)?.outcome).toBe('not-used');
    expect(outcomeOf(asksList, list('sasl'), welcome)).toMatchObject({ outcome: 'not-offered', answeredFrame: 2 });
    expect(outcomeOf(c('STARTTLS'), s(':i 421 a STARTTLS :Unknown command'), welcome)?.outcome).toBe('refused');
  });

  it('reads passwords of connections, operators, SASL and nicknames', () => {
    const notes = notesOf(irc, [
      c('PASS :ge heim', 'NICK a', 'USER a 0 * :a', 'AUTHENTICATE PLAIN'),
      s('AUTHENTICATE +'),
      c(`AUTHENTICATE ${b64('a\0a\0geheimer')}`),
      s(':irc.example 903 a :ok', ':irc.example 001 a :Welcome'),
      c('OPER root geheimst', 'PRIVMSG NickServ :IDENTIFY a amgeheimsten', 'PRIVMSG #x :IDENTIFY nothing'),
      s(':irc.example 464 a :Password incorrect'),
    ]);
    expect(notes.credentials.map(({ mechanism, secret }) => [mechanism, secret])).toEqual([
      ['IRC PASS', 'ge heim'],
      ['IRC SASL PLAIN', 'geheimer'],
      ['IRC OPER', 'geheimst'],
      ['IRC NickServ IDENTIFY', 'amgeheimsten'],
    ]);
    expect(notes.logins.map(({ mechanism, outcome }) => [mechanism, outcome])).toEqual([
      ['PASS', 'accepted'],
      ['PLAIN', 'accepted'],
      ['OPER', 'refused'],
    ]);
    expect(notes.greetingText).toBe('irc.example');
  });
});
