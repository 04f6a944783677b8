// Randoms that were seen before: the same handshake seen on another hop, one that was changed on its way, or a generator that repeats.
import { formatEndpoint } from '../../base/address.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Hop } from '../../model/hop.js';
import { addressOf } from './address-of.js';
import { maxRememberedPairs, maxWaiting } from './bounds.js';
import { hopsOfFlows } from './hop-of-flow.js';

/** A connection with a random that another connection showed first. */
export interface Copy {
  id: number;
  capture: number;
  client: string;
  server: string;
  /** Of the hello with the random, and of the answer to it. */
  frame: number;
  answerFrame: number | null;
  /** The connection that showed the random first: on the wire it may have begun after this one. */
  first: number;
  /** RFC 3339 in UTC: texts compare as the times do. */
  begins: string;
  ends: string;
}

/** A copy of a ClientHello. */
export interface HelloCopy extends Copy {
  identical: boolean;
}

/**
 * Remembers which connections share randoms. "First" goes by the hellos on the wire and ids go by first packets, so that one
 * handshake seen on two hops may have its first client random in one record and its first server random in the other: they are
 * one handshake when both lead back to the same connections.
 */
export class HandshakeCopies {
  readonly hellos: HelloCopy[] = [];
  readonly answers: Copy[] = [];
  readonly #firstHello: Map<number, number> = new Map();
  readonly #firstAnswer: Map<number, number> = new Map();
  /** Connections whose ClientHello is not in the capture: what their ServerHello answers nobody knows. */
  readonly #unheard: Set<number> = new Set();
  /** Connections up to this id were all looked at: of later ones nothing is known. */
  #lastId = Number.POSITIVE_INFINITY;

  note(record: ConnectionRecord): void {
    const { id, tls } = record;
    if (tls === null || id > this.#lastId) return;
    const { sameClientRandom, sameServerRandom, clientHello, serverHello } = tls;
    if (this.#firstHello.size >= maxRememberedPairs || this.#firstAnswer.size >= maxRememberedPairs) {
      this.#lastId = id - 1;
      return;
    }
    if (sameClientRandom !== null) this.#firstHello.set(id, sameClientRandom.flow);
    if (sameServerRandom !== null) this.#firstAnswer.set(id, sameServerRandom.flow);
    if (sameClientRandom !== null && clientHello !== null && this.hellos.length < maxWaiting) {
      const { identical, flow } = sameClientRandom;
      this.hellos.push({
        ...copyOf(record, clientHello.frame, flow),
        answerFrame: serverHello?.frame ?? null,
        identical,
      });
    }
    if (sameServerRandom !== null && serverHello !== null && this.answers.length < maxWaiting) {
      this.answers.push(copyOf(record, serverHello.frame, sameServerRandom.flow));
    }
  }

  /** Whether two connections showed the same ClientHello.random. */
  sharesHello(a: number, b: number): boolean {
    return rootOf(this.#firstHello, a) === rootOf(this.#firstHello, b);
  }

  /** Whether two connections showed the same ServerHello.random. */
  sharesAnswer(a: number, b: number): boolean {
    return rootOf(this.#firstAnswer, a) === rootOf(this.#firstAnswer, b);
  }

  /** Whether all is known of a connection's randoms. */
  knows(id: number): boolean {
    return id <= this.#lastId;
  }

  /** The ClientHello of that connection is not in the capture. */
  noteUnheard(id: number): void {
    if (this.#unheard.size < maxRememberedPairs) this.#unheard.add(id);
    else this.#lastId = Math.min(this.#lastId, id - 1);
  }

  /** Whether the ClientHello that a connection was answered to is not in the capture. */
  isUnheard(id: number): boolean {
    return this.#unheard.has(id);
  }

  /**
   * Whether a copy and the connection before it are two views of one way, at one time: one hop ends where the other begins (a
   * relay), or they share one end and the other is another address (NAT). A client that repeats its random to several servers, and
   * unrelated hosts with one random, fit none of these. Of captures with clocks of their own the time says nothing.
   */
  isOneWay(copy: HelloCopy, firstHop: Hop, hasOneClock: boolean): boolean {
    if (firstHop.id === `${copy.client}->${copy.server}`) return false;
    if (hasOneClock && (copy.begins > firstHop.endTime || copy.ends < firstHop.startTime)) return false;
    if (firstHop.server.ip === copy.client || firstHop.client.ip === addressOf(copy.server)) return true;
    if (formatEndpoint(firstHop.server.ip, firstHop.server.port) === copy.server)
      return firstHop.client.ip !== copy.client;
    return firstHop.client.ip === copy.client && this.sharesAnswer(copy.id, copy.first);
  }

  /** The copies of ClientHellos, each with the hop that showed it first. */
  *hellosWithHops(hops: readonly Hop[]): Generator<{ copy: HelloCopy; firstHop: Hop }> {
    const found = hopsOfFlows(hops, new Set(this.hellos.map(({ first }) => first)));
    for (const copy of this.hellos) {
      const firstHop = found.get(copy.first);
      if (firstHop !== undefined && this.knows(copy.first)) yield { copy, firstHop };
    }
  }
}

function copyOf(
  { id, capture, client, server, startTime, endTime }: ConnectionRecord,
  frame: number,
  first: number,
): Copy {
  return {
    begins: startTime,
    ends: endTime,
    id,
    capture,
    client: client.ip,
    server: formatEndpoint(server.ip, server.port),
    frame,
    answerFrame: null,
    first,
  };
}

function rootOf(firsts: ReadonlyMap<number, number>, id: number): number {
  return firsts.get(id) ?? id;
}
