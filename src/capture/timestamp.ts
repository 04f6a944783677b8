import { maximumSeconds } from './framing.js';

// pcapng §4.2 (if_tsresol, if_tsoffset) and §4.3: a time is a 64-bit count of units since 1970, the unit a power of ten or
// of two, seconds added to it. A double holds 53 bits, so the count is divided in three steps of at most 48 bits.

const word = 0x1_0000_0000;
const half = 0x1_0000;

/** Turns the times of one interface into seconds and nanoseconds, exactly (rounded down to the nanosecond). */
export class TimestampReader {
  /** The last time read. */
  seconds = 0;
  nanoseconds = 0;
  readonly #power: number;
  readonly #binary: boolean;
  readonly #offset: number;
  readonly #divisor: number;
  readonly #nanosecondsPerUnit: number;
  // What the upper half of the last time came to. It changes every 4 seconds (nanoseconds) or 71 minutes (microseconds), so
  // that a packet costs one division instead of three.
  #lastHigh = 0;
  #wordSeconds = 0;
  #wordRest = 0;
  // The quotient and remainder of the last division.
  #high = 0;
  #low = 0;
  #remainder = 0;

  /** `resolution` is the octet of if_tsresol (bit 7 set: power of two), `offset` the seconds of if_tsoffset. */
  constructor(resolution: number, offset: number) {
    this.#power = resolution & 0x7f;
    this.#binary = (resolution & 0x80) !== 0;
    this.#offset = offset;
    this.#divisor = 10 ** Math.min(this.#power, 9);
    this.#nanosecondsPerUnit = 1e9 / this.#divisor;
  }

  /** Reads the time `high` × 2^32 + `low` into `seconds` and `nanoseconds`; seconds no date can hold are clamped. */
  read(high: number, low: number): void {
    if (this.#binary) this.#readBinary(high, low);
    else this.#readDecimal(high, low);
    const seconds = this.seconds + this.#offset;
    this.seconds = seconds > maximumSeconds ? maximumSeconds : seconds < -maximumSeconds ? -maximumSeconds : seconds;
  }

  #readDecimal(high: number, low: number): void {
    if (this.#power > 9) {
      this.#readFine(high, low);
      return;
    }
    if (high !== this.#lastHigh) {
      this.#lastHigh = high;
      this.#divide(high, 0, this.#divisor);
      this.#wordSeconds = this.#high * word + this.#low;
      this.#wordRest = this.#remainder;
    }
    const units = this.#wordRest + low;
    const seconds = Math.floor(units / this.#divisor);
    this.seconds = this.#wordSeconds + seconds;
    this.nanoseconds = (units - seconds * this.#divisor) * this.#nanosecondsPerUnit;
  }

  /** Units finer than a nanosecond: the count is brought to nanoseconds first. */
  #readFine(high: number, low: number): void {
    let power = this.#power;
    this.#high = high;
    this.#low = low;
    while (power > 9) {
      const step = power - 9 > 9 ? 9 : power - 9;
      this.#divide(this.#high, this.#low, 10 ** step);
      power -= step;
    }
    this.#divide(this.#high, this.#low, 1e9);
    this.seconds = this.#high * word + this.#low;
    this.nanoseconds = this.#remainder;
  }

  /** Divides by at most 10^9: each partial dividend stays under 10^9 × 2^16. */
  #divide(high: number, low: number, divisor: number): void {
    const top = Math.floor(high / divisor);
    let rest = (high - top * divisor) * half + (low >>> 16);
    const middle = Math.floor(rest / divisor);
    rest = (rest - middle * divisor) * half + (low & 0xffff);
    const bottom = Math.floor(rest / divisor);
    this.#remainder = rest - bottom * divisor;
    // `middle` is under 2^16, as the rest before it was under the divisor.
    this.#high = top;
    this.#low = middle * half + bottom;
  }

  #readBinary(high: number, low: number): void {
    const power = this.#power;
    if (power === 0) {
      this.seconds = high * word + low;
      this.nanoseconds = 0;
      return;
    }
    // The count is a fixed-point number: its upper 64 - power bits are seconds, the rest is moved up to a 64-bit fraction.
    let fractionHigh = 0;
    let fractionLow = 0;
    this.seconds = 0;
    if (power < 32) {
      this.seconds = high * 2 ** (32 - power) + (low >>> power);
      fractionHigh = (low << (32 - power)) >>> 0;
    } else if (power < 64) {
      const inHigh = power - 32;
      this.seconds = inHigh === 0 ? high : high >>> inHigh;
      fractionHigh = inHigh === 0 ? low : ((high << (32 - inHigh)) | (low >>> inHigh)) >>> 0;
      fractionLow = inHigh === 0 ? 0 : (low << (32 - inHigh)) >>> 0;
    } else if (power < 96) {
      fractionHigh = power === 64 ? high : high >>> (power - 64);
      fractionLow = power === 64 ? low : ((high << (96 - power)) | (low >>> (power - 64))) >>> 0;
    }
    // From 2^-96 on the whole count is under a nanosecond.
    this.nanoseconds = nanosecondsOf(fractionHigh, fractionLow);
  }
}

/** floor(fraction × 10^9 / 2^64), 16 bits at a time: every sum stays under 2^46. */
function nanosecondsOf(high: number, low: number): number {
  let carry = Math.floor(((low & 0xffff) * 1e9) / half);
  carry = Math.floor(((low >>> 16) * 1e9 + carry) / half);
  carry = Math.floor(((high & 0xffff) * 1e9 + carry) / half);
  return Math.floor(((high >>> 16) * 1e9 + carry) / half);
}
