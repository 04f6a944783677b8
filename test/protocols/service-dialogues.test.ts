import { describe, expect, it } from 'vitest';
import type { ContentRecord, UpgradeRecord } from '../../src/model/content.js';
import type { Protocol } from '../../src/model/protocol.js';
import { ldap } from '../../src/protocols/ldap.js';
import { memcached } from '../../src/protocols/memcached.js';
import { mqtt } from '../../src/protocols/mqtt.js';
import { mysql } from '../../src/protocols/mysql.js';
import { nats } from '../../src/protocols/nats.js';
import { postgresql } from '../../src/protocols/postgresql.js';
import { redis } from '../../src/protocols/redis.js';
import { rsync } from '../../src/protocols/rsync.js';
import { dialoguesOf, type SaidDialogue } from '../build/dialogues.js';
import { lendTo, newNotes, type Said } from './follow.js';

interface Noted {
  content: ContentRecord;
  upgrade: UpgradeRecord | null;
}

function followed(protocol: Protocol, said: readonly Said[], piece?: number): Noted {
  const notes = newNotes();
  const follower = protocol.follow!(notes);
  lendTo(follower, said, piece);
  follower.end?.();
  notes.inspected('client', 1);
  return { content: notes.record(0)!, upgrade: notes.change };
}

/** 'kind mechanism outcome' of each login; 'mechanism length' of each credential; commands served without login. */
function brief({ content, upgrade }: Noted): Record<string, unknown> {
  return {
    logins: content.logins.map(({ kind, mechanism, outcome }) => `${kind} ${mechanism} ${outcome}`),
    credentials: content.credentials.map(({ mechanism, length }) => `${mechanism} ${length}`),
    served: content.servedWithoutLogin.filter(({ meaningful }) => meaningful).map(({ command }) => command),
    upgrade: upgrade?.outcome ?? null,
  };
}

const plain = { logins: [], credentials: [], served: [], upgrade: null };

const recorded: [Protocol, string, Record<string, unknown>[]][] = [
  [
    postgresql,
    'logins-postgresql',
    [
      { ...plain, logins: ['password password accepted'], credentials: ['PostgreSQL PasswordMessage 10'] },
      { ...plain, logins: ['challenge-response MD5 accepted'] },
      { ...plain, logins: ['challenge-response SCRAM-SHA-256 accepted'] },
      { ...plain, logins: ['challenge-response SCRAM-SHA-256 refused'] },
      { ...plain, logins: ['none trust accepted'], served: ['SELECT'] },
      plain,
    ],
  ],
  [
    mysql,
    'logins-mysql',
    [
      { ...plain, logins: ['challenge-response mysql_native_password accepted'], upgrade: 'not-used' },
      {
        ...plain,
        logins: ['challenge-response mysql_native_password unknown', 'challenge-response client_ed25519 accepted'],
        upgrade: 'not-used',
      },
      { ...plain, logins: ['challenge-response mysql_native_password refused'], upgrade: 'not-used' },
      { ...plain, logins: ['none mysql_native_password accepted'], served: ['SELECT'], upgrade: 'not-used' },
      plain,
    ],
  ],
  [
    redis,
    'logins-redis',
    [
      plain,
      { ...plain, logins: ['password AUTH refused'], credentials: ['Redis AUTH 5'] },
      { ...plain, logins: ['password AUTH accepted'], credentials: ['Redis AUTH 10'] },
      { ...plain, logins: ['password AUTH accepted'], credentials: ['Redis AUTH 10'] },
      { ...plain, logins: ['password AUTH accepted'], credentials: ['Redis AUTH 10'] },
    ],
  ],
  [redis, 'open-redis', [{ ...plain, served: ['SET'] }, plain, { ...plain, served: ['CONFIG'] }]],
  [memcached, 'open-memcached', [{ ...plain, served: ['set', 'get'] }]],
  [
    mqtt,
    'logins-mqtt',
    [
      { ...plain, logins: ['password password accepted'], credentials: ['MQTT CONNECT 9'] },
      { ...plain, logins: ['password password refused'], credentials: ['MQTT CONNECT 5'] },
      { ...plain, logins: ['none anonymous refused'] },
    ],
  ],
  [
    mqtt,
    'open-mqtt',
    [
      { ...plain, logins: ['none anonymous accepted'], served: ['PUBLISH'] },
      { ...plain, logins: ['none anonymous accepted'], served: ['SUBSCRIBE'] },
    ],
  ],
  [
    nats,
    'logins-nats',
    [
      {
        ...plain,
        logins: ['password user and password accepted'],
        credentials: ['NATS CONNECT 9'],
        upgrade: 'not-offered',
      },
      {
        ...plain,
        logins: ['password user and password refused'],
        credentials: ['NATS CONNECT 5'],
        upgrade: 'not-offered',
      },
    ],
  ],
  [
    nats,
    'open-nats',
    [{ ...plain, logins: ['none anonymous accepted'], served: ['SUB', 'PUB'], upgrade: 'not-offered' }],
  ],
  [
    nats,
    'starttls-nats',
    [{ ...plain, logins: ['none anonymous accepted'], served: ['PUB'], upgrade: 'not-used' }, plain],
  ],
  [
    ldap,
    'logins-ldap',
    [
      { ...plain, logins: ['password simple accepted'], credentials: ['LDAP simple bind 9'] },
      { ...plain, logins: ['password simple refused'], credentials: ['LDAP simple bind 5'] },
      { ...plain, logins: ['none anonymous accepted'], served: ['search'] },
      plain,
      { ...plain, logins: ['none anonymous accepted'], upgrade: 'not-used' },
    ],
  ],
  [
    ldap,
    'starttls-ldap-refused',
    [
      {
        ...plain,
        logins: ['password simple accepted'],
        credentials: ['LDAP simple bind 9'],
        upgrade: 'refused',
      },
    ],
  ],
  [
    rsync,
    'logins-rsync',
    [
      { ...plain, logins: ['none no authentication accepted'], served: ['module'] },
      { ...plain, logins: ['challenge-response rsync AUTHREQD accepted'] },
      { ...plain, logins: ['challenge-response rsync AUTHREQD refused'] },
    ],
  ],
];

