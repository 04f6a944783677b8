import { describe, expect, it } from 'vitest';
import { rtsp } from '../../src/protocols/rtsp.js';
import { sip } from '../../src/protocols/sip.js';
import { socks } from '../../src/protocols/socks.js';
import { telnet } from '../../src/protocols/telnet.js';
import { b64, c, missing, notesOf, raw, s, tls } from './dialogue.js';

describe('Telnet', () => {
  const negotiation = raw('server', '\xff\xfd\x18\xff\xfd\x20\xff\xfa\x18\x01\xff\xf0');
  const login = [raw('server', 'host login: '), raw('client', 'bob\r\0'), raw('server', 'bob\r\nPassword: ')];

  it('takes what is typed at a password prompt for the password', () => {
    const notes = notesOf(telnet, [
      negotiation,
      ...login,
      raw('client', 'gehx\x7fe\xff\xf1im\r\n'),
      raw('server', '\r\nLast login: Mon\r\n$ '),
      raw('client', 'ls\r\n'),
    ]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'Telnet password prompt', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
  });

  it('tells a refused login by words or by being asked again', () => {
    const typed = raw('client', 'falsch\r\n');
    const incorrect = notesOf(telnet, [...login, typed, raw('server', '\r\nLogin incorrect\r\nlogin: ')]);
    expect(incorrect.logins).toMatchObject([{ outcome: 'refused' }]);
    const again = notesOf(telnet, [...login, typed, raw('server', '\r\nPassword: '), raw('client', 'x')]);
    expect(again.logins).toMatchObject([{ outcome: 'refused' }]);
    expect(notesOf(telnet, [...login, typed]).logins).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('takes nothing else for a password', () => {
    const notes = notesOf(telnet, [raw('server', 'Change password: no\r\n$ '), raw('client', 'passwd\r\n')]);
    expect(notes.credentials).toEqual([]);
    const torn = [raw('server', 'Password: '), missing('client', 3), raw('client', 'eim\r\n')];
    expect(notesOf(telnet, torn).credentials).toEqual([]);
  });

  it('follows START_TLS and AUTHENTICATION', () => {
    const offer = raw('server', '\xff\xfd\x2e');
    expect(notesOf(telnet, [offer, raw('client', '\xff\xfb\x2e'), tls]).change).toMatchObject({
      mechanism: 'START_TLS',
      outcome: 'taken',
      offeredFrame: 1,
      requestedFrame: 2,
    });
    expect(notesOf(telnet, [offer, raw('client', '\xff\xfc\x2e'), ...login]).change).toMatchObject({
      outcome: 'not-used',
    });
    const kerberos = raw('client', '\xff\xfa\x25\x00\x02\x02abc\xff\xf0');
    expect(notesOf(telnet, [kerberos]).logins).toMatchObject([{ mechanism: 'KERBEROS_V5' }]);
  });
});

describe('SOCKS', () => {
  const granted = raw('server', '\x05\x00\x00\x01\x0a\x00\x00\x09\x1f\x90');

  it('gives away user name and password of version 5', () => {
    const notes = notesOf(socks, [
      raw('client', '\x05\x02\x00\x02'),
      raw('server', '\x05\x02'),
      raw('client', '\x01\x03bob\x06geheim'),
      raw('server', '\x01\x00'),
      raw('client', '\x05\x01\x00\x03\x0bexample.org\x01\xbb'),
      granted,
    ]);
    expect(notes.credentials).toMatchObject([{ mechanism: 'SOCKS username/password', secret: 'geheim' }]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
    expect(notes.requests).toEqual([{ frame: 5, method: 'CONNECT', target: 'example.org:443', status: '0' }]);
  });

  it('tells that nobody logs in, and every form of address', () => {
    const hello = [raw('client', '\x05\x01\x00'), raw('server', '\x05\x00')];
    const six = raw('client', `\x05\x01\x00\x04\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01\x00\x50`);
    expect(notesOf(socks, [...hello, six]).logins).toMatchObject([{ kind: 'none' }]);
    expect(notesOf(socks, [...hello, six]).requests).toMatchObject([{ target: '[2001:db8::1]:80' }]);
    const four = [raw('client', '\x04\x01\x00\x50\x0a\x00\x00\x09bob\0'), raw('server', '\0\x5a\0\0\0\0\0\0')];
    expect(notesOf(socks, four).requests).toMatchObject([{ target: '10.0.0.9:80', status: '90' }]);
    const named = raw('client', '\x04\x01\x00\x50\0\0\0\x01bob\0example.org\0');
    expect(notesOf(socks, [named]).requests).toMatchObject([{ target: 'example.org:80' }]);
  });

  it('reads no more dialogue from the tunnel', () => {
    const hello = [raw('client', '\x05\x01\x00'), raw('server', '\x05\x00')];
    const asks = raw('client', '\x05\x01\x00\x01\x0a\x00\x00\x09\x1f\x90');
    const inside = raw('client', '\x05\x01\x00\x01\x0a\x00\x00\x09\x1f\x90');
    expect(notesOf(socks, [...hello, asks, granted, inside]).requests).toHaveLength(1);
  });
});

describe('SIP', () => {
  const register = (...fields: string[]) =>
    c('REGISTER sip:example.org SIP/2.0', 'CSeq: 2 REGISTER', ...fields, 'Content-Length: 0', '');
  const answer = (code: number) => s(`SIP/2.0 ${code} x`, 'CSeq: 2 REGISTER', 'Content-Length: 0', '');

  it('tells a login by Digest, and what becomes of it', () => {
    const digest = register('Authorization: Digest username="bob", response="0f"');
    expect(notesOf(sip, [digest, s('SIP/2.0 100 Trying', 'CSeq: 2 REGISTER', ''), answer(200)])).toMatchObject({
      credentials: [],
      logins: [{ kind: 'challenge-response', mechanism: 'Digest', outcome: 'accepted' }],
      requests: [{ method: 'REGISTER', status: '200' }],
      servings: [],
    });
    expect(notesOf(sip, [digest, answer(403)]).logins).toMatchObject([{ outcome: 'refused' }]);
  });

  it('tells who registers without a login', () => {
    expect(notesOf(sip, [register(), answer(200)]).servings).toMatchObject([{ command: 'REGISTER', meaningful: true }]);
    expect(notesOf(sip, [register(), answer(401)]).servings).toEqual([]);
  });

  it('finds the keys of media in a session description, and takes its lines for nothing else', () => {
    const body =
      'v=0\r\nAuthorization: Basic eDp5\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGw|2^20|1:32';
    const invite = raw(
      'client',
      `INVITE sip:a SIP/2.0\r\nCSeq: 1 INVITE\r\nl: ${body.length}\r\n\r\n${body}BYE sip:a SIP/2.0\r\nCSeq: 2 BYE\r\n\r\n`,
    );
    const notes = notesOf(sip, [invite]);
    expect(notes.credentials).toMatchObject([
      { kind: 'other-secret', mechanism: 'SDP security description', secret: 'WVNfX19zZW1jdGw' },
    ]);
    expect(notes.requests.map(({ method }) => method)).toEqual(['INVITE', 'BYE']);
  });
});

describe('RTSP', () => {
  it('gives away Basic’s password', () => {
    const describeIt = c(
      'DESCRIBE rtsp://cam/1 RTSP/1.0',
      'CSeq: 3',
      `Authorization: Basic ${b64('admin:geh:eim')}`,
      '',
    );
    const notes = notesOf(rtsp, [describeIt, s('RTSP/1.0 200 OK', 'CSeq: 3', '')]);
    expect(notes.credentials).toMatchObject([
      { mechanism: 'RTSP Basic', where: 'header authorization', secret: 'geh:eim' },
    ]);
    expect(notes.logins).toMatchObject([{ kind: 'password', outcome: 'accepted' }]);
  });

  it('steps over interleaved data', () => {
    const media = `$\x00\x00\x0aRTSP/1.0\r\n`;
    const notes = notesOf(rtsp, [
      c('PLAY rtsp://cam/1 RTSP/1.0', 'CSeq: 4', ''),
      raw('server', `${media}${media}RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n${media}`),
    ]);
    expect(notes.requests).toMatchObject([{ method: 'PLAY', status: '200' }]);
  });
});
