/** How a capture's clock stands to that of another capture of the same traffic. */
export interface CaptureClock {
  /** Index of the capture that it is told against. */
  against: number;
  /** Seconds by which this capture's clock runs ahead of that one's; negative = behind. */
  offsetSeconds: number;
  /**
   * How far the offset may be off: half of what it takes from one vantage point to the other and back, with the scatter. Null =
   * the path's delay could not be told from the offset, and times of the two captures are not compared.
   */
  uncertaintySeconds: number | null;
  /** One sentence: what in the packets says so. */
  basis: string;
  /** Connections that both captures saw, as far as they were compared. */
  connections: number;
}

/** Where a capture's clock stands among those of a run. */
export interface ClockPosition {
  /** Times are comparable between captures of one domain only. */
  domain: number;
  /** Seconds ahead of the domain's time. */
  offset: number;
  /** Seconds by which that may be off. */
  uncertainty: number;
}

/** Clocks of a run by index of the capture. */
export type Clocks = (capture: number) => ClockPosition;

const theOne: ClockPosition = Object.freeze({ domain: 0, offset: 0, uncertainty: 0 });

/** All captures have one clock: the files of one recording, interfaces of one machine. */
export const oneClock: Clocks = () => theOne;
