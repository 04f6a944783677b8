import type { Certainty, FlowKind } from './connection-record.js';

/** How far mutual TLS reaches on a hop, worst first in `hopStates`. */
export type HopState =
  /** Certificates presented, and the service was seen refusing one or its absence. */
  | 'enforced'
  /** Presented on every full handshake; enforcement not proven. */
  | 'presented'
  /** Asked, and served without one or with a bad one. */
  | 'optional'
  /** Never asked. */
  | 'server-only'
  /** Only resumptions, the original not in the capture. */
  | 'resumed'
  /** This client was refused. */
  | 'rejected'
  | 'cleartext'
  | 'unknown';

/** The order in which a reader wants hops: what is wrong, what can't be told, what holds. */
export const hopStates: readonly HopState[] = [
  'cleartext',
  'server-only',
  'optional',
  'unknown',
  'resumed',
  'rejected',
  'presented',
  'enforced',
];

/** Where a name is from: a file that the user gave, the ClientHello, the capture file's own block, DNS in it, or a certificate. */
export type NameSource = 'hosts' | 'kubernetes' | 'sni' | 'capture' | 'dns' | 'certificate';

/** All connections of one client host to one service, together. Field names are part of the report's contract. */
export interface Hop {
  /** '10.0.0.5->10.0.0.9:8443' */
  id: string;
  /** `nameSource` is null without a name, and absent until a run has joined its names. */
  client: { ip: string; name: string | null; nameSource?: NameSource | null };
  server: { ip: string; port: number; name: string | null; nameSource?: NameSource | null };
  /** Ids of its connections, in order; the latest, where there are more than a run can list. */
  flows: number[];
  /** All of them. */
  flowCount: number;
  firstFrame: number;
  startTime: string;
  endTime: string;
  kind: FlowKind | 'mixed';
  protocols: string[];
  versions: string[];
  mtls: HopState;
  certainty: Certainty | 'none';
  /** One sentence. */
  why: string;
  /** Client certificate identities seen: SPIFFE ID, else SAN, else subject. */
  identities: string[];
  forwardedFrom: { hop: string; certainty: 'observed' | 'inferred'; basis: string }[];
}
