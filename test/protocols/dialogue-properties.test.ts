import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Protocol } from '../../src/model/protocol.js';
import { ftp } from '../../src/protocols/ftp.js';
import { imap } from '../../src/protocols/imap.js';
import { irc } from '../../src/protocols/irc.js';
import { lmtp } from '../../src/protocols/lmtp.js';
import { nntp } from '../../src/protocols/nntp.js';
import { pop3 } from '../../src/protocols/pop3.js';
import { rtsp } from '../../src/protocols/rtsp.js';
import { sieve } from '../../src/protocols/sieve.js';
import { sip } from '../../src/protocols/sip.js';
import { smtp } from '../../src/protocols/smtp.js';
import { socks } from '../../src/protocols/socks.js';
import { telnet } from '../../src/protocols/telnet.js';
import { xmpp } from '../../src/protocols/xmpp.js';
import { b64, c, notesOf, raw, s, type Turn } from './dialogue.js';

const followed = [smtp, lmtp, imap, pop3, nntp, sieve, ftp, xmpp, irc, sip, rtsp, telnet, socks];
const plain = b64('\0u\0geheim');

/** What may be said in one protocol or another, by either side, in any order. */
const sayings = [
  ...[
    'EHLO a\r\n',
    'STARTTLS\r\n',
    'XXXXXXXX\r\n',
    `AUTH PLAIN ${plain}\r\n`,
    'AUTH LOGIN\r\n',
    `${plain}\r\n`,
    'DATA\r\n',
  ],
  ...[
    'MAIL FROM:<a>\r\n',
    'RCPT TO:<b>\r\n',
    'BDAT 9\r\n',
    'x\r\n.\r\n',
    '250-a\r\n',
    '250-STARTTLS\r\n',
    '250 XXXXXXXA\r\n',
  ],
  ...[
    '220 a.b SMTP\r\n',
    '334 \r\n',
    '354 go\r\n',
    '235 ok\r\n',
    '454 no\r\n',
    '500 "XXXXXXXX"?\r\n',
    '211-F\r\n',
    ' AUTH TLS\r\n',
  ],
  ...[
    '211 End\r\n',
    'FEAT\r\n',
    'AUTH TLS\r\n',
    '234 go\r\n',
    'USER a\r\n',
    'PASS b c\r\n',
    '331 go\r\n',
    '230 in\r\n',
    'PASV\r\n',
  ],
  ...[
    '227 (10,0,0,9,4,1)\r\n',
    '229 (|||9|)\r\n',
    'EPSV\r\n',
    'a1 LOGIN u {3+}\r\nabc\r\n',
    'a1 LOGIN "u" "p"\r\n',
    'a1 OK x\r\n',
  ],
  ...[
    '* OK [CAPABILITY STARTTLS] x\r\n',
    '+ \r\n',
    'a1 STARTTLS\r\n',
    'a1 NO x\r\n',
    '* 1 FETCH {4}\r\n',
    'CAPA\r\n',
    '+OK x\r\n',
  ],
  ...[
    'STLS\r\n',
    '-ERR\r\n',
    '.\r\n',
    'RETR 1\r\n',
    'LIST\r\n',
    'CAPABILITIES\r\n',
    '101 x\r\n',
    'AUTHINFO PASS x\r\n',
    '281 x\r\n',
  ],
  ...[
    '"IMPLEMENTATION" "x"\r\n',
    '"STARTTLS"\r\n',
    'OK "x"\r\n',
    `AUTHENTICATE "PLAIN" {${plain.length}+}\r\n${plain}\r\n`,
  ],
  ...[
    '<stream:features>',
    "<starttls xmlns='x'/>",
    '</stream:features>',
    "<auth mechanism='PLAIN'>",
    `${plain}</auth>`,
  ],
  ...[
    '<success/>',
    '<password>x</password>',
    'CAP LS\r\n',
    ':a CAP * LS :tls\r\n',
    ':a 001 b :c\r\n',
    'NICK a\r\n',
    ':a 670 b\r\n',
  ],
  ...[
    'REGISTER a SIP/2.0\r\n',
    'CSeq: 1 X\r\n',
    `Authorization: Basic ${b64('u:geheim')}\r\n`,
    '\r\n',
    'SIP/2.0 200 a\r\n',
  ],
  ...[
    'Content-Length: 20\r\n',
    'a=crypto:1 x inline:abc|1\r\n',
    'RTSP/1.0 200 a\r\n',
    'PLAY a RTSP/1.0\r\n',
    '$\0\0\x04RTSP',
  ],
  ...[
    'Password: ',
    'geheim\r\n',
    'login: ',
    '\xff\xfd\x2e',
    '\xff\xfb\x2e',
    '\xff\xfa\x25\0\x02\0\xff\xf0',
    '\x05\x01\x02',
    '\x05\x02',
  ],
  ...[
    '\x01\x01a\x06geheim',
    '\x01\0',
    '\x05\x01\0\x01\x0a\0\0\x09\0\x50',
    '\x05\0\0\x01\0\0\0\0\0\0',
    '\x04\x01\0\x50\x0a\0\0\x09u\0',
  ],
];

