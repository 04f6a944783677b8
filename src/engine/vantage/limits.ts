// Every bound of comparing vantage points, in one place, with its reason.

/**
 * Connections whose record waits for a better one, from whichever capture: some 9,000 octets each where they are TLS. Later ones
 * are told as they end, and whoever shows one of them again is known by its sighting.
 */
export const maxHeldRecords = 16_384;

/** Places in the index of sightings, two for each connection; some 400 octets apiece with what they point to. */
export const maxSightings = 262_144;

/** Earlier connections between the same addresses and ports that one is compared with: ports are used again. */
export const maxCandidates = 256;

/** Connections seen by two captures that their clocks are compared by: a median gains nothing from more. */
export const maxClockSamples = 1_024;

/** Pairs of captures whose clocks are compared. */
export const maxClockPairs = 4_096;

/**
 * Connections that two captures must share before anything is said of their clocks. With both directions one is enough, as its
 * own way there and back bounds what it may be wrong by; from this number on their median is better. With one direction nothing
 * bounds it, and a median of fewer would let one outlier speak.
 */
export const minClockConnections = 1;
export const minMedianConnections = 3;

/** Seconds: captures seldom tell time more finely. */
export const timeResolution = 1e-6;
