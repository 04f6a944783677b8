// Writes down what a run finds out, as it finds it out, so that another can go on where this one was broken off.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fchmodSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { CaptureInfo, VantageSummary } from '../../model/report.js';
import { certificateStart, writeDer } from '../../report/certificate-der.js';
import { FlowJsonWriter } from '../../report/json/flow.js';
import { encodeLiteral, JsonWriter, type Literal } from '../../report/json/writer.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { type RingName, ringNames, ringOf } from '../../session/shared/session-rings.js';
import type { UnreadableInput } from '../reading-state.js';
import type { Sighting } from '../vantage/sighting.js';
import type { FileIdentity } from './files.js';
import type { CheckpointHeader, RunState } from './shape.js';

const newline = encodeLiteral('\n');
const flowStart = encodeLiteral('{"type":"flow","id":');
const toldStart = encodeLiteral('{"type":"told","id":');

/** Numbers of a line of keys, three for each: what waits is written at this length. */
const keysPerLine = 3_072;

/** Milliseconds between two moments at which what was written is forced onto the disk. */
const syncPause = 5_000;

/** What is written of a finished capture. */
export interface FinishedSet {
  files: readonly FileIdentity[];
  captures: readonly CaptureInfo[];
  unreadable: readonly UnreadableInput[];
  nextId: number;
  limits: Readonly<Record<string, number>>;
}

/** The log of one run: lines of JSON, appended; all that stands before a line of type 'set' is finished. */
export class CheckpointLog {
  readonly #descriptor: number;
  readonly #json: JsonWriter;
  readonly #flows: FlowJsonWriter;
  readonly #context: SessionContext;
  readonly #keys: Readonly<Record<RingName, number[]>> = { resumptions: [], clientRandoms: [], serverRandoms: [] };
  /** By place in the store: what was written of each certificate's use last. */
  readonly #uses: { firstFrame: number; roles: number }[] = [];
  #hash: Hash = createHash('sha256');
  #isClosed = false;
  /** Why it can't be written any more; null while it can. What stands in it until then counts. */
  failure: Error | null = null;
  #syncedAt = 0;

