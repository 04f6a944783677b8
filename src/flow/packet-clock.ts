import { clockLeapSeconds, clockWitnesses } from './limits.js';

/**
 * Packet time in whole seconds that one garbage timestamp can't throw: it follows the latest time seen, and believes a leap
 * (either way) only when many packets in a row stand behind it. Time-outs are measured with it; evidence keeps the packet's
 * own time.
 */
export class PacketClock {
  /** Seconds since 1970; 0 before the first packet. */
  now = 0;
  #started = false;
  #witnesses = 0;

  /** Takes a packet's seconds; true when `now` moved. */
  observe(seconds: number): boolean {
    const ahead = seconds - this.now;
    if (ahead <= 0 && ahead >= -clockLeapSeconds) {
      this.#witnesses = 0;
      return false;
    }
    if (!this.#started) {
      this.#started = true;
      this.now = seconds;
      return true;
    }
    if (ahead > clockLeapSeconds || ahead < 0) {
      this.#witnesses++;
      if (this.#witnesses < clockWitnesses) return false;
    }
    this.#witnesses = 0;
    this.now = seconds;
    return true;
  }
}
