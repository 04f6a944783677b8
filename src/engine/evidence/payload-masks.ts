// How the readable content of a connection is masked: as far as what an analysis finds in it stays the same.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Direction } from '../../model/stream.js';
import { SessionContext } from '../../session/shared/session-context.js';
import { findCertificates } from './certificates-in-clear.js';
import { conclusionOf, secretsOf } from './conclusion.js';
import type { Heard } from './heard.js';
import { maxAttemptedOctets, maxAttemptedOctetsOfRun, maxHeardAgain, maxMaskAttempts } from './limits.js';
import { maskBlindly } from './mask-blindly.js';
import { type MaskSearch, maskRange } from './mask-search.js';

/** Attempts after which what a context remembers is let go. */
const attemptsOfContext = 512;

/** What is left for all connections of a run. */
export class MaskingBudget {
  octets: number = maxAttemptedOctetsOfRun;
}

/** One connection's masked content. */
export class PayloadMask {
  readonly #plain: Uint8Array;
  readonly #masked: Uint8Array;
  /** Streams: stretches by direction, in order of offset; datagrams: by frame. */
  readonly #streams: readonly [Stretch[], Stretch[]] = [[], []];
  readonly #byFrame: Map<number, Stretch[]> = new Map();

  constructor(heard: Heard, masked: Uint8Array) {
    this.#plain = heard.octets();
    this.#masked = masked;
    for (const stretch of heard.stretches()) {
      this.#streams[stretch.direction].push(stretch);
      const others = this.#byFrame.get(stretch.frame);
      if (others === undefined) this.#byFrame.set(stretch.frame, [stretch]);
      else others.push(stretch);
    }
    for (const stream of this.#streams) stream.sort((a, b) => a.offset - b.offset);
  }

  /** Masks `bytes[start, end)` in place: the octets from `offset` on of a stream's direction. */
  maskStream(bytes: Uint8Array, start: number, end: number, direction: Direction, offset: number): void {
    const plain = Uint8Array.from(bytes.subarray(start, end));
    maskBlindly(bytes, start, end);
    for (const stretch of this.#streams[direction]) {
      const ahead = stretch.offset - offset;
      if (ahead >= plain.length) break;
      this.#show(bytes, start, plain, Math.max(0, ahead), stretch, Math.max(0, -ahead));
    }
  }

  /** Masks the datagram of a frame in place. */
  maskDatagram(bytes: Uint8Array, start: number, end: number, frame: number): void {
    const plain = Uint8Array.from(bytes.subarray(start, end));
    maskBlindly(bytes, start, end);
    for (const stretch of this.#byFrame.get(frame) ?? []) this.#show(bytes, start, plain, 0, stretch, 0);
  }

  /** Copies what was found for octets that are the same as those that were heard. */
  #show(bytes: Uint8Array, start: number, plain: Uint8Array, at: number, stretch: Stretch, skipped: number): void {
    for (let from = stretch.start + skipped, to = at; from < stretch.end && to < plain.length; from++, to++) {
      if (this.#plain[from] === plain[to]) bytes[start + to] = this.#masked[from]!;
    }
  }
}

interface Stretch {
  direction: Direction;
  frame: number;
  offset: number;
  start: number;
  end: number;
}

/** Masks what was heard of a connection that `record` tells. */
export function maskHeard(heard: Heard, record: ConnectionRecord, budget: MaskingBudget): PayloadMask {
  const plain = heard.octets();
  const floor = plain.slice();
  maskStretches(heard, floor);
  const blind = floor.slice();
  const known = (record.content?.material ?? []).filter(({ kind }) => kind === 'certificate');
  for (const [start, end] of known.length === 0 ? [] : findCertificates(plain, 0, plain.length, known)) {
    floor.set(plain.subarray(start, end), start);
  }
  // The handshake is shown by who follows TLS; here it only has to begin.
  const firstOfTls = record.tls?.messages[0]?.frame ?? Number.POSITIVE_INFINITY;
  for (const { frame, start, end } of heard.stretches()) {
    if (frame >= firstOfTls) floor.set(plain.subarray(start, end), start);
  }
  const masked = new Rehearsal(heard, plain, floor, budget).masked();
  if (masked !== null) return new PayloadMask(heard, masked);
  // What a connection is, and who logs in, shows at its beginning.
  const beginning = heard.beginning(maxHeardAgain);
  const again = new Rehearsal(beginning, beginning.octets(), floor.subarray(0, beginning.length), budget).masked();
  if (again !== null) blind.set(again);
  return new PayloadMask(heard, blind);
}

/** One search, with what it was measured by. */
class Rehearsal implements MaskSearch {
  readonly octets: Uint8Array;
  readonly floor: Uint8Array;
  readonly #heard: Heard;
  readonly #budget: MaskingBudget;
  readonly #target: ConnectionRecord | null;
  readonly #conclusion: string | null;
  #context: SessionContext = new SessionContext(1);
  #attempts = 0;
  #left: number;

  constructor(heard: Heard, plain: Uint8Array, floor: Uint8Array, budget: MaskingBudget) {
    this.#heard = heard;
    this.#budget = budget;
    this.#left = maxAttemptedOctets;
    this.octets = plain.slice();
    this.floor = floor;
    this.#target = heard.told(plain, this.#context);
    this.#conclusion = this.#target === null ? null : conclusionOf(this.#target);
  }

  /** The masked octets; null where they show less, or nothing but a blind mask is safe. */
  masked(): Uint8Array | null {
    if (this.#target === null) return null;
    maskRange(this, 0, this.octets.length);
    if (!this.mayTry() && !this.isEnough()) return null;
    // Nothing of a secret changes what is found but where it stands; if one came through all the same, nothing is shown.
    const secrets = secretsOf(this.#target);
    const result = this.#heard.told(this.octets, new SessionContext(1));
    const survived = result === null ? [] : [...secretsOf(result)].filter((digest) => secrets.has(digest));
    return survived.length > 0 ? null : this.octets;
  }

  isEnough(): boolean {
    this.#attempts++;
    this.#left -= this.octets.length;
    this.#budget.octets -= this.octets.length;
    if (this.#attempts % attemptsOfContext === 0) this.#context = new SessionContext(1);
    const record = this.#heard.told(this.octets, this.#context);
    return record !== null && conclusionOf(record) === this.#conclusion;
  }

  mayTry(): boolean {
    return this.#attempts < maxMaskAttempts && this.#left > 0 && this.#budget.octets > 0;
  }
}

/** Masks each direction's octets as if they stood behind one another, so that lines are whole. */
function maskStretches(heard: Heard, octets: Uint8Array): void {
  const sides: readonly [Stretch[], Stretch[]] = [[], []];
  for (const stretch of heard.stretches()) sides[stretch.direction].push(stretch);
  for (const stretches of sides) {
    const joined = Uint8Array.from(Buffer.concat(stretches.map(({ start, end }) => octets.subarray(start, end))));
    maskBlindly(joined, 0, joined.length);
    let at = 0;
    for (const { start, end } of stretches) {
      octets.set(joined.subarray(at, at + end - start), start);
      at += end - start;
    }
  }
}
