/**
 * The time at which something is judged, and how far around it the same would be said: each comparison with a moment narrows
 * that. Seconds since 1970 UTC.
 */
export class JudgementTime {
  readonly seconds: number;
  /** What was said holds from here (inclusive) … */
  from: number = Number.NEGATIVE_INFINITY;
  /** … up to here (exclusive). */
  until: number = Number.POSITIVE_INFINITY;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  /** Whether `moment` has come. */
  reached(moment: number): boolean {
    if (moment <= this.seconds) {
      if (moment > this.from) this.from = moment;
      return true;
    }
    if (moment < this.until) this.until = moment;
    return false;
  }
}
