import type { Conversation } from '../model/stream.js';
import type { FlowSink } from './flow-sink.js';
import { flowFields, flowFlags } from './flow-table.js';

/** Who listens to each flow. A conversation begins with the first payload: most connections of a scan never have one. */
export class Conversations {
  readonly #sink: FlowSink;
  readonly #byFlow: (Conversation | null)[] = [];

  constructor(sink: FlowSink) {
    this.#sink = sink;
  }

  /** The listener of a flow, begun if need be. `chunk` and `at` are the flow's record. */
  of(flow: number, chunk: Int32Array, at: number): Conversation {
    return this.#byFlow[flow] ?? this.#begin(flow, chunk, at);
  }

  /** The listener of a flow, or null when it never had payload. */
  begun(flow: number): Conversation | null {
    return this.#byFlow[flow] ?? null;
  }

  /** The flow's number may be given again. */
  forget(flow: number): void {
    this.#byFlow[flow] = null;
  }

  #begin(flow: number, chunk: Int32Array, at: number): Conversation {
    const transport = chunk[at + flowFields.flags]! & flowFlags.udp ? 'udp' : 'tcp';
    const ports = chunk[at + flowFields.ports]!;
    const conversation = this.#sink.begin(transport, ports >>> 16, ports & 0xffff, chunk[at + flowFields.id]!);
    this.#byFlow[flow] = conversation;
    return conversation;
  }
}
