import type { Conversation } from '../model/stream.js';
import type { FlowFacts } from './flow-facts.js';

/** What the flow floor tells the session floor. Everything is lent for the call. */
export interface FlowSink {
  /** The first payload of a connection: who listens to it. Ports of the first packet's sender and of its peer; its id. */
  begin(transport: 'tcp' | 'udp', senderPort: number, peerPort: number, flowId: number): Conversation;
  /** A connection is over (or given up); `conversation` is null when it never had payload. */
  ended(facts: FlowFacts, conversation: Conversation | null): void;
  /** Where conversations that wait are laid down; absent where they all stay up. */
  readonly resting?: RestingPlace;
}

/** Keeps conversations that wait for their peer in less memory than it takes to listen. */
export interface RestingPlace {
  /** Lays a conversation down, where that can be done: a ticket (above 0) stands for it from then on; else 0, and it goes on. */
  rest(conversation: Conversation): number;
  /** The conversation under `ticket`, of the connection `flowId`; the ticket is used up. */
  wake(ticket: number, flowId: number): Conversation;
  /** Shows `look` the conversation under `ticket`; it goes on resting. */
  glance(ticket: number, flowId: number, look: (conversation: Conversation) => void): void;
}
