// Diameter (RFC 6733 §5.3, RFC 3588 §13.1): peers say in their capabilities exchange whether they go on in TLS.
import { u24, u32 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import { Commands } from './commands.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of Diameter. */
export function followDiameter(sink: ContentSink): Follower {
  return new MessageFollower(sink, new DiameterDialogue(sink));
}

const headerLength = 20;
const requestFlag = 0x80;
const vendorFlag = 0x80;
const command = { capabilities: 257, watchdog: 280, disconnect: 282 } as const;
const names: Readonly<Record<number, string>> = {
  257: 'Capabilities-Exchange',
  258: 'Re-Auth',
  268: 'EAP',
  271: 'Accounting',
  272: 'Credit-Control',
  274: 'Abort-Session',
  275: 'Session-Termination',
  280: 'Device-Watchdog',
  282: 'Disconnect-Peer',
};
const attribute = { resultCode: 268, inbandSecurity: 299 } as const;
const inbandTls = 1;

class DiameterDialogue implements Dialogue {
  readonly bound = 1_024;
  readonly ended = null;
  readonly #commands: Commands;
  readonly #upgrade: UpgradeStory;

  constructor(sink: ContentSink) {
    this.#commands = new Commands(sink);
    // Peers know each other by address and name: the protocol has no login of its own.
    this.#commands.login = true;
    this.#upgrade = new UpgradeStory(sink, 'Inband-Security-Id');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] !== 1) return measured.broken;
    if (end - start < 4) return measured.more;
    const length = u24(bytes, start + 1);
    return length >= headerLength ? length : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    if (message.end - message.start < headerLength) return;
    const isRequest = (message.octet(4) & requestFlag) !== 0;
    const code = u24(message.bytes, message.start + 5);
    const hop = u32(message.bytes, message.start + 12);
    if (from === 'client' && isRequest) {
      this.#commands.askNumbered(hop, arrival, names[code] ?? `command ${code}`, null, false);
      if (code === command.capabilities) {
        if (has(message, attribute.inbandSecurity, inbandTls)) this.#upgrade.requested(arrival);
      } else if (code !== command.watchdog && code !== command.disconnect) this.#upgrade.wentOn(arrival.frame);
    } else if (from === 'server' && !isRequest) {
      if (code === command.capabilities && message.whole)
        this.#upgrade.answered(
          arrival,
          has(message, attribute.inbandSecurity, inbandTls),
          'no TLS in its Inband-Security-Id',
        );
      this.#commands.answer(hop, arrival, null, false);
    }
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }
}

/** Whether an attribute `code(32) flags(8) length(24) [vendor(32)] value padding` of this number and value is there. */
function has(message: Message, wanted: number, value: number): boolean {
  message.seek(headerLength);
  while (message.left >= 8) {
    const code = message.u32();
    const flags = message.u8();
    const length = message.u24();
    const header = (flags & vendorFlag) !== 0 ? 12 : 8;
    if (length < header) return false;
    message.skip(header - 8);
    if (code === wanted && length - header === 4) return message.u32() === value;
    message.skip(Math.ceil(length / 4) * 4 - header);
  }
  return false;
}