/** The dialogue up to where TLS begins: the session hands on nothing more. */
function clear({ said }: SaidDialogue): Said[] {
  const tls = said.findIndex(([, octets]) => octets[0] === 0x16 && octets[1] === 3);
  return tls < 0 ? said : said.slice(0, tls);
}

describe.each(recorded.map(([protocol, name, expected]) => [name, protocol, expected] as const))(
  'a follower over %s',
  (name, protocol, expected) => {
    const dialogues = dialoguesOf(name);

    it('tells logins, credentials, what is served without, and the change to TLS', () => {
      expect(dialogues.map((dialogue) => brief(followed(protocol, clear(dialogue))))).toEqual(expected);
    });

    it.each([1, 2, 3, 7, 61])('tells the same when it gets %i octets at a time', (piece) => {
      for (const dialogue of dialogues)
        expect(followed(protocol, clear(dialogue), piece)).toEqual(followed(protocol, clear(dialogue)));
    });

    it('says nothing more after octets are missing, and still takes what comes', () => {
      for (const dialogue of dialogues) {
        const said = clear(dialogue);
        for (let missing = 0; missing < said.length; missing++) {
          const notes = newNotes();
          const follower = protocol.follow!(notes);
          lendTo(follower, said.slice(0, missing));
          const before = structuredClone(notes.record(0));
          follower.gap(said[missing]![0], said[missing]![1].length);
          lendTo(follower, said.slice(missing + 1));
          const after = notes.record(0);
          expect(after?.servedWithoutLogin ?? []).toEqual(before?.servedWithoutLogin ?? []);
          expect(after?.logins ?? []).toEqual(before?.logins ?? []);
        }
      }
    });

    it('tells no more of a part than of the whole', () => {
      for (const dialogue of dialogues) {
        const said = clear(dialogue);
        const whole = brief(followed(protocol, said)).credentials;
        for (let cut = 0; cut < said.length; cut++)
          for (const credential of brief(followed(protocol, said.slice(0, cut))).credentials as string[])
            expect(whole).toContain(credential);
      }
    });

    it('never says that a capture that begins later shows a service without login where a login stood before', () => {
      for (const [index, dialogue] of dialogues.entries()) {
        if ((expected[index]!.served as string[]).length > 0 || ['redis', 'memcached', 'ldap'].includes(protocol.name))
          continue;
        const said = clear(dialogue);
        for (let begin = 1; begin < said.length; begin++)
          expect(brief(followed(protocol, said.slice(begin))).served).toEqual([]);
      }
    });
  },
);
