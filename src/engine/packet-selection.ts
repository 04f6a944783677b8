// Which packets of captures are looked at, as `--filter`, `--from` and `--to` say.
import type { PacketTest } from '../flow/packet-filter.js';
import type { PacketView } from '../model/packet.js';

const daySeconds = 86_400;

/** A moment: seconds since 1970, or seconds of the day (UTC) on which the first capture begins. */
export interface Moment {
  seconds: number;
  ofDay: boolean;
}

/** What to look at; everything where nothing is said. */
export interface SelectionOptions {
  /** As the user said it all: `--filter 'port 443' --from 02:10`. */
  asked: string;
  filter?: PacketTest;
  /** The first moment, and the first one past the last. */
  from?: Moment;
  to?: Moment;
}

/** Decides about each decoded packet, and counts what is left out. */
export class PacketSelection {
  readonly asked: string;
  /** Whether it is about times, too. */
  readonly byTime: boolean;
  leftOut = 0;
  readonly #filter: PacketTest | null;
  readonly #from: Moment | null;
  readonly #to: Moment | null;
  /** Seconds since 1970; known with the first packet. */
  #begins: number | null = null;
  #ends = Number.POSITIVE_INFINITY;

  constructor({ asked, filter, from, to }: SelectionOptions) {
    this.asked = asked;
    this.byTime = from !== undefined || to !== undefined;
    this.#filter = filter ?? null;
    this.#from = from ?? null;
    this.#to = to ?? null;
  }

  /** Whether a packet is looked at. */
  takes(packet: PacketView): boolean {
    const begins = this.#begins ?? this.#settle(packet.seconds);
    const time = packet.seconds + packet.nanoseconds / 1e9;
    const taken = time >= begins && time < this.#ends && (this.#filter === null || this.#filter(packet));
    if (!taken) this.leftOut++;
    return taken;
  }

  /** Times of day are those of the day of the first packet, and past midnight those of the next. */
  #settle(firstSeconds: number): number {
    const midnight = Math.floor(firstSeconds / daySeconds) * daySeconds;
    const at = ({ seconds, ofDay }: Moment): number => (ofDay ? midnight + seconds : seconds);
    const begins = this.#from === null ? Number.NEGATIVE_INFINITY : at(this.#from);
    if (this.#to !== null) {
      this.#ends = at(this.#to);
      if (this.#to.ofDay && this.#ends <= begins) this.#ends += daySeconds;
    }
    this.#begins = begins;
    return begins;
  }
}
