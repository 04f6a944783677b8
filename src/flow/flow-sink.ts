import type { Conversation } from '../model/stream.js';
import type { FlowFacts } from './flow-facts.js';

/** What the flow floor tells the session floor. Everything is lent for the call. */
export interface FlowSink {
  /** The first payload of a connection: who listens to it. Ports of the first packet's sender and of its peer; its id. */
  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation;
  /** A connection is over (or given up); `conversation` is null when it never had payload. */
  ended(facts: FlowFacts, conversation: Conversation | null): void;
}
