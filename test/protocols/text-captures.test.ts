import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../src/model/connection-record.js';
import type { Protocol } from '../../src/model/protocol.js';
import { ftp } from '../../src/protocols/ftp.js';
import { imap } from '../../src/protocols/imap.js';
import { irc } from '../../src/protocols/irc.js';
import { pop3 } from '../../src/protocols/pop3.js';
import { sieve } from '../../src/protocols/sieve.js';
import { socks } from '../../src/protocols/socks.js';
import { telnet } from '../../src/protocols/telnet.js';
import { xmpp } from '../../src/protocols/xmpp.js';
import { dialoguesOf } from '../build/dialogues.js';
import { told } from '../engine/captures.js';
import { lendTo, newNotes } from './follow.js';

/** 'protocol: upgrade; mechanism outcome, …; credential length, …; greeting'. */
function brief({ protocol, kind, upgrade, content }: ConnectionRecord): string {
  const logins = content?.logins.map(({ mechanism, outcome }) => `${mechanism} ${outcome}`) ?? [];
  const credentials = content?.credentials.map(({ mechanism, length }) => `${mechanism} ${length}`) ?? [];
  return [`${kind} ${protocol}`, upgrade?.outcome ?? '-', logins.join(', ') || '-', credentials.join(', ') || '-'].join(
    '; ',
  );
}

const flowsOf = async (name: string): Promise<string[]> =>
  (await told([`captures/${name}.pcap`])).flows.map((flow) => brief(flow));

describe('captures of text protocols', () => {
  it('starttls-imap: taken, not used, stripped on either side of the man in the middle', async () => {
    expect(await flowsOf('starttls-imap')).toEqual([
      'starttls imap; taken; -; -',
      'cleartext imap; not-used; LOGIN accepted; IMAP LOGIN 11',
      'cleartext imap; not-used; CRAM-MD5 accepted; -',
      'cleartext imap; stripped; LOGIN accepted; IMAP LOGIN 11',
      'cleartext imap; not-used; LOGIN accepted; IMAP LOGIN 11',
      // Here the client's command is still whole: nothing but the server's answer is odd.
      'cleartext imap; refused; PLAIN accepted; IMAP AUTHENTICATE PLAIN 11',
      'cleartext imap; stripped; PLAIN accepted; IMAP AUTHENTICATE PLAIN 11',
      'cleartext imap; not-used; LOGIN refused; IMAP LOGIN 6',
    ]);
  });

  it('starttls-pop3: taken, not used, stripped; APOP tells nothing of it', async () => {
    expect(await flowsOf('starttls-pop3')).toEqual([
      'starttls pop3; taken; -; -',
      'cleartext pop3; not-used; USER/PASS accepted; POP3 PASS 11',
      'cleartext pop3; -; APOP accepted; -',
      'cleartext pop3; stripped; USER/PASS accepted; POP3 PASS 11',
      'cleartext pop3; not-used; USER/PASS accepted; POP3 PASS 11',
    ]);
  });

  it('starttls-sieve: not used, taken, stripped', async () => {
    expect(await flowsOf('starttls-sieve')).toEqual([
      'cleartext sieve; not-used; PLAIN accepted; ManageSieve AUTHENTICATE PLAIN 11',
      'starttls sieve; taken; -; -',
      'cleartext sieve; stripped; PLAIN accepted; ManageSieve AUTHENTICATE PLAIN 11',
      'cleartext sieve; not-used; PLAIN accepted; ManageSieve AUTHENTICATE PLAIN 11',
    ]);
  });

  it('starttls-ftp: taken, not used, stripped in the features and in the command', async () => {
    const flows = await flowsOf('starttls-ftp');
    expect(flows.filter((flow) => flow.includes(' ftp;'))).toEqual([
      'starttls ftp; taken; -; -',
      'cleartext ftp; not-used; USER/PASS accepted; FTP PASS 11',
      'cleartext ftp; stripped; USER/PASS accepted; FTP PASS 11',
      'cleartext ftp; not-used; USER/PASS accepted; FTP PASS 11',
      'cleartext ftp; stripped; USER/PASS accepted; FTP PASS 11',
      'cleartext ftp; stripped; USER/PASS accepted; FTP PASS 11',
    ]);
  });

  it('starttls-xmpp: taken, not used, stripped', async () => {
    expect(await flowsOf('starttls-xmpp')).toEqual([
      'starttls xmpp; taken; -; -',
      'cleartext xmpp; not-used; PLAIN accepted; XMPP SASL PLAIN 11',
      'cleartext xmpp; stripped; PLAIN accepted; XMPP SASL PLAIN 11',
      'cleartext xmpp; not-used; PLAIN accepted; XMPP SASL PLAIN 11',
      'cleartext xmpp; not-used; SCRAM-SHA-1 accepted; -',
    ]);
  });

  it('logins-irc-telnet-socks: passwords of each, accepted and refused', async () => {
    expect(await flowsOf('logins-irc-telnet-socks')).toEqual([
      'cleartext irc; -; PASS accepted, OPER accepted; IRC PASS 11, IRC OPER 11',
      'cleartext irc; -; PASS refused; IRC PASS 6',
      'cleartext telnet; -; prompt accepted; Telnet password prompt 11',
      'cleartext telnet; -; prompt refused; Telnet password prompt 6',
      'cleartext socks; -; username/password accepted; SOCKS username/password 11',
      'cleartext imap; -; -; -',
    ]);
  });

  it('starttls-smtp: the server’s name, and every outcome', async () => {
    const { flows } = await told(['captures/starttls-smtp.pcapng']);
    expect(flows.map(({ upgrade }) => upgrade?.outcome)).toEqual([
      ...['taken', 'taken', 'taken', 'refused', 'refused', 'not-offered', 'not-used', 'stripped', 'not-used'],
    ]);
    expect(flows.map(({ content }) => content?.credentials.length)).toEqual([0, 0, 0, 1, 0, 1, 1, 1, 1]);
    expect(flows.at(-1)?.content?.greeting).toBe('relay.internal');
  });
});

const dialogues: [string, Protocol, (index: number) => boolean][] = [
  ['starttls-imap', imap, () => true],
  ['starttls-pop3', pop3, () => true],
  ['starttls-sieve', sieve, () => true],
  ['starttls-ftp', ftp, (index) => index !== 2],
  ['starttls-xmpp', xmpp, () => true],
  ['logins-irc-telnet-socks', irc, (index) => index < 2],
  ['logins-irc-telnet-socks', telnet, (index) => index === 2 || index === 3],
  ['logins-irc-telnet-socks', socks, (index) => index === 4],
];

describe('recorded dialogues', () => {
  it.each(dialogues)('%s (%j): any pieces give the same notes', (name, protocol, wanted) => {
    for (const [index, { said }] of dialoguesOf(name).entries()) {
      if (!wanted(index)) continue;
      const notesOf = (piece: number): unknown => {
        const notes = newNotes();
        const follower = protocol.follow!(notes);
        lendTo(follower, said, piece);
        follower.end?.();
        return { content: notes.record(0), upgrade: notes.change };
      };
      const whole = notesOf(1 << 20);
      for (const piece of [1, 2, 3, 7, 64]) expect(notesOf(piece)).toEqual(whole);
    }
  });
});
