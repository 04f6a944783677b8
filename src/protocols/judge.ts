import { type Opening, type Protocol, type Recognition, recognition } from '../model/protocol.js';

/** What one direction's opening says for a protocol; higher is stronger. */
export const evidence = {
  /** Contradicts the protocol; more bytes will not mend it. */
  no: 0,
  /** Too short to say. */
  more: 1,
  /** Fits, but other protocols open like this too: the other direction has to fit as well. */
  likely: 2,
  /** Fits, and nothing else does. */
  yes: 3,
} as const;

/** One of the values of `evidence`. */
export type Evidence = (typeof evidence)[keyof typeof evidence];

/**
 * Judges a non-empty opening as one side's. Over a growing opening it may go from `more` anywhere and from `likely` to `yes`,
 * never back. Never reads outside the opening's range.
 */
export type Judge = (opening: Opening, onUsualPort: boolean) => Evidence;

/** A protocol as its two sides' openings: what `fromSides` makes a recogniser of. */
export interface Sides extends Omit<Protocol, 'recognise'> {
  client: Judge;
  server: Judge;
}

/** A protocol whose sides open alike. */
export interface Peers extends Omit<Protocol, 'recognise'> {
  judge: Judge;
  /** What the peer that speaks first is. */
  firstSpeaker: Recognition;
}

/**
 * A protocol recognised by who says what. One direction that is certain decides, whatever the other says (a server that
 * answers an HTTP request with an alert was still sent HTTP in the clear); two likely ones decide together; one likely
 * one decides on a usual port when the other direction stays silent.
 */
export function fromSides(sides: Sides): Protocol {
  const { client, server, ...protocol } = sides;
  return {
    ...protocol,
    recognise(first: Opening, second: Opening, onUsualPort: boolean): Recognition {
      const firstAsClient = judged(client, first, onUsualPort);
      if (firstAsClient === evidence.yes) return recognition.firstIsClient;
      const firstAsServer = judged(server, first, onUsualPort);
      if (firstAsServer === evidence.yes) return recognition.firstIsServer;
      const secondAsServer = judged(server, second, onUsualPort);
      if (secondAsServer === evidence.yes) return recognition.firstIsClient;
      const secondAsClient = judged(client, second, onUsualPort);
      if (secondAsClient === evidence.yes) return recognition.firstIsServer;
      const silent = onUsualPort && second.length === 0 && second.final;
      if (firstAsClient === evidence.likely && (silent || secondAsServer === evidence.likely))
        return recognition.firstIsClient;
      if (firstAsServer === evidence.likely && (silent || secondAsClient === evidence.likely))
        return recognition.firstIsServer;
      return mayGrow(firstAsClient, first) ||
        mayGrow(firstAsServer, first) ||
        mayGrow(secondAsServer, second) ||
        mayGrow(secondAsClient, second)
        ? recognition.more
        : recognition.no;
    },
  };
}

/** A protocol recognised by either direction alone, or by two likely ones. */
export function fromPeers(peers: Peers): Protocol {
  const { judge, firstSpeaker, ...protocol } = peers;
  return {
    ...protocol,
    recognise(first: Opening, second: Opening, onUsualPort: boolean): Recognition {
      const ofFirst = judged(judge, first, onUsualPort);
      if (ofFirst === evidence.yes) return firstSpeaker;
      const ofSecond = judged(judge, second, onUsualPort);
      if (ofSecond === evidence.yes) return firstSpeaker;
      if (ofFirst === evidence.likely) {
        if (ofSecond === evidence.likely) return firstSpeaker;
        if (onUsualPort && second.length === 0 && second.final) return firstSpeaker;
      }
      return mayGrow(ofFirst, first) || mayGrow(ofSecond, second) ? recognition.more : recognition.no;
    },
  };
}

/** For a side that never opens in a way that tells anything. */
export function tellsNothing(): Evidence {
  return evidence.no;
}

function judged(judge: Judge, opening: Opening, onUsualPort: boolean): Evidence {
  const verdict = opening.start === opening.end ? evidence.more : judge(opening, onUsualPort);
  return verdict === evidence.more && opening.final ? evidence.no : verdict;
}

function mayGrow(verdict: Evidence, opening: Opening): boolean {
  return !opening.final && (verdict === evidence.more || verdict === evidence.likely);
}