  /** Goes on behind the first `length` octets of the file; what stands after them was not finished. */
  constructor(path: string, length: number, context: SessionContext) {
    this.#descriptor = openSync(path, length === 0 ? 'w' : 'r+', 0o600);
    // It holds no secret, but who spoke to whom.
    fchmodSync(this.#descriptor, 0o600);
    ftruncateSync(this.#descriptor, length);
    let at = length;
    this.#json = new JsonWriter({
      write: (chunk) => {
        const octets = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        this.#hash.update(octets);
        // The report needs no checkpoint: a full disk ends this one, and nothing else.
        this.#attempt(() => {
          for (let from = 0; from < octets.length; ) {
            const written = writeSync(this.#descriptor, octets, from, octets.length - from, at);
            from += written;
            at += written;
          }
        });
      },
    });
    this.#flows = new FlowJsonWriter(this.#json);
    this.#context = context;
    this.#listen();
  }

  /** The first line. */
  header(header: CheckpointHeader): void {
    this.#line('checkpoint', header);
    this.#json.flush();
    this.#hash = createHash('sha256');
  }

  /** A connection, before anybody changed its record; `sighting` where captures are compared. */
  flow(record: ConnectionRecord, sighting: Sighting | null = null): void {
    this.#certificates();
    if (sighting !== null) this.#line('sighting', sighting);
    this.#record(record, flowStart);
  }

  /** A connection that records told: it goes to the report as it is. */
  told(record: ConnectionRecord): void {
    this.#certificates();
    this.#record(record, toldStart);
  }

  /** A report among records is over, with these captures. */
  report(captures: readonly CaptureInfo[], first: number, vantage: VantageSummary | null): void {
    for (const info of captures) this.#line('capture', info);
    this.#line('report', { first, vantage });
  }

  /** A capture is finished: all that was written of it counts from now on, whatever happens. */
  endSet({ files, captures, unreadable, nextId, limits }: FinishedSet): void {
    this.#certificates();
    for (const name of ringNames) this.#writeKeys(name);
    this.#writeUses();
    for (const info of captures) this.#line('capture', info);
    for (const input of unreadable) this.#line('unreadable', input);
    for (const file of files) this.#line('file', file);
    const { octets, certificates, addressNames, verification, announced } = this.#context;
    const state: RunState = {
      nextId,
      limits,
      refusedOctets: octets.refused,
      unkeptCertificates: certificates.unkept,
      certificatesWithoutDer: certificates.withoutDer,
      unkeptNames: addressNames.unkept,
      refusedSignatures: verification.work.refused,
      announced: announced.open,
    };
    this.#line('state', state);
    this.#json.flush();
    this.#line('set', { digest: this.#hash.digest('hex') });
    // Its own line is in no digest.
    this.#hash = createHash('sha256');
    this.#json.flush();
    this.#hash = createHash('sha256');
    // Only a failure of the power loses what is not on disk yet, and the digest tells it: small captures need not wait for each.
    const now = performance.now();
    if (now - this.#syncedAt < syncPause) return;
    this.#attempt(() => fdatasyncSync(this.#descriptor));
    this.#syncedAt = performance.now();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#attempt(() => fdatasyncSync(this.#descriptor));
    closeSync(this.#descriptor);
    const { addressNames, ticketLinks } = this.#context;
    addressNames.onName = null;
    ticketLinks.onKept = null;
    for (const name of ringNames) ringOf(this.#context, name).onChange = null;
  }

  #attempt(work: () => void): void {
    if (this.failure !== null) return;
    try {
      work();
    } catch (thrown) {
      this.failure = thrown as Error;
    }
  }

  /** What sessions remember beyond their own connection is written as it comes. */
  #listen(): void {
    const { addressNames, ticketLinks, certificates } = this.#context;
    addressNames.onName = (ip, name, source) => this.#line('name', { ip, name, source });
    ticketLinks.onKept = (peers, flow, lengths) => this.#line('ticket', { peers, flow, lengths });
    for (const name of ringNames) {
      const waiting = this.#keys[name];
      ringOf(this.#context, name).onChange = (key, flow, aside) => {
        waiting.push(key, flow, aside);
        if (waiting.length >= keysPerLine) this.#writeKeys(name);
      };
    }
    for (let index = 0; index < certificates.size; index++) this.#noteUse(index);
  }

  #writeKeys(ring: RingName): void {
    const waiting = this.#keys[ring];
    if (waiting.length === 0) return;
    this.#line('keys', { ring, entries: waiting });
    waiting.length = 0;
  }

  /** Certificates that nobody wrote down yet: connections are judged by them. */
  #certificates(): void {
    const { certificates } = this.#context;
    while (this.#uses.length < certificates.size) {
      const { record, der } = certificates.at(this.#uses.length);
      this.#uses.push({ firstFrame: record.firstFrame, roles: record.usedAs.length });
      this.#json.literal(certificateStart);
      this.#json.members(record);
      writeDer(this.#json, der);
      this.#json.literal(newline);
      this.#json.recordEnd();
    }
  }

  #noteUse(index: number): void {
    const { record } = this.#context.certificates.at(index);
    this.#uses[index] = { firstFrame: record.firstFrame, roles: record.usedAs.length };
  }

  #writeUses(): void {
    for (const [index, { firstFrame, roles }] of this.#uses.entries()) {
      const { record } = this.#context.certificates.at(index);
      if (record.firstFrame === firstFrame && record.usedAs.length === roles) continue;
      this.#noteUse(index);
      this.#line('use', { index, firstFrame: record.firstFrame, usedAs: record.usedAs });
    }
  }

  #record(record: ConnectionRecord, start: Literal): void {
    this.#flows.write(record, start);
    this.#json.literal(newline);
    this.#json.recordEnd();
  }

  #line(type: string, value: object): void {
    this.#json.value({ type, ...value });
    this.#json.literal(newline);
    this.#json.recordEnd();
  }
}
