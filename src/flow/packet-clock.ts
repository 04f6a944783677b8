import { clockLeapSeconds, clockWitnesses } from './limits.js';

/**
 * Time that passes between packets, in whole seconds: what time-outs are measured with. Evidence keeps the packet's own time.
 *
 * Timestamps of a capture can't be trusted that far: one garbage packet must not end every connection, and neither must
 * files of different years in one. So the clock follows the latest time seen; a leap (either way) is believed only when many
 * packets in a row stand behind it, and then the clock goes on from there without having run.
 */
export class PacketClock {
  /** Seconds since an arbitrary beginning; never goes back. */
  now = 0;
  /** Packet time minus `now`. */
  #base = 0;
  #started = false;
  #witnesses = 0;

  /** Seconds that the clock has run since a packet of that time; negative for one that it does not believe yet. */
  secondsSince(seconds: number): number {
    return this.#base + this.now - seconds;
  }

  /** Takes a packet's seconds; true when `now` moved. */
  observe(seconds: number): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#base = seconds;
      return false;
    }
    const ahead = seconds - this.#base - this.now;
    if (ahead <= 0 && ahead >= -clockLeapSeconds) {
      this.#witnesses = 0;
      return false;
    }
    if (ahead > 0 && ahead <= clockLeapSeconds) {
      this.#witnesses = 0;
      this.now += ahead;
      return true;
    }
    if (++this.#witnesses < clockWitnesses) return false;
    this.#witnesses = 0;
    // Of a long silence at least this much has passed.
    if (ahead > 0) this.now += clockLeapSeconds;
    this.#base = seconds - this.now;
    return ahead > 0;
  }
}
