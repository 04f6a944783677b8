import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isText, maskText } from '../../../src/engine/evidence/mask-text.js';

function masked(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  maskText(bytes, 0, bytes.length);
  return bytes.toString('latin1');
}

describe('maskText', () => {
  it.each([
    [
      'GET /a?token=s3cret HTTP/1.1\r\nHost: a.example\r\n\r\n',
      'GET xxxxxxxxxxxxxxx HTTP/1.1\r\nHost: xxxxxxxxx\r\n\r\n',
    ],
    ['Authorization: Basic dXNlcjpwdw==\r\n', 'Authorization: Basic xxxxxxxxxxxx\r\n'],
    ['X-Unheard-Of: key\r\n', 'xxxxxxxxxxxxx xxx\r\n'],
    ['X-SSL-Client-CN: web-1\r\nx-ssl-s3cret-cn: web-1\r\n', 'X-SSL-Client-CN: xxxxx\r\nxxxxxxxxxxxxxxxx xxxxx\r\n'],
    ['user=alice&password=correcthorse', 'x'.repeat(32)],
    ['AUTH PLAIN AGFsaWNlAHB3\r\n', 'AUTH PLAIN xxxxxxxxxxxx\r\n'],
    ['250-STARTTLS\r\n250 AUTH LOGIN\r\n', '250-STARTTLS\r\n250 AUTH LOGIN\r\n'],
    ['a1 LOGIN alice pw\r\n', 'xx LOGIN xxxxx xx\r\n'],
    ['*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n', '*2\r\n$4\r\nAUTH\r\n$6\r\nxxxxxx\r\n'],
    ['PORT 10,0,0,1,200,7\r\n', 'PORT 10,0,0,1,200,7\r\n'],
    ['227 Entering Passive Mode (10,0,0,2,39,16).\r\n', '227 xxxxxxxx xxxxxxx xxxx (10,0,0,2,39,16).\r\n'],
    ['257 "/home/alice" created\r\n', '257 "xxxxxxxxxxx" xxxxxxx\r\n'],
    ['PASS 10,0,0,1,200,7\r\n', 'PASS xxxxxxxxxxxxxx\r\n'],
    ['-----BEGIN PRIVATE KEY-----\r\nMIIEvQIB\r\n', '-----BEGIN PRIVATE KEY-----\r\nxxxxxxxx\r\n'],
  ])('keeps words of the protocol in %j', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it('masks digits that are no reply', () => {
    expect(masked('481F3A2B\r\n')).toBe('xxxxxxxx\r\n');
    expect(masked('123\r\n')).toBe('xxx\r\n');
    expect(masked('334 VXNlcm5hbWU6\r\n')).toBe('334 xxxxxxxxxxxx\r\n');
  });

  it('masks a password that is a word of a protocol', () => {
    expect(masked('PASS LIST\r\n')).toBe('PASS xxxx\r\n');
    expect(masked('$4\r\nlist\r\n')).toBe('$4\r\nxxxx\r\n');
  });

  it('keeps the length, and every end of a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const result = masked(text);
        expect(result).toHaveLength(text.length);
        expect(result.replace(/[^\n]/g, '')).toBe(text.replace(/[^\n]/g, ''));
      }),
    );
  });

  it('never lets a secret through, wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{8,40}$/);
    const frames: ((secret: string) => string)[] = [
      (s) => `GET /${s} HTTP/1.1\r\n`,
      (s) => `${s}\r\n`,
      (s) => `AUTH PLAIN ${s}\r\n`,
      (s) => `PASS ${s}\r\n`,
      (s) => `Cookie: a=${s}; b=c\r\n`,
      (s) => `Authorization: Bearer ${s}`,
      (s) => `{"password": "${s}"}`,
    ];
    fc.assert(
      fc.property(secret, fc.constantFrom(...frames), (word, frame) => {
        // What replaces it is no hit.
        fc.pre(!/^x+$/.test(word));
        expect(masked(frame(word))).not.toContain(word);
      }),
    );
  });
});

describe('isText', () => {
  it('takes lines and other languages, not what holds control characters or nothing', () => {
    const of = (text: string): boolean => isText(Buffer.from(text, 'utf8'), 0, Buffer.byteLength(text));
    expect(of('EHLO a\r\n\tü')).toBe(true);
    expect(of('user\0alice')).toBe(false);
    expect(of('\u001b[31m')).toBe(false);
    expect(of('')).toBe(false);
  });
});
