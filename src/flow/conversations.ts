import { ChunkedList } from '../base/chunked-list.js';
import type { Conversation } from '../model/stream.js';
import type { FlowSink } from './flow-sink.js';
import { flowFields, flowFlags } from './flow-table.js';
import { restsAfterConversations } from './limits.js';

/**
 * Who listens to each flow. A conversation begins with the first payload: most connections of a scan never have one. In a flood
 * most wait for an answer that does not come: those are laid down, and a ticket is all that is left of them here.
 */
export class Conversations {
  readonly #sink: FlowSink;
  /** By flow: a conversation, its ticket (above 0), or null. */
  readonly #byFlow: ChunkedList<Conversation | number | null> = new ChunkedList<Conversation | number | null>(null);
  /** Flow + 1 of the conversations that began last, in a ring. A number that was given again only makes another one rest early. */
  readonly #latest: Int32Array = new Int32Array(restsAfterConversations);
  #begun = 0;

  constructor(sink: FlowSink) {
    this.#sink = sink;
  }

  /** The listener of a flow, begun if need be. `chunk` and `at` are the flow's record. */
  of(flow: number, chunk: Int32Array, at: number): Conversation {
    const known = this.#byFlow.get(flow);
    return typeof known === 'object' && known !== null
      ? known
      : (this.begun(flow, chunk, at) ?? this.#begin(flow, chunk, at));
  }

  /** The listener of a flow, or null when it never had payload. */
  begun(flow: number, chunk: Int32Array, at: number): Conversation | null {
    const known = this.#byFlow.get(flow);
    if (typeof known !== 'number') return known;
    const conversation = this.#sink.resting!.wake(known, chunk[at + flowFields.id]!);
    this.#byFlow.set(flow, conversation);
    return conversation;
  }

  /** Shows `look` the listener of a flow, where it has one; what rests goes on resting. */
  glance(flow: number, chunk: Int32Array, at: number, look: (conversation: Conversation) => void): void {
    const known = this.#byFlow.get(flow);
    if (typeof known === 'number') this.#sink.resting!.glance(known, chunk[at + flowFields.id]!, look);
    else if (known !== null) look(known);
  }

  /** The flow's number may be given again. */
  forget(flow: number): void {
    if (this.#byFlow.get(flow) !== null) this.#byFlow.set(flow, null);
  }

  #begin(flow: number, chunk: Int32Array, at: number): Conversation {
    const transport = chunk[at + flowFields.flags]! & flowFlags.udp ? 'udp' : 'tcp';
    const ports = chunk[at + flowFields.ports]!;
    const conversation = this.#sink.begin(transport, ports >>> 16, ports & 0xffff, chunk[at + flowFields.id]!);
    this.#byFlow.set(flow, conversation);
    const slot = this.#begun++ & (restsAfterConversations - 1);
    const earlier = this.#latest[slot]! - 1;
    if (earlier >= 0) this.#rest(earlier);
    this.#latest[slot] = flow + 1;
    return conversation;
  }

  #rest(flow: number): void {
    const conversation = this.#byFlow.get(flow);
    if (conversation === null || typeof conversation === 'number') return;
    const ticket = this.#sink.resting?.rest(conversation) ?? 0;
    if (ticket > 0) this.#byFlow.set(flow, ticket);
  }
}
