import type { Sighting } from './sighting.js';

/**
 * When a connection passed a place, by the clock there: all that is kept of most sightings, which are as many as the captures and
 * the connections that they share. Times are seconds since 1970, NaN where nothing was heard.
 */
export interface Passage {
  /** Id in the report. */
  id: number;
  /** Index of the set of files, and of the file with the first frame. */
  set: number;
  capture: number;
  firstFrame: number;
  datagrams: boolean;
  /** Of the first packet, and whether that was a SYN. */
  start: number;
  sawSyn: boolean;
  /** First octets that the client sent, and that the server did: when, and their sequence number. */
  asked: number;
  askedFrom: number;
  answered: number;
  answeredFrom: number;
}

/** What a sighting tells of times. */
export function passageOf({
  id,
  set,
  capture,
  firstFrame,
  datagrams,
  start,
  sawSyn,
  sides,
  client,
}: Sighting): Passage {
  const asking = sides[client];
  const answering = sides[1 - client]!;
  return {
    id,
    set,
    capture,
    firstFrame,
    datagrams,
    start,
    sawSyn,
    asked: asking.opening?.time ?? Number.NaN,
    askedFrom: asking.start,
    answered: answering.opening?.time ?? Number.NaN,
    answeredFrom: answering.start,
  };
}
