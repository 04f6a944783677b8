// One connection as one capture shows it, and when two of them are the same connection. Addresses and ports alone prove
// nothing: ports are used again, and every second site numbers its hosts from 10.0.0.1. Initial sequence numbers are
// random (RFC 9293 §3.4.1), and the octets themselves must not contradict.
import { finishHash, mixWord } from '../../base/hash.js';
import { sequenceDistance } from '../../base/sequence.js';
import type { FlowFacts, SequenceNumbers } from '../../flow/flow-facts.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Direction } from '../../model/stream.js';
import { type Opening, openingLengths, type Witness } from './witness.js';

/** One direction of a connection, from one end to the other. */
export interface SightedSide extends SequenceNumbers {
  /** Null where no octets were heard. */
  opening: Pick<Opening, 'heard' | 'time' | 'digests' | 'digest'> | null;
}

/** A connection as one capture shows it. */
export interface Sighting {
  /** Id in the report. */
  id: number;
  /** Index of the set of files, and of the file with the first frame. */
  set: number;
  capture: number;
  firstFrame: number;
  datagrams: boolean;
  /** Keyed digests of addresses and ports of both ends, in an order of their own: 64 bits. */
  ends: readonly [number, number];
  /** By end in that order: what it sent. */
  sides: readonly [SightedSide, SightedSide];
  /** Which of them the client is. */
  client: Direction;
  /** Begins with hellos of TLS: 32 of the first octets of each side are random (RFC 9846 §4.2.1, RFC 5246 §7.4.1.2). */
  hasHellos: boolean;
  /** Seconds since 1970 of the first packet; whether that was a SYN. */
  start: number;
  sawSyn: boolean;
}

/** What `record` is known again by. `facts` is lent; `seed` is drawn per run. */
export function sightingOf(
  record: ConnectionRecord,
  facts: FlowFacts,
  witness: Witness | null,
  set: number,
  seed: number,
): Sighting {
  const [a, b] = facts.endpoints;
  const swapped = a.ip > b.ip || (a.ip === b.ip && a.port > b.port);
  const first: Direction = swapped ? 1 : 0;
  const second: Direction = swapped ? 0 : 1;
  const client = facts.endpoints[first];
  const isClient = record.client.ip === client.ip && record.client.port === client.port;
  return {
    id: record.id,
    set,
    capture: record.capture,
    firstFrame: record.firstFrame,
    datagrams: record.transport === 'udp',
    ends: [endpointsHash(facts, first, second, seed), endpointsHash(facts, first, second, ~seed)],
    sides: [sideOf(facts, witness, first), sideOf(facts, witness, second)],
    client: isClient ? 0 : 1,
    hasHellos: record.kind === 'tls' && record.tls?.clientHello != null,
    start: facts.start,
    sawSyn: record.sawSyn,
  };
}

function sideOf(facts: FlowFacts, witness: Witness | null, direction: Direction): SightedSide {
  const opening = witness?.openings[direction] ?? null;
  return { ...facts.numbers(direction), opening: opening === null || opening.heard === 0 ? null : opening };
}

function endpointsHash({ endpoints, transport }: FlowFacts, first: Direction, second: Direction, seed: number): number {
  let hash = mixWord(seed, transport === 'udp' ? 17 : 6);
  for (const direction of [first, second]) {
    const { ip, port } = endpoints[direction];
    for (let at = 0; at < ip.length; at++) hash = mixWord(hash, ip.charCodeAt(at));
    hash = mixWord(hash, port | 0x10000);
  }
  return finishHash(hash);
}

/** Bits of agreement in sequence numbers that prove two connections between the same ends the same. */
const provenBits = 28;
/** Octets of a hello from its record header on that hold its random. */
const helloOctets = 64;
/** Octets of datagrams that must agree on each side: they have no numbers. */
const provenDatagramOctets = 12;

/** Whether both sightings are of one connection: the same ends, and what only one connection can have. */
export function areOne(a: Sighting, b: Sighting): boolean {
  if (a.ends[0] !== b.ends[0] || a.ends[1] !== b.ends[1] || a.datagrams !== b.datagrams) return false;
  return a.datagrams ? areOneExchange(a, b) : areOneStream(a, b);
}

function areOneStream(a: Sighting, b: Sighting): boolean {
  const haveHellos = a.hasHellos && b.hasHellos;
  let bits = 0;
  for (const side of [0, 1] as const) {
    const ofA = a.sides[side];
    const ofB = b.sides[side];
    const agreeing = numbersAgree(ofA, ofB);
    if (agreeing < 0) return false;
    bits += agreeing;
    // Octets are compared where both know that they are the first.
    if (ofA.start !== ofB.start) continue;
    const agrees = contentAgrees(ofA, ofB);
    if (agrees === false) return false;
    if (agrees && haveHellos && Math.min(ofA.opening!.heard, ofB.opening!.heard) >= helloOctets) bits += 32;
  }
  return bits >= provenBits;
}

