// Records name each other by their ids: the one that showed a random first, the full handshake that a session goes on from. When
// several captures show a connection, the name must be of the record that is reported; and the first in the order of reading
// need not be the first on the way.
import type { ConnectionRecord, TlsSession } from '../../model/connection-record.js';
import type { SeenConnection } from './seen-connection.js';
import { nearerToClient } from './sides-of-a-way.js';

/** A connection whose random another one showed before, in another capture. */
interface Sharing {
  connection: SeenConnection;
  tls: TlsSession;
}

/** Mends what held records say of other connections. */
export class SharedRandoms {
  readonly #reported: (id: number) => number;
  readonly #byId: Map<number, SeenConnection> = new Map();
  /** By the id of the connection that was read first. */
  readonly #sharing: Map<number, Sharing[]> = new Map();

  /** `reported` is the id under which a connection is told, by that of any of its sightings. */
  constructor(reported: (id: number) => number) {
    this.#reported = reported;
  }

  /** Takes a record that will be told, and mends the names in it. */
  add(connection: SeenConnection): void {
    const { best, record } = connection;
    if (record === null || record.tls === null) return;
    const { tls } = record;
    this.#byId.set(best.id, connection);
    mendNames(record, this.#reported);
    if (tls.sameClientRandom === null) return;
    const { flow } = tls.sameClientRandom;
    const sharing = this.#sharing.get(flow);
    if (sharing === undefined) this.#sharing.set(flow, [{ connection, tls }]);
    else sharing.push({ connection, tls });
  }

  /** All are there: makes the first on the way the first of those that share a random. */
  orient(): void {
    for (const [flow, sharing] of this.#sharing) {
      const root = this.#byId.get(flow);
      if (root === undefined) {
        // It is told already, and nobody knows which comes first.
        for (const { tls } of sharing) tls.sameClientRandom = { ...tls.sameClientRandom!, orderUnknown: true };
      } else orientFrom(root, sharing);
    }
  }
}

/** Puts the ids under which connections are told in place of those of their other sightings; what names itself names nothing. */
export function mendNames({ id, tls }: ConnectionRecord, reported: (id: number) => number): void {
  if (tls === null) return;
  if (tls.resumedFrom !== null) tls.resumedFrom = reported(tls.resumedFrom);
  if (tls.sameServerRandom !== null) {
    const flow = reported(tls.sameServerRandom.flow);
    tls.sameServerRandom = flow === id ? null : { flow };
  }
  if (tls.sameClientRandom !== null) {
    const flow = reported(tls.sameClientRandom.flow);
    tls.sameClientRandom = flow === id ? null : { ...tls.sameClientRandom, flow };
  }
}

function orientFrom(root: SeenConnection, sharing: readonly Sharing[]): void {
  let first: Sharing | null = null;
  for (const member of sharing) {
    const order = nearerToClient(member.connection, first?.connection ?? root);
    if (order < 0) first = member;
    else if (order === 0) member.tls.sameClientRandom = { ...member.tls.sameClientRandom!, orderUnknown: true };
  }
  if (first === null) return;
  const { identical } = first.tls.sameClientRandom!;
  const flow = first.connection.best.id;
  for (const { tls } of sharing) tls.sameClientRandom = { ...tls.sameClientRandom!, flow };
  first.tls.sameClientRandom = null;
  root.record!.tls!.sameClientRandom = { flow, identical };
}
