// What all connections say of a profile: each requirement with its counts and first evidence.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { ProfileReport, ProfileRequirementReport, RequirementVerdict } from '../../model/policy.js';
import { judgeCheck } from './judge-check.js';
import type { Profile, ProfileRequirement } from './profile.js';

/** Connections and frames that a requirement lists; as findings do. */
const maxEvidence = 20;

/** One requirement over all connections. */
class RequirementTally {
  readonly requirement: ProfileRequirement;
  readonly counts: ProfileRequirementReport['connections'] = { conformant: 0, violated: 0, notObservable: 0 };
  #flows: number[] = [];
  #frames: number[] = [];
  #capture: number | null = null;
  #violation = '';
  #conformance = '';
  #hidden = '';

  constructor(requirement: ProfileRequirement) {
    this.requirement = requirement;
  }

  add(record: ConnectionRecord, certificate: (sha256: string) => CertificateRecord | null): void {
    const { counts } = this;
    const answer = judgeCheck(this.requirement.check, record, certificate);
    switch (answer.answer) {
      case 'idle':
        return;
      case 'hidden':
        if (counts.notObservable++ === 0) this.#hidden = answer.because;
        return;
      case 'violated':
        // What violates it is the evidence from now on.
        if (counts.violated++ === 0) {
          this.#violation = answer.because;
          this.#begin();
        }
        this.#keep(record, answer.frames);
        return;
      case 'conformant':
        if (counts.conformant++ === 0) this.#conformance = answer.because;
        if (counts.violated === 0) this.#keep(record, answer.frames);
    }
  }

  report(): ProfileRequirementReport {
    const { id, text, clause, level } = this.requirement;
    return {
      id,
      text,
      clause,
      level,
      ...this.#judge(),
      connections: { ...this.counts },
      flows: [...this.#flows],
      frames: [...this.#frames].sort((a, b) => a - b),
      capture: this.#capture,
    };
  }

  #begin(): void {
    this.#flows = [];
    this.#frames = [];
    this.#capture = null;
  }

  #keep({ id, capture }: ConnectionRecord, frames: readonly number[]): void {
    if (this.#flows.length >= maxEvidence) return;
    this.#flows.push(id);
    this.#capture ??= capture;
    if (capture !== this.#capture) return;
    for (const frame of frames) {
      if (this.#frames.length < maxEvidence && frame > 0 && !this.#frames.includes(frame)) this.#frames.push(frame);
    }
  }

  #judge(): { verdict: RequirementVerdict; why: string } {
    const { conformant, violated, notObservable } = this.counts;
    const of = `of ${conformant + violated + notObservable}`;
    const hidden = notObservable === 0 ? '' : `; ${notObservable} ${of} can't be read`;
    if (violated > 0) {
      const why = `${violated} ${of} connections ${violated === 1 ? 'violates' : 'violate'} it: ${this.#violation}${hidden}.`;
      return { verdict: 'violated', why };
    }
    if (conformant > 0) {
      const why = `${conformant} ${of} connections ${conformant === 1 ? 'keeps' : 'keep'} to it: ${this.#conformance}${hidden}.`;
      return { verdict: 'conformant', why };
    }
    if (notObservable > 0) {
      return { verdict: 'not-observable', why: `${notObservable} ${of} connections can't be read: ${this.#hidden}.` };
    }
    return { verdict: 'not-exercised', why: 'No connection exercises it.' };
  }
}

/** A profile at work on one run. */
export class ProfileJudge {
  readonly #profile: Profile;
  readonly #certificate: (sha256: string) => CertificateRecord | null;
  readonly #requirements: readonly RequirementTally[];

  /** `certificate` finds a certificate of the run by its SHA-256. */
  constructor(profile: Profile, certificate: (sha256: string) => CertificateRecord | null) {
    this.#profile = profile;
    this.#certificate = certificate;
    this.#requirements = profile.requirements.map((requirement) => new RequirementTally(requirement));
  }

  /** Judges a connection; `tags` are those of its segment in the policy. */
  add(record: ConnectionRecord, tags: readonly string[]): void {
    const { tag } = this.#profile;
    if (record.kind === 'empty' || (tag !== null && !tags.includes(tag))) return;
    for (const requirement of this.#requirements) requirement.add(record, this.#certificate);
  }

  /** The profile as the report tells it. */
  report(): ProfileReport {
    const { name, title, source, date, tag } = this.#profile;
    return {
      name,
      title,
      source,
      date,
      scope: tag === null ? 'every connection' : `connections of segments that the policy tags ${tag}`,
      requirements: this.#requirements.map((requirement) => requirement.report()),
    };
  }
}
