// The rsync daemon (its clientserver.c describes the dialogue): lines until `@RSYNCD: OK`.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import { Logins } from './logins.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of the rsync daemon. */
export function followRsync(sink: ContentSink): Follower {
  return new MessageFollower(sink, new RsyncDialogue(sink));
}

class RsyncDialogue implements Dialogue {
  readonly bound = 1_024;
  ended: string | null = null;
  readonly #commands: Commands;
  readonly #logins: Logins;
  #asked: 'greeting' | 'module' | 'response' | 'served' = 'greeting';
  #challenged = false;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    this.#logins = new Logins(sink, this.#commands);
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) if (bytes[at] === 0x0a) return at + 1 - start;
    return measured.more;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const line = message.until(0x0a) ?? '';
    if (from === 'client') this.#fromClient(line, arrival);
    else this.#fromServer(line, arrival);
  }

  #fromClient(line: string, arrival: Arrival): void {
    if (line.startsWith('@RSYNCD: ')) {
      if (this.#asked === 'greeting') this.#asked = 'module';
    } else if (this.#asked === 'module') {
      const isList = line === '' || line === '#list';
      this.#commands.ask(arrival, isList ? 'list' : 'module', isList ? null : line, !isList);
      this.#asked = isList ? 'served' : 'response';
    } else if (this.#challenged && !this.#logins.pending) {
      // user SP digest of password and challenge
      this.#logins.begin(arrival, 'challenge-response', 'rsync AUTHREQD');
      this.#asked = 'served';
    }
  }

  #fromServer(line: string, arrival: Arrival): void {
    if (line.startsWith('@RSYNCD: AUTHREQD ')) {
      this.#challenged = true;
      this.#commands.login = true;
    } else if (line === '@RSYNCD: OK') {
      if (!this.#challenged && this.#asked === 'response') this.#logins.begin(arrival, 'none', 'no authentication');
      this.#logins.end(arrival, true);
      this.#commands.next(arrival, 'OK', true);
      this.ended = 'the transfer begins';
    } else if (line.startsWith('@ERROR')) {
      this.#logins.end(arrival, false);
      this.#commands.next(arrival, '@ERROR', false);
    } else if (line === '@RSYNCD: EXIT') this.#commands.next(arrival, 'OK', true);
  }
}
