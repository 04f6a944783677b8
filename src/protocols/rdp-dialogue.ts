// RDP's negotiation in X.224 ([MS-RDPBCGR] §2.2.1.1.1, §2.2.1.2.1): which security the client asks for and the server chooses.
import { u16 } from '../base/bytes.js';
import type { ContentSink, Follower } from '../model/content-sink.js';
import type { Side } from '../model/side.js';
import type { Arrival } from '../model/stream.js';
import type { Message } from './message.js';
import { type Dialogue, MessageFollower, measured } from './messages.js';
import { UpgradeStory } from './upgrade-story.js';

/** Begins to follow a connection of RDP. */
export function followRdp(sink: ContentSink): Follower {
  return new MessageFollower(sink, new RdpDialogue(sink));
}

const x224 = { connectRequest: 0xe0, connectConfirm: 0xd0 } as const;
const variableAt = 11;
const negotiation = { request: 1, response: 2, failure: 3 } as const;
const negotiationLength = 8;
/** Requested and selected protocols: TLS, CredSSP, RDSTLS, early authorization; without any, RDP's own security. */
const protocols: Readonly<Record<number, string>> = { 0: 'RDP', 1: 'TLS', 2: 'CredSSP', 4: 'RDSTLS', 8: 'CredSSP' };
/** Failure code SSL_REQUIRED_BY_SERVER, and HYBRID_REQUIRED_BY_SERVER. */
const tlsRequired = [1, 5] as const;

class RdpDialogue implements Dialogue {
  readonly bound = 256;
  ended: string | null = null;
  readonly #sink: ContentSink;
  readonly #upgrade: UpgradeStory;
  #request = -1;

  constructor(sink: ContentSink) {
    this.#sink = sink;
    this.#upgrade = new UpgradeStory(sink, 'X.224 negotiation');
  }

  measure(_from: Side, bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] !== 3) return measured.broken;
    if (end - start < 4) return measured.more;
    return u16(bytes, start + 2) >= 7 ? u16(bytes, start + 2) : measured.broken;
  }

  message(from: Side, message: Message, arrival: Arrival): void {
    const type = message.octet(5);
    if (from === 'client' && type === x224.connectRequest) this.#requested(message, arrival);
    else if (from === 'server' && type === x224.connectConfirm) this.#answered(message, arrival);
    else {
      // MCS in clear: RDP's own security.
      this.#upgrade.wentOn(arrival.frame);
      this.ended = "RDP's own security is not read here";
    }
  }

  upgraded(arrival: Arrival): void {
    this.#upgrade.taken(arrival);
  }

  /** The request stands at the end, behind a cookie or a routing token. */
  #requested(message: Message, arrival: Arrival): void {
    this.#request = this.#sink.request('client', arrival, 'CONNECT', null);
    const at = message.length - negotiationLength;
    if (at < variableAt || message.octet(at) !== negotiation.request || message.octet(at + 2) !== negotiationLength)
      return;
    if (message.seek(at + 4).little32() !== 0) this.#upgrade.requested(arrival);
  }

  #answered(message: Message, arrival: Arrival): void {
    const type = message.length >= variableAt + negotiationLength ? message.octet(variableAt) : 0;
    const value = message.seek(variableAt + 4).little32();
    if (type === negotiation.failure) {
      if ((tlsRequired as readonly number[]).includes(value)) this.#upgrade.offered(arrival);
      this.#upgrade.answered(arrival, false, `negotiation failure ${value}`);
      this.#sink.answered(this.#request, arrival, `failure ${value}`);
      return;
    }
    const chosen = type === negotiation.response ? value : 0;
    this.#sink.answered(this.#request, arrival, protocols[chosen] ?? `protocol ${chosen}`);
    // A server that knows no negotiation leaves it out.
    this.#upgrade.answered(arrival, chosen !== 0, 'standard RDP security');
    if (chosen !== 0) this.ended = 'TLS follows';
  }
}
