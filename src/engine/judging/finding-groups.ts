// Sightings folded to one finding a cause. A fleet of clients that all show the same makes one group for each scope, and the
// number of groups is bounded: what is not kept is counted.
import { inOnePiece } from '../../base/text.js';
import type { Certainty, ConnectionRecord } from '../../model/connection-record.js';
import { type Severity, severities } from '../../model/finding.js';
import { hopIdOf, serviceOf } from '../../model/hop-id.js';
import type { Place } from '../../model/place.js';
import type { LateSighting, RuleMetadata, Sighting } from '../../model/rule.js';

/** Frames and flows that a finding lists; the contract of the report. */
export const maxEvidence = 20;

/** Findings of one kind: more than anybody reads, and a kind that a flood provokes can't crowd out the others. */
export const maxFindingsOfKind = 10_000;

/** Findings of all kinds; a group takes about a kilobyte. */
export const maxFindings = 50_000;

const certainties: readonly Certainty[] = ['observed', 'decrypted', 'inferred'];

/** 0 for the most severe. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** One cause, and what shows it. */
export interface FindingGroup {
  about: RuleMetadata;
  hop: string | null;
  client: string | null;
  server: string | null;
  certificate: string | null;
  /** Of the first connection; frames are those of this capture. */
  capture: number;
  /** The first connections, in order of id. */
  flows: number[];
  /** The first frames, in order. */
  frames: number[];
  count: number;
  severity: Severity;
  certainty: Certainty;
  /** Of the surest sighting. */
  detail: string;
  wiresharkFilter: string | null;
}

/** Folds what rules see. */
export class FindingGroups {
  readonly #byKind: Map<string, Map<Scope, FindingGroup>> = new Map();
  #size = 0;
  #unkept = 0;
  /** Late findings since `beginLate`, and those of them that were left out. */
  #late = 0;
  #lateUnkept = 0;

  /** Sightings left out because there were too many findings already. */
  get unkept(): number {
    return this.#unkept + this.#lateUnkept;
  }

  /** The whole is looked at (again): late findings of the time before no longer take room. */
  beginLate(): void {
    this.#late = 0;
    this.#lateUnkept = 0;
  }

  /** Adds what a rule saw on one connection, whose place is `place`. */
  add(about: RuleMetadata, sighting: Sighting, record: ConnectionRecord, place: Place): void {
    const groups = this.#groupsOf(about.kind);
    const key = scopeOf(about, sighting, record, place);
    const group = groups.get(key);
    if (group !== undefined) {
      fold(group, sighting, record);
    } else if (this.#hasRoom(groups)) {
      groups.set(key, begin(about, sighting, record));
      this.#size++;
    }
  }

  /** What a rule saw in the whole is a finding by itself; null where there are too many already. */
  late(about: RuleMetadata, late: LateSighting): FindingGroup | null {
    if (this.#size + this.#late >= maxFindings) {
      this.#lateUnkept++;
      return null;
    }
    this.#late++;
    const isHop = about.scope === 'hop' && late.client !== null && late.server !== null;
    return {
      about,
      hop: isHop ? `${late.client}->${late.server}` : null,
      client: late.client,
      server: late.server,
      certificate: late.certificate ?? null,
      capture: late.capture,
      flows: late.flows.slice(0, maxEvidence),
      frames: firstFrames(late.frames),
      count: late.count ?? late.flows.length,
      severity: late.severity ?? about.severity,
      certainty: late.certainty,
      detail: textOf(late),
      wiresharkFilter: late.wiresharkFilter ?? null,
    };
  }

  /** The groups of a kind so far. */
  of(kind: string): Iterable<FindingGroup> {
    return this.#byKind.get(kind)?.values() ?? [];
  }

  #groupsOf(kind: string): Map<Scope, FindingGroup> {
    let groups = this.#byKind.get(kind);
    if (groups === undefined) {
      groups = new Map();
      this.#byKind.set(kind, groups);
    }
    return groups;
  }

  #hasRoom(groups: ReadonlyMap<Scope, FindingGroup>): boolean {
    if (groups.size < maxFindingsOfKind && this.#size < maxFindings) return true;
    this.#unkept++;
    return false;
  }
}

/** What sightings of one kind are folded by. A number where the run gave one: then no text is made for every connection. */
type Scope = string | number;

function scopeOf({ scope }: RuleMetadata, sighting: Sighting, record: ConnectionRecord, place: Place): Scope {
  switch (scope) {
    case 'hop':
      return place.hop >= 0 ? place.hop : hopIdOf(record);
    case 'server':
      return place.service >= 0 ? place.service : serviceOf(record);
    case 'client':
      return place.client >= 0 ? place.client : record.client.ip;
    case 'certificate':
      return sighting.certificate ?? '';
    case 'capture':
      return record.capture;
  }
}

function begin(about: RuleMetadata, sighting: Sighting, record: ConnectionRecord): FindingGroup {
  const { scope } = about;
  return {
    about,
    hop: scope === 'hop' ? hopIdOf(record) : null,
    client: scope === 'hop' || scope === 'client' ? record.client.ip : null,
    server: scope === 'client' || scope === 'capture' ? null : serviceOf(record),
    certificate: sighting.certificate ?? null,
    capture: record.capture,
    flows: [record.id],
    frames: firstFrames(sighting.frames),
    count: 1,
    severity: sighting.severity ?? about.severity,
    certainty: sighting.certainty,
    detail: textOf(sighting),
    wiresharkFilter: null,
  };
}

function fold(group: FindingGroup, sighting: Sighting, record: ConnectionRecord): void {
  const { flows } = group;
  // One connection may show the same cause twice.
  if (flows[flows.length - 1] !== record.id) {
    group.count++;
    if (flows.length < maxEvidence) flows.push(record.id);
  }
  const severity = sighting.severity ?? group.about.severity;
  if (severityRank(severity) < severityRank(group.severity)) group.severity = severity;
  if (certainties.indexOf(sighting.certainty) < certainties.indexOf(group.certainty)) {
    group.certainty = sighting.certainty;
    group.detail = textOf(sighting);
  }
  // A certificate that several servers show is of none of them.
  if (group.about.scope === 'certificate' && group.server !== null && group.server !== serviceOf(record))
    group.server = null;
  if (record.capture !== group.capture) return;
  for (const frame of sighting.frames) addFrame(group.frames, frame);
}

function textOf({ detail }: Sighting): string {
  return inOnePiece(typeof detail === 'string' ? detail : detail());
}

function firstFrames(frames: readonly number[]): number[] {
  // Most are one or two, in order: a copy takes no more room than they need.
  if (areOrdered(frames)) return frames.slice();
  const first: number[] = [];
  for (const frame of frames) addFrame(first, frame);
  return first;
}

function areOrdered(frames: readonly number[]): boolean {
  if (frames.length > maxEvidence) return false;
  let before = 0;
  for (const frame of frames) {
    if (frame <= before) return false;
    before = frame;
  }
  return true;
}

/** Keeps the lowest frames in order, each once; 0 is no frame. */
function addFrame(frames: number[], frame: number): void {
  if (frame <= 0 || (frames.length === maxEvidence && frame >= frames[maxEvidence - 1]!)) return;
  let at = frames.length;
  while (at > 0 && frames[at - 1]! > frame) at--;
  if (at > 0 && frames[at - 1] === frame) return;
  frames.splice(at, 0, frame);
  if (frames.length > maxEvidence) frames.length = maxEvidence;
}
