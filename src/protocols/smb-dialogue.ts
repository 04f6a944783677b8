// SMB 2 and 3 ([MS-SMB2] §2.2), and the NTLM ([MS-NLMP]) or Kerberos in their session setups: who logs in, and whether guests
// are let in. Of SMB 1 only the same logins are told.
import { u24 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { pattern } from './octets.js';

/** Begins to follow a connection of SMB. */
export function followSmb(sink: ContentSink): Follower {
  return new MessageFollower(sink, new SmbDialogue(sink));
}

const frameHeader = 4;
const smb2Header = 64;
const smb2 = { sessionSetup: 1, treeConnect: 3, create: 5, read: 8, write: 9 } as const;
const names: Readonly<Record<number, string>> = { 3: 'TREE_CONNECT', 5: 'CREATE', 8: 'READ', 9: 'WRITE', 11: 'IOCTL' };
/** SMB 1: SMB_COM_SESSION_SETUP_ANDX. */
const smb1SessionSetup = 0x73;
const success = 0;
const moreProcessing = 0xc0000016;
/** Session flags of a setup's response: guest, nobody, all that follows encrypted. */
const sessionFlag = { guest: 1, nobody: 2, encrypted: 4 } as const;
const ntlm = pattern('NTLMSSP\0');
const kerberos = pattern('\x2a\x86\x48\x86\xf7\x12\x01\x02\x02');
const ntlmAuthenticate = 3;

class SmbDialogue implements Dialogue {
  readonly bound = 1_024;
  ended: string | null = null;
  readonly #commands: Commands;
  readonly #logins: Logins;
  /** A session without a name or password was let in. */
  #nobody = false;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    // Only a session that is seen to begin without a login serves anything without one.
    this.#commands.login = true;
    this.#logins = new Logins(sink, null);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < frameHeader) return measured.more;
    return bytes[start] === 0 || bytes[start]! >= 0x81 ? frameHeader + u24(bytes, start + 1) : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.octet(0) !== 0 || message.octet(5) !== 0x53) return;
    const signature = message.octet(4);
    if (signature === 0xfd) this.ended = 'messages are encrypted';
    else if (signature === 0xff) this.#version1(from, message, arrival);
    else if (signature === 0xfe) this.#version2(from, message, arrival);
  }

  #version1(from: Side, message: Message, arrival: Arrival): void {
    if (message.octet(8) !== smb1SessionSetup) return;
    if (from === 'client') this.#setup(message, arrival);
    else this.#verdict(message.seek(9).little32(), 0, arrival);
  }

  /** `fe 'SMB' 64 charge(16) status(32) command(16) credits(16) flags(32) next(32) id(64) …`. */
  #version2(from: Side, message: Message, arrival: Arrival): void {
    const status = message.seek(frameHeader + 8).little32();
    const command = message.little16();
    message.skip(10);
    const id = message.little32();
    if (message.short) return;
    if (command === smb2.sessionSetup) {
      if (from === 'client') this.#setup(message, arrival);
      else this.#verdict(status, message.seek(frameHeader + smb2Header + 2).little16(), arrival);
      return;
    }
    const name = names[command];
    if (name === undefined) return;
    if (from === 'client') {
      const target = command === smb2.treeConnect ? share(message) : null;
      // The share of named pipes is where everybody asks what there is.
      this.#commands.askNumbered(id, arrival, name, target, !(target?.endsWith('IPC$') ?? true));
    } else
      this.#commands.answer(
        id,
        arrival,
        status === success ? 'OK' : `status ${status.toString(16)}`,
        status === success,
      );
  }

  #setup(message: Message, arrival: Arrival): void {
    message.seek(frameHeader);
    const at = message.search(ntlm);
    if (at < 0) {
      if (message.search(kerberos) >= 0 && !this.#logins.pending) this.#logins.begin(arrival, 'other', 'Kerberos');
      return;
    }
    message.at = at + ntlm.length;
    if (message.little32() !== ntlmAuthenticate) return;
    // LM answer, NT answer, domain, user: `length(16) room(16) offset(32)` each.
    message.skip(8);
    const answer = message.little16();
    message.skip(14);
    const user = message.little16();
    this.#nobody = !message.short && user === 0 && answer === 0;
    this.#logins.begin(arrival, this.#nobody ? 'none' : 'challenge-response', this.#nobody ? 'anonymous' : 'NTLM');
  }

  #verdict(status: number, flags: number, arrival: Arrival): void {
    if (status === moreProcessing) return;
    const accepted = status === success;
    this.#logins.end(arrival, accepted);
    if (!accepted) return;
    // A guest is who was let in although the name or password was wrong.
    if ((flags & (sessionFlag.guest | sessionFlag.nobody)) !== 0 || this.#nobody) this.#commands.login = false;
    if ((flags & sessionFlag.encrypted) !== 0) this.ended = 'messages are encrypted';
  }
}

/** Path of a TREE_CONNECT, UTF-16: `offset(16) length(16)` from the header on. */
function share(message: Message): string | null {
  message.seek(frameHeader + smb2Header + 4);
  const offset = message.little16();
  const length = Math.min(message.little16(), 256);
  const start = message.seek(frameHeader + offset).skip(length);
  if (start < 0) return null;
  let text = '';
  for (let at = start; at + 1 < start + length; at += 2)
    text += String.fromCharCode(message.bytes[at]! | (message.bytes[at + 1]! << 8));
  return text;
}
