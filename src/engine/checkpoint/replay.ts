// Makes a run what it was when the last capture of its checkpoint was finished.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo, VantageSummary } from '../../model/report.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { ringOf } from '../../session/shared/session-rings.js';
import { connection } from '../../source/flow-shape.js';
import { parseLine, type RecordLine } from '../../source/record-lines.js';
import type { Fault, Shape } from '../../source/record-shape.js';
import { addressName, captureInfo, certificate, certificateDer } from '../../source/report-shape.js';
import type { UnreadableInput } from '../reading-state.js';
import { adopt } from '../records/run.js';
import type { Sighting } from '../vantage/sighting.js';
import { CheckpointError } from './files.js';
import { certificateUse, keys, reportEnd, runState, sighting as sightingShape, ticket, unreadable } from './shape.js';

/** What goes on where it was. */
export interface ReplayTarget {
  readonly context: SessionContext;
  readonly captures: CaptureInfo[];
  /** A connection as a capture tells it; `sighting` where captures are compared. */
  flow(record: ConnectionRecord, sighting: Sighting | null): void;
  /** A connection as records tell it. */
  told(record: ConnectionRecord): void;
  report(first: number, vantage: VantageSummary | null): void;
  unreadable(input: UnreadableInput): void;
  /** A capture is over, whose files stand from `first` on. */
  endSet(first: number): void;
  /** `told` = the capture was a file of records. */
  state(nextId: number, limits: Record<string, number>, told: boolean): void;
}

/** Takes the lines of a checkpoint. */
export class CheckpointReplay {
  readonly #path: string;
  readonly #target: ReplayTarget;
  readonly #fault: Fault = { path: '' };
  #sighting: Sighting | null = null;
  #isTold = false;
  /** Captures that the end of their set, or of their report, was told of. */
  #captures: number;

  constructor(path: string, target: ReplayTarget) {
    this.#path = path;
    this.#target = target;
    this.#captures = target.captures.length;
  }

  /** Takes a line of a type. Throws a `CheckpointError` for one that this program did not write. */
  take(type: string, line: RecordLine): void {
    const target = this.#target;
    const { context } = target;
    if (type === 'flow') {
      target.flow(this.#read(line, connection), this.#sighting);
      this.#sighting = null;
    } else if (type === 'told') {
      this.#isTold = true;
      target.told(this.#read(line, connection));
    } else if (type === 'sighting') this.#sighting = this.#read(line, sightingShape);
    else if (type === 'certificate') this.#certificate(line);
    else if (type === 'name') context.addressNames.take(this.#read(line, addressName));
    else if (type === 'keys') {
      const { ring, entries } = this.#read(line, keys);
      for (let at = 0; at + 2 < entries.length; at += 3)
        ringOf(context, ring).set(entries[at]!, entries[at + 1]!, entries[at + 2]!);
    } else if (type === 'ticket') {
      const { peers, flow, lengths } = this.#read(line, ticket);
      context.ticketLinks.keep(peers, flow, lengths);
    } else this.#rest(type, line);
  }

  #rest(type: string, line: RecordLine): void {
    const target = this.#target;
    if (type === 'capture') target.captures.push(this.#read(line, captureInfo));
    else if (type === 'report') {
      const { first, vantage } = this.#read(line, reportEnd);
      target.report(first, vantage);
      this.#captures = target.captures.length;
    } else if (type === 'use') this.#use(line);
    else if (type === 'unreadable') target.unreadable(this.#read(line, unreadable));
    else if (type === 'state') this.#state(line);
    else if (type === 'set') {
      target.endSet(this.#captures);
      this.#captures = target.captures.length;
    } else if (type !== 'checkpoint' && type !== 'file') this.#refuse(line);
  }

  #certificate(line: RecordLine): void {
    const record = this.#read(line, certificate);
    adopt(this.#target.context.certificates, record, this.#read(line, certificateDer).der);
  }

  #use(line: RecordLine): void {
    const { index, firstFrame, usedAs } = this.#read(line, certificateUse);
    const { certificates } = this.#target.context;
    if (index >= certificates.size) this.#refuse(line);
    const stored = certificates.at(index);
    stored.record.firstFrame = firstFrame;
    stored.record.usedAs.splice(0, 2, ...usedAs);
  }

  #state(line: RecordLine): void {
    const state = this.#read(line, runState);
    const { octets, certificates, addressNames, verification, announced } = this.#target.context;
    octets.refused = state.refusedOctets;
    certificates.unkept = state.unkeptCertificates;
    certificates.withoutDer = state.certificatesWithoutDer;
    addressNames.unkept = state.unkeptNames;
    verification.work.refused = state.refusedSignatures;
    announced.restore(state.announced.map(([key, protocol]) => [key ?? '', protocol ?? '']));
    this.#target.state(state.nextId, state.limits, this.#isTold);
    this.#isTold = false;
  }

  #read<T>(line: RecordLine, shape: Shape<T>): T {
    const parsed = parseLine(line);
    const value = 'value' in parsed ? shape(parsed.value, this.#fault) : undefined;
    return value === undefined ? this.#refuse(line) : value;
  }

  #refuse(line: RecordLine): never {
    throw new CheckpointError(`${this.#path}: line ${line.number} is not what this program wrote: remove the file`);
  }
}
