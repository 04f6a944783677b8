// What was said on one connection, kept so that it can be said again with other octets.
import type { FlowFacts } from '../../flow/flow-facts.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import { type Arrival, type Conversation, type Direction, skipAll } from '../../model/stream.js';
import { buildConnectionRecord } from '../../session/connection-builder.js';
import { DatagramSession } from '../../session/datagrams/datagram-session.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { StreamSession } from '../../session/stream-session.js';
import { maxHeardOctets } from './limits.js';

/** One call to who listens. */
interface Saying {
  readonly direction: Direction;
  readonly what: 'data' | 'datagram' | 'gap' | 'closed' | 'reset';
  /** Where its octets stand in `Heard.octets`; of a gap its length is `end - start`. */
  readonly start: number;
  readonly end: number;
  readonly arrival: Arrival;
}

/** Octets of a connection in the order in which they were said. */
export class Heard implements Conversation {
  readonly #sayings: Saying[] = [];
  readonly #transport: 'tcp' | 'udp';
  readonly #ports: readonly [number, number];
  readonly #flowId: number;
  readonly #mayHear: (octets: number) => boolean;
  #gathered: Uint8Array[] = [];
  #length = 0;
  #facts: FlowFacts | null = null;

  /** `mayHear` is asked before octets are kept. */
  constructor(
    transport: 'tcp' | 'udp',
    senderPort: number,
    peerPort: number,
    flowId: number,
    mayHear: (octets: number) => boolean,
  ) {
    this.#transport = transport;
    this.#ports = [senderPort, peerPort];
    this.#flowId = flowId;
    this.#mayHear = mayHear;
  }

  /** The same up to so many octets. */
  beginning(octets: number): Heard {
    const beginning = new Heard(this.#transport, ...this.#ports, this.#flowId, this.#mayHear);
    beginning.#facts = this.#facts;
    for (const saying of this.#sayings) {
      if ((saying.what === 'data' || saying.what === 'datagram') && saying.end > octets) break;
      beginning.#sayings.push(saying);
      if (saying.what === 'data' || saying.what === 'datagram') beginning.#length = saying.end;
    }
    beginning.#gathered = [this.octets().subarray(0, beginning.#length)];
    return beginning;
  }

  /** Octets that were heard. */
  get length(): number {
    return this.#length;
  }

  /** Everything that was said, one behind the other. */
  octets(): Uint8Array {
    const all = Buffer.concat(this.#gathered);
    this.#gathered = [all];
    return Uint8Array.from(all);
  }

  /** Stretches of `octets` that were said together, with the direction's offset of their first octet (0 for a datagram). */
  *stretches(): Generator<{ direction: Direction; frame: number; offset: number; start: number; end: number }> {
    for (const { direction, what, start, end, arrival } of this.#sayings) {
      if (what === 'data' || what === 'datagram') {
        yield { direction, frame: arrival.frame, offset: what === 'data' ? arrival.offset : 0, start, end };
      }
    }
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#hear('data', direction, bytes, start, end, arrival);
  }

  datagram(direction: Direction, bytes: Uint8Array, start: number, end: number, arrival: Arrival): number {
    return this.#hear('datagram', direction, bytes, start, end, arrival);
  }

  gap(direction: Direction, length: number, arrival: Arrival): number {
    this.#sayings.push({ direction, what: 'gap', start: 0, end: length, arrival: { ...arrival } });
    return 0;
  }

  closed(direction: Direction, reset: boolean, arrival: Arrival): void {
    const what = reset ? 'reset' : 'closed';
    this.#sayings.push({ direction, what, start: 0, end: 0, arrival: { ...arrival } });
  }

  /** The connection is over; `facts` are lent. */
  ended(facts: FlowFacts): void {
    this.#facts = Object.assign(Object.create(Object.getPrototypeOf(facts)), facts, {
      endpoints: [...facts.endpoints],
      packets: [...facts.packets],
      bytes: [...facts.bytes],
    });
  }

  /** What an analysis makes of it when `octets` were said; null where the connection's end was not heard. */
  told(octets: Uint8Array, context: SessionContext): ConnectionRecord | null {
    if (this.#facts === null) return null;
    const [senderPort, peerPort] = this.#ports;
    const Session = this.#transport === 'tcp' ? StreamSession : DatagramSession;
    const session = new Session(context, senderPort, peerPort, this.#flowId);
    /** As the flow floor steps over what nobody wants. */
    const skip: [number, number] = [0, 0];
    for (const { direction, what, start, end, arrival } of this.#sayings) {
      if (what === 'closed' || what === 'reset') {
        (session as Conversation).closed(direction, what === 'reset', arrival);
        continue;
      }
      const owed = skip[direction];
      if (owed === skipAll) continue;
      const length = what === 'datagram' ? 1 : end - start;
      if (owed >= length) {
        skip[direction] = owed - length;
        continue;
      }
      skip[direction] =
        what === 'gap'
          ? (session as Conversation).gap(direction, length - owed, arrival)
          : what === 'datagram'
            ? session.datagram(direction, octets, start, end, arrival)
            : (session as Conversation).data(direction, octets, start + owed, end, {
                ...arrival,
                offset: arrival.offset + owed,
              });
    }
    return buildConnectionRecord(this.#facts, session, context);
  }

  #hear(
    what: 'data' | 'datagram',
    direction: Direction,
    bytes: Uint8Array,
    start: number,
    end: number,
    arrival: Arrival,
  ): number {
    const length = end - start;
    if (this.#length + length > maxHeardOctets || !this.#mayHear(length)) return skipAll;
    this.#gathered.push(Uint8Array.from(bytes.subarray(start, end)));
    const from = this.#length;
    this.#length += length;
    this.#sayings.push({
      direction,
      what,
      start: from,
      end: this.#length,
      arrival: { ...copied(arrival) },
    });
    return 0;
  }
}

function copied({ frame, seconds, nanoseconds, acknowledged, offset }: Arrival): Arrival {
  return { frame, seconds, nanoseconds, acknowledged, offset };
}
