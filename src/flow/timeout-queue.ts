import { type FlowTable, flowFields } from './flow-table.js';

const none = 0;

/**
 * First in, first out, through links in the flow records themselves: joining and leaving cost nothing. Every flow in a queue
 * waits the same time, so only the head needs looking at. A flow is in one queue at a time.
 */
export class TimeoutQueue {
  readonly seconds: number;
  readonly #table: FlowTable;
  /** Flows that wait. */
  size = 0;
  /** Flow + 1; 0 = none. */
  #head = none;
  #tail = none;

  constructor(table: FlowTable, seconds: number) {
    this.#table = table;
    this.seconds = seconds;
  }

  /** The flow that waits longest, or -1. */
  get head(): number {
    return this.#head - 1;
  }

  /** The flow that joined last, or -1. */
  get tail(): number {
    return this.#tail - 1;
  }

  /** The flow that joined before `flow`, or -1. */
  before(flow: number): number {
    return this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.queuePrevious]! - 1;
  }

  /** When `flow` joined. */
  joinedAt(flow: number): number {
    return this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.queuedAt]!;
  }

  /** Whether the head has waited its time at `now`. */
  isDue(now: number): boolean {
    if (this.#head === none) return false;
    const flow = this.#head - 1;
    const queuedAt = this.#table.chunk(flow)[this.#table.wordsOf(flow) + flowFields.queuedAt]!;
    return ((now - queuedAt) | 0) >= this.seconds;
  }

  /** Appends a flow. */
  join(flow: number, now: number): void {
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    chunk[at + flowFields.queuedAt] = now;
    chunk[at + flowFields.queueNext] = none;
    chunk[at + flowFields.queuePrevious] = this.#tail;
    if (this.#tail === none) this.#head = flow + 1;
    else this.#link(this.#tail - 1, flowFields.queueNext, flow + 1);
    this.#tail = flow + 1;
    this.size++;
  }

  /** Takes a flow out, wherever it stands. */
  leave(flow: number): void {
    const chunk = this.#table.chunk(flow);
    const at = this.#table.wordsOf(flow);
    const next = chunk[at + flowFields.queueNext]!;
    const previous = chunk[at + flowFields.queuePrevious]!;
    if (next === none) this.#tail = previous;
    else this.#link(next - 1, flowFields.queuePrevious, previous);
    if (previous === none) this.#head = next;
    else this.#link(previous - 1, flowFields.queueNext, next);
    this.size--;
  }

  #link(flow: number, field: number, value: number): void {
    this.#table.chunk(flow)[this.#table.wordsOf(flow) + field] = value;
  }
}