const side = fc.constantFrom('client' as const, 'server' as const);
const said = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(side, fc.constantFrom(...sayings)).map(([from, text]) => raw(from, text)) },
  { weight: 1, arbitrary: fc.tuple(side, fc.string({ unit: 'binary-ascii' })).map(([from, text]) => raw(from, text)) },
  {
    weight: 1,
    arbitrary: fc.tuple(side, fc.integer({ min: 1, max: 40 })).map(([from, missing]): Turn => ({ from, missing })),
  },
);
const dialogue = fc.array(said, { maxLength: 30 });

describe.each(followed.map((protocol) => [protocol.name, protocol] as const))('following %s', (_, protocol) => {
  it('gives the same notes for any pieces of whatever is said', () => {
    fc.assert(
      fc.property(dialogue, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (turns, sizes) => {
        let next = 0;
        const inPieces = notesOf(protocol, turns, () => sizes[next++ % sizes.length]!);
        expect(inPieces).toEqual(notesOf(protocol, turns));
      }),
      { numRuns: 150 },
    );
  });
});

/** Dialogues in which the client asks for TLS, or can't, or doesn't. */
const stories: [Protocol, Turn[]][] = [
  [
    smtp,
    [
      s('220 a.b SMTP'),
      c('EHLO a'),
      s('250-a', '250-STARTTLS', '250 DSN'),
      c('STARTTLS'),
      s('454 no'),
      c('MAIL FROM:<a>'),
      s('250 ok'),
    ],
  ],
  [
    smtp,
    [s('220 a.b SMTP'), c('EHLO a'), s('250-a', '250-STARTTLS', '250 DSN'), c(`AUTH PLAIN ${plain}`), s('235 ok')],
  ],
  [
    smtp,
    [
      s('220 a.b SMTP'),
      c('EHLO a'),
      s('250-a', '250 STARTTLS'),
      c('STARTTLS'),
      s('220 go'),
      raw('client', '\x16\x03\x01\x02\x00'),
    ],
  ],
  [imap, [s('* OK [CAPABILITY IMAP4 STARTTLS] x'), c('1 STARTTLS'), s('1 NO x'), c('2 LOGIN a b'), s('2 OK x')]],
  [imap, [s('* OK x'), c('0 CAPABILITY'), s('* CAPABILITY IMAP4 STARTTLS', '0 OK x'), c('1 STARTTLS'), s('1 OK x')]],
  [
    pop3,
    [
      s('+OK x'),
      c('CAPA'),
      s('+OK', 'STLS', 'USER', '.'),
      c('STLS'),
      s('-ERR no'),
      c('USER a'),
      s('+OK'),
      c('PASS b'),
      s('+OK'),
    ],
  ],
  [
    nntp,
    [
      s('200 NNTP'),
      c('CAPABILITIES'),
      s('101 x', 'STARTTLS', '.'),
      c('STARTTLS'),
      s('580 no'),
      c('GROUP a'),
      s('211 x'),
    ],
  ],
  [
    sieve,
    [
      s('"IMPLEMENTATION" "x"', '"STARTTLS"', 'OK'),
      c('STARTTLS'),
      s('NO "x"'),
      c(`AUTHENTICATE "PLAIN" "${plain}"`),
      s('OK'),
    ],
  ],
  [
    ftp,
    [s('220 FTP'), c('FEAT'), s('211-F', ' AUTH TLS', '211 End'), c('AUTH TLS'), s('502 no'), c('USER a'), s('230 in')],
  ],
  [
    irc,
    [c('CAP LS', 'NICK a', 'USER a 0 * a'), s(':a CAP * LS :tls'), c('STARTTLS'), s(':a 691 a :no'), s(':a 001 a :in')],
  ],
];

describe('a gap', () => {
  it.each(stories.map(([protocol, turns], index) => [`${protocol.name} ${index}`, protocol, turns] as const))(
    'in %s makes nothing absent that is not',
    (_, protocol, turns) => {
      const whole = notesOf(protocol, turns).change?.outcome ?? null;
      for (const [index, turn] of turns.entries()) {
        if (!('bytes' in turn)) continue;
        for (let from = 0; from < turn.bytes.length; from++) {
          for (const length of [1, 5, turn.bytes.length - from]) {
            const to = Math.min(from + length, turn.bytes.length);
            const torn: Turn[] = [
              ...turns.slice(0, index),
              { from: turn.from, bytes: turn.bytes.subarray(0, from) },
              { from: turn.from, missing: to - from },
              { from: turn.from, bytes: turn.bytes.subarray(to) },
              ...turns.slice(index + 1),
            ];
            const outcome = notesOf(protocol, torn).change?.outcome ?? null;
            if (outcome === 'not-used' || outcome === 'not-offered') expect(outcome).toBe(whole);
            expect(outcome).not.toBe('stripped');
          }
        }
      }
    },
  );
});
