// Apache Thrift's binary protocol ("Thrift Binary protocol encoding"), framed: methods are named. Whether anybody logged in is
// the application's business, and nothing is said of it.
import { u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';

/** Begins to follow a connection of Thrift. */
export function followThrift(sink: ContentSink): Follower {
  return new MessageFollower(sink, new ThriftDialogue(sink));
}

const largestFrame = 0x10000000;
const type = { call: 1, reply: 2, exception: 3 } as const;
const methodName = /^[A-Za-z_][A-Za-z0-9_.:]{0,63}$/;

class ThriftDialogue implements Dialogue {
  readonly bound = 128;
  ended: string | null = null;
  readonly #commands: Commands;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    this.#commands.login = true;
  }

  /** Without frames a message has no length: then only its name can be read, and nothing behind it. */
  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 4) return measured.more;
    const length = u32(bytes, start);
    return length <= largestFrame ? 4 + length : measured.broken;
  }

  /** `80 01 00 type(8) name length(32) name sequence(32) …` */
  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.seek(4).u16() !== 0x8001) return;
    message.skip(1);
    const kind = message.u8();
    const name = message.text(message.u32());
    const sequence = message.u32();
    if (message.short) return;
    if (from === 'client' && kind === type.call && methodName.test(name))
      this.#commands.askNumbered(sequence, arrival, name, null, false);
    else if (from === 'server' && (kind === type.reply || kind === type.exception))
      this.#commands.answer(sequence, arrival, kind === type.reply ? 'reply' : 'exception', false);
  }
}
