// Git's own transport (gitprotocol-pack, "Git Transport"): it has no login, and serves whoever asks.
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of Git. */
export function followGit(sink: ContentSink): Follower {
  return new MessageFollower(sink, new GitDialogue(sink));
}

const lengthDigits = 4;
const services: ReadonlySet<string> = new Set(['git-upload-pack', 'git-receive-pack', 'git-upload-archive']);

class GitDialogue implements Dialogue {
  readonly bound = 512;
  ended: string | null = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
  }

  /** `length(4 hexadecimal digits) payload`; 0 to 2 are marks without one. */
  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < lengthDigits) return measured.more;
    let length = 0;
    for (let at = start; at < start + lengthDigits; at++) {
      const digit = Number.parseInt(String.fromCharCode(bytes[at]!), 16);
      if (Number.isNaN(digit)) return measured.broken;
      length = length * 16 + digit;
    }
    return Math.max(length, lengthDigits);
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    message.seek(lengthDigits);
    if (from === 'client') {
      const service = message.until(0x20) ?? '';
      // What is fetched is public by its transport; what is pushed changes the repository.
      if (services.has(service)) this.#commands.ask(arrival, service, null, service === 'git-receive-pack');
      return;
    }
    const isError = message.text(4) === 'ERR ';
    if (this.#commands.waits) this.#commands.next(arrival, isError ? 'ERR' : 'OK', !isError);
    this.ended = 'the transfer begins';
  }
}
