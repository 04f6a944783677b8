// What looks like a service rendered and is none: TLS's answer to cleartext, and binds that only prepare another.
import { describe, expect, it } from 'vitest';
import { ldap } from '../../src/protocols/ldap.js';
import { memcached } from '../../src/protocols/memcached.js';
import { redis } from '../../src/protocols/redis.js';
import { follow, type Said } from './follow.js';

/** Alert unexpected_message: its last octet is a line feed. */
const alert = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 0x0a);

describe('an alert of TLS is no reply', () => {
  it.each([
    ['Redis', redis, '*2\r\n$3\r\nGET\r\n$1\r\na\r\n'],
    ['Memcached', memcached, 'get a\r\n'],
  ] as const)('of %s', (_, protocol, asked) => {
    for (const piece of [undefined, 1]) {
      const told = follow(
        protocol,
        [
          ['client', asked],
          ['server', alert],
        ],
        piece,
      );
      expect(told.servedWithoutLogin).toEqual([]);
    }
  });
});

describe('NTLM in binds of its own ([MS-ADTS] §5.1.1.1.3)', () => {
  const tlv = (tag: number, ...parts: (number[] | string)[]): number[] => {
    const content = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
    return [tag, content.length, ...content];
  };
  const message = (id: number, operation: number[]): Uint8Array => Uint8Array.from(tlv(0x30, tlv(2, [id]), operation));
  const bind = (id: number, choice: number): Said => [
    'client',
    message(id, tlv(0x60, tlv(2, [3]), tlv(4, 'user'), tlv(choice, 'NTLMSSP'))),
  ];
  const bound = (id: number, code: number): Said => [
    'server',
    message(id, tlv(0x61, tlv(0x0a, [code]), tlv(4, 'NTLMSSP'), tlv(4, ''))),
  ];
  const search: Said = ['client', message(3, tlv(0x63, tlv(4, 'dc=a'), tlv(0x0a, [2]), tlv(0x0a, [0])))];
  const found: Said = ['server', message(3, tlv(0x65, tlv(0x0a, [0]), tlv(4, ''), tlv(4, '')))];

  it('is a login, accepted by the answer to the last', () => {
    const told = follow(ldap, [bind(1, 0x8a), bound(1, 0), bind(2, 0x8b), bound(2, 0), search, found]);
    expect(told.logins).toMatchObject([
      { mechanism: 'NTLM', kind: 'challenge-response', outcome: 'accepted', frame: 1, outcomeFrame: 4 },
    ]);
    expect(told.servedWithoutLogin).toEqual([]);
  });

  it('is refused at once where the server has none', () => {
    const told = follow(ldap, [bind(1, 0x8a), bound(1, 7), search, found]);
    expect(told.logins).toMatchObject([{ outcome: 'refused' }]);
    expect(told.servedWithoutLogin).toMatchObject([{ command: 'search' }]);
  });
});