/** A question and an answer that are the same. One without the other may be sent by anybody, to anybody, at any time. */
function areOneExchange({ sides: a }: Sighting, { sides: b }: Sighting): boolean {
  for (const side of [0, 1] as const) {
    const heard = Math.min(a[side].opening?.heard ?? 0, b[side].opening?.heard ?? 0);
    if (heard < provenDatagramOctets || contentAgrees(a[side], b[side]) !== true) return false;
  }
  return true;
}

/** Whether both are between the same ends and carry the same octets as far as both were heard, and nothing contradicts it. */
export function agreeInContent(a: Sighting, b: Sighting): boolean {
  if (a.ends[0] !== b.ends[0] || a.ends[1] !== b.ends[1] || a.datagrams !== b.datagrams) return false;
  let octets = 0;
  for (const side of [0, 1] as const) {
    const ofA = a.sides[side];
    const ofB = b.sides[side];
    if (!a.datagrams && numbersAgree(ofA, ofB) < 0) return false;
    const agrees = contentAgrees(ofA, ofB);
    if (agrees === false) return false;
    if (agrees) octets += Math.min(ofA.opening!.heard, ofB.opening!.heard);
  }
  return octets >= provenDatagramOctets;
}

/** Bits by which the numbers of one direction agree; 0 = nothing to compare, -1 = they contradict each other. */
function numbersAgree(a: SightedSide, b: SightedSide): number {
  if (!a.known || !b.known) return 0;
  if (a.fromSyn && b.fromSyn && a.start !== b.start) return -1;
  if (a.ended && b.ended && a.end !== b.end) return -1;
  if (a.fromSyn && b.fromSyn) return looksRandom(a.start) ? 32 : 0;
  if (a.ended && b.ended) return looksRandom(a.end) ? 32 : 0;
  // One of them came in the middle: then its octets lie among those of the other.
  const ahead = sequenceDistance(a.start, b.start);
  const ofA = sequenceDistance(a.start, a.end);
  const ofB = sequenceDistance(b.start, b.end);
  if (ofA < 0 || ofB < 0 || ahead > ofA + 1 || ahead + ofB + 1 < 0) return -1;
  if ((a.fromSyn && ahead < -1) || (b.fromSyn && ahead > 1)) return -1;
  if (!looksRandom(a.start)) return 0;
  return Math.max(0, 32 - Math.ceil(Math.log2(ofA + ofB + 3)));
}

/** Whether the openings of one direction agree as far as both were heard; null = there is nothing to compare. */
export function contentAgrees({ opening: a }: SightedSide, { opening: b }: SightedSide): boolean | null {
  if (a === null || b === null) return null;
  if (a.heard === b.heard) return a.digest === b.digest;
  for (let length = openingLengths.length - 1; length >= 0; length--) {
    const octets = openingLengths[length]!;
    if (a.heard >= octets && b.heard >= octets) return a.digests[length] === b.digests[length];
  }
  return null;
}

/** Numbers that a counter or a person would choose prove nothing: generated captures begin at 1,000 or 100,000. */
const leastRandom = 0x10_0000;
const round = 100_000;

/** Whether a sequence number may have been drawn at random; `sequence` follows that of a SYN. */
function looksRandom(sequence: number): boolean {
  const initial = (sequence - 1) >>> 0;
  return initial >= leastRandom && initial % round !== 0;
}

/** A key of the connection's own numbers, whatever its addresses: 0 = not both SYNs were seen, or the numbers don't look random. */
export function numbersKey({ sides, client, datagrams }: Sighting): number {
  if (datagrams) return 0;
  let hash = 0;
  for (const side of [sides[client], sides[1 - client]!]) {
    if (!side.fromSyn || !looksRandom(side.start)) return 0;
    hash = mixWord(hash, side.start);
  }
  return finishHash(hash) || 1;
}

/** Whether both sides began with the same numbers; see `numbersKey`, of which two kinds of numbers may have the same. */
export function haveSameNumbers(a: Sighting, b: Sighting): boolean {
  return (
    a.sides[a.client].start === b.sides[b.client].start && a.sides[1 - a.client]!.start === b.sides[1 - b.client]!.start
  );
}

/** Whether two sightings between other ends are one connection whose addresses were translated on its way. */
export function areTranslated(a: Sighting, b: Sighting): boolean {
  if (!haveSameNumbers(a, b)) return false;
  let octets = 0;
  for (const role of [0, 1]) {
    const ofA = a.sides[a.client ^ role]!;
    const ofB = b.sides[b.client ^ role]!;
    if (ofA.ended && ofB.ended && ofA.end !== ofB.end) return false;
    const agrees = contentAgrees(ofA, ofB);
    if (agrees === false) return false;
    if (agrees) octets += Math.min(ofA.opening!.heard, ofB.opening!.heard);
  }
  return octets > 0;
}

/**
 * Seconds from the client's first octets to the server's. On their way one passes all vantage points in the order of
 * the other's reverse: the nearer a vantage point is to the client, the longer it is. NaN = not both were seen from the beginning.
 */
export function span({ sides, client, datagrams }: Sighting): number {
  if (!datagrams && !(sides[0].fromSyn && sides[1].fromSyn)) return Number.NaN;
  return (sides[1 - client]!.opening?.time ?? Number.NaN) - (sides[client].opening?.time ?? Number.NaN);
}
