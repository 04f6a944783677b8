// The lines of a checkpoint beside records: what a run knows beyond them when a capture is finished.
import type { Side } from '../../model/side.js';
import { type RingName, ringNames } from '../../session/shared/session-rings.js';
import {
  counts,
  flag,
  frameNumber,
  list,
  members,
  natural,
  orNull,
  real,
  type Shape,
  text,
  whole,
  word,
} from '../../source/record-shape.js';
import type { SavedStats } from '../../source/report-shape.js';
import { stats } from '../../source/report-shape.js';
import type { SourceErrorCode } from '../../source/source-error.js';
import { side } from '../../source/tls-shape.js';
import type { UnreadableInput } from '../reading-state.js';
import type { SightedSide, Sighting } from '../vantage/sighting.js';
import type { CheckpointTerms, FileIdentity } from './files.js';

/** Version of the checkpoint's form. */
export const checkpointVersion = '1.0';

/** The first line. */
export interface CheckpointHeader {
  format: 'barewire-checkpoint';
  version: string;
  /** What hashes of the run are keyed by. */
  seed: number;
  terms: CheckpointTerms;
}

/** The first line. */
export const header: Shape<CheckpointHeader> = members<CheckpointHeader>({
  format: word<'barewire-checkpoint'>('barewire-checkpoint'),
  version: text,
  seed: natural,
  terms: members<CheckpointTerms>({
    toolVersion: text,
    keylogs: list(text),
    authorities: list(text),
    revocationLists: list(text),
    compared: flag,
  }),
});

/** A file of a finished capture. */
export const fileIdentity: Shape<FileIdentity> = members<FileIdentity>({
  path: text,
  size: orNull(natural),
  changed: orNull(real),
  head: orNull(text),
});

/** The end of a finished capture: the digest of all lines since the one before. */
export const setEnd: Shape<{ digest: string }> = members({ digest: text });

/** Entries of a ring: key, flow and the number beside it, one after the other. */
export const keys: Shape<{ ring: RingName; entries: number[] }> = members({
  ring: word<RingName>(...ringNames),
  entries: list(whole),
});

/** A full handshake that tickets may lead back to. */
export const ticket: Shape<{ peers: string; flow: number; lengths: number[] }> = members({
  peers: text,
  flow: natural,
  lengths: list(natural, 64),
});

/** How often, where and by whom the certificate at this place was shown. */
export interface CertificateUse {
  index: number;
  firstFrame: number;
  usedAs: Side[];
}

/** The same. */
export const certificateUse: Shape<CertificateUse> = members<CertificateUse>({
  index: natural,
  firstFrame: frameNumber,
  usedAs: list(side, 2),
});

/** An input that could not be read. */
export const unreadable: Shape<UnreadableInput> = members<UnreadableInput>({
  path: text,
  code: word<SourceErrorCode>(
    'not-found',
    'not-readable',
    'is-empty',
    'no-captures',
    'not-a-capture',
    'not-a-report',
    'already-read',
  ),
  message: text,
});

/** The end of a report among records. */
export const reportEnd: Shape<{ first: number; vantage: NonNullable<SavedStats['vantage']> | null }> = (
  value,
  fault,
) => {
  const vantage = (value as { vantage?: unknown } | null)?.vantage ?? null;
  const first = natural((value as { first?: unknown } | null)?.first, fault);
  if (first === undefined) return undefined;
  if (vantage === null) return { first, vantage };
  const read = stats({ format: 'barewire-report', version: '', limits: {}, vantage }, fault);
  return read?.vantage === undefined ? undefined : { first, vantage: read.vantage };
};

/** Counts and accounts of the run. */
export interface RunState {
  nextId: number;
  limits: Record<string, number>;
  refusedOctets: number;
  unkeptCertificates: number;
  certificatesWithoutDer: number;
  unkeptNames: number;
  refusedSignatures: number;
  announced: string[][];
}

/** The same. */
export const runState: Shape<RunState> = members<RunState>({
  nextId: natural,
  limits: counts(256),
  refusedOctets: natural,
  unkeptCertificates: natural,
  certificatesWithoutDer: natural,
  unkeptNames: natural,
  refusedSignatures: natural,
  announced: list(list(text, 2)),
});

const sightedSide = members<SightedSide>({
  known: flag,
  fromSyn: flag,
  start: whole,
  end: whole,
  ended: flag,
  opening: orNull(
    members<NonNullable<SightedSide['opening']>>({
      heard: natural,
      time: real,
      digests: list(whole, 3) as Shape<[number, number, number]>,
      digest: whole,
    }),
  ),
});

const pairOf = <T>(shape: Shape<T>): Shape<readonly [T, T]> => {
  const both = list(shape, 2);
  return (value, fault) => {
    const read = both(value, fault);
    return read?.length === 2 ? [read[0]!, read[1]!] : undefined;
  };
};

/** What a connection is known again by in another capture. */
export const sighting: Shape<Sighting> = members<Sighting>({
  id: natural,
  set: natural,
  capture: natural,
  firstFrame: frameNumber,
  datagrams: flag,
  ends: pairOf(whole),
  sides: pairOf(sightedSide),
  client: word<0 | 1>(0, 1),
  hasHellos: flag,
  start: real,
  sawSyn: flag,
});
