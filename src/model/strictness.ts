import type { Certainty, ChainProblemCode } from './connection-record.js';

/** What a client does about client certificates. */
export type ClientHabit =
  | 'cleartext'
  /** Asked, and showed none. */
  | 'declines'
  /** Showed one that a verifier has to refuse. */
  | 'bad-certificate'
  /** Is refused by the server already. */
  | 'refused'
  | 'never-asked'
  /** Resumes sessions whose full handshake is not in the capture. */
  | 'resumed'
  /** The packets don't tell. */
  | 'untold'
  | 'presents';

/** Whether a client could go on if certificates were required. */
export type Readiness = 'breaks' | 'unproven' | 'ready';

/** A client of a service, and what would become of it. */
export interface StrictClient {
  client: { ip: string; name: string | null };
  readiness: Readiness;
  /** What decides. */
  habit: ClientHabit;
  /** Of the least sure of those connections; 'none' where nothing can be told. */
  certainty: Certainty | 'none';
  /** Connections with this habit, and all of its connections to the service. */
  count: number;
  connections: number;
  /** The last of those with this habit: RFC 3339, its flow, capture and the frame that shows it best. */
  last: { time: string; flow: number; capture: number; frame: number };
  /** What is wrong with the certificate, each once. */
  problems: ChainProblemCode[];
  /** Identity of its certificate on this service, else on another one (`elsewhere`). */
  identity: string | null;
  elsewhere: boolean;
}

/** A service and its clients, those that would break first. */
export interface StrictService {
  server: { ip: string; port: number; name: string | null };
  clients: StrictClient[];
  breaks: number;
  unproven: number;
  ready: number;
}

/** Who would break if client certificates were required today. */
export interface Strictness {
  services: StrictService[];
  /** Connections of clients that were too many to be kept. */
  leftOut: number;
}
