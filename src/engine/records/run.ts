// Records as an input: what sensors or earlier runs found out of packets goes on here as if it came from packets.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import { type CaptureInfo, reportVersion, type VantageSummary } from '../../model/report.js';
import type { Side } from '../../model/side.js';
import type { CertificateStore } from '../../pki/certificate-store.js';
import type { AddressName } from '../../session/shared/address-names.js';
import type { SessionContext } from '../../session/shared/session-context.js';
import { connection } from '../../source/flow-shape.js';
import { parseLine, type RecordLine, recordTypeAt } from '../../source/record-lines.js';
import type { Fault, Shape } from '../../source/record-shape.js';
import { RecordsInput } from '../../source/records.js';
import { addressName, captureInfo, certificate, certificateDer, stats } from '../../source/report-shape.js';
import type { Source } from '../../source/source.js';
import { SourceError } from '../../source/source-error.js';
import { renumber } from '../renumber.js';
import { CaptureTally } from './capture.js';

/** Captures that a run may hold together when records name them: sets of sensors come to thousands. */
const maxCaptures = 65_536;

/** Certificates and names that one file may bring: more than the run would keep. */
const maxCertificates = 200_000;
const maxNames = 131_072;

/** Reports in one file: `cat` of those of many sensors. */
const maxReports = 65_536;

/** Ids are numbers of 31 bits, here and wherever they are packed. */
const maxId = 0x7fffffff;

/** Limits that are counted anew while the records are judged. */
const countedAnew: ReadonlySet<string> = new Set(['hops', 'exchanges', 'claims', 'findings']);

/** What takes the records. */
export interface RecordsTarget {
  readonly context: SessionContext;
  readonly captures: CaptureInfo[];
  /** The id that the first flow may have. */
  readonly firstId: number;
  flow(record: ConnectionRecord): void;
  /** A report is over: its captures stand from `first` on; `vantage` is null where it compared none. */
  report(first: number, vantage: VantageSummary | null): void;
  limit(name: string, count: number): void;
  warn(text: string): void;
  /** Called every few hundred kilobytes; false = stop. */
  turn(source: Source, packets: number): Promise<boolean>;
}

/** One report of the file: connections, then what stands behind them. */
interface SavedRun {
  captures: CaptureInfo[];
  vantage: VantageSummary | null;
  /** Number of the line that ends it; infinite where it does not end. */
  lastLine: number;
}

/** A certificate that was found elsewhere: its octets, or what is said of it where they are not there. */
export interface SavedCertificate {
  content: Uint8Array | CertificateRecord;
  usedAs: readonly Side[];
  firstFrame: number;
}

/** Reads a file of records into a run; returns the id that the next flow may have. Throws a `SourceError` where it can't be used at all. */
export async function readRecords(source: Source, target: RecordsTarget): Promise<number> {
  const input = new RecordsInput(source);
  try {
    return await new Reading(input, source, target).run();
  } finally {
    input.close();
  }
}

class Reading {
  readonly #input: RecordsInput;
  readonly #source: Source;
  readonly #target: RecordsTarget;
  readonly #runs: SavedRun[] = [];
  readonly #certificates: SavedCertificate[] = [];
  readonly #names: AddressName[] = [];
  readonly #limits: Record<string, number>[] = [];
  readonly #fault: Fault = { path: '' };
  #open: SavedRun = openRun();
  /** Lines of the run in hand, and captures of all. */
  #lines = 0;
  #captures = 0;
  /** Lines that were of no use, and what is said of the first of them. */
  #wrong = 0;
  #firstWrong = '';
  #firstWrongLine = 0;
  /** The run that connections belong to now, and where its numbers begin here. */
  #at = 0;
  #ids: number;
  #lastId: number;
  #tallies: CaptureTally[] = [];
  #packets = 0;

  constructor(input: RecordsInput, source: Source, target: RecordsTarget) {
    this.#input = input;
    this.#source = source;
    this.#target = target;
    this.#lastId = target.firstId - 1;
    this.#ids = this.#lastId;
  }

  async run(): Promise<number> {
    const target = this.#target;
    const turn = (source: Source): Promise<boolean> => target.turn(source, this.#packets);
    const wholly = await this.#input.first((line) => this.#aheadOf(line), turn);
    if (this.#lines > 0) this.#runs.push(this.#open);
    this.#takeCertificates();
    for (const named of this.#names) target.context.addressNames.take(named);
    for (const limits of this.#limits) {
      for (const [name, count] of Object.entries(limits)) if (!countedAnew.has(name)) target.limit(name, count);
    }
    if (wholly) await this.#input.again((line) => this.#flow(line), turn);
    while (this.#at < this.#runs.length) this.#endRun();
    if (this.#wrong > 0) this.#tellWrong();
    return this.#lastId + 1;
  }

  /** First reading: everything but connections. */
  #aheadOf(line: RecordLine): void {
    this.#lines++;
    const type = recordTypeAt(line.bytes, line.start, line.end);
    if (type === 'certificate') this.#certificate(line);
    else if (type === 'name') this.#name(line);
    else if (type === 'capture') this.#capture(line);
    else if (type === 'stats') this.#stats(line);
    else if (type === null) this.#isWrong(line, 'not a record of ours');
  }

  #certificate(line: RecordLine): void {
    const value = this.#parsed(line);
    if (value === undefined) return;
    const record = this.#shaped(line, value, certificate);
    const octets = record === undefined ? undefined : this.#shaped(line, value, certificateDer);
    if (record === undefined || octets === undefined) return;
    if (this.#certificates.length < maxCertificates) this.#certificates.push(savedCertificate(record, octets.der));
    else this.#target.context.certificates.unkept++;
  }

  #name(line: RecordLine): void {
    const named = this.#read(line, addressName);
    if (named === undefined) return;
    if (this.#names.length < maxNames) this.#names.push(named);
    else this.#target.context.addressNames.unkept++;
  }

  #capture(line: RecordLine): void {
    const info = this.#read(line, captureInfo);
    if (info === undefined) return;
    if (this.#target.captures.length + this.#captures++ < maxCaptures) this.#open.captures.push(info);
    else this.#isWrong(line, 'too many captures');
  }

  #stats(line: RecordLine): void {
    const found = this.#read(line, stats);
    if (found === undefined) return;
    if (major(found.version) > major(reportVersion)) {
      const version = found.version.slice(0, 20);
      throw new SourceError(
        'not-a-report',
        this.#input.path,
        `records of version ${version}; this program reads ${reportVersion}`,
      );
    }
    this.#limits.push(found.limits);
    this.#open.lastLine = line.number;
    this.#open.vantage = found.vantage ?? null;
    this.#runs.push(this.#open);
    if (this.#runs.length > maxReports)
      throw new SourceError('not-a-report', this.#input.path, `more than ${maxReports} reports in one file`);
    this.#open = openRun();
    this.#lines = 0;
  }

  #takeCertificates(): void {
    const store = this.#target.context.certificates;
    // From the end on they are let go as they are taken.
    for (let saved = this.#certificates.reverse().pop(); saved !== undefined; saved = this.#certificates.pop())
      takeCertificate(store, saved);
  }

  /** Second reading: connections. */
  #flow(line: RecordLine): void {
    while (line.number > this.#runs[this.#at]!.lastLine) this.#endRun();
    if (recordTypeAt(line.bytes, line.start, line.end) !== 'flow') return;
    const record = this.#read(line, connection);
    if (record === undefined) return;
    const { captures, lastLine } = this.#runs[this.#at]!;
    const isWhole = lastLine !== Number.POSITIVE_INFINITY;
    const target = this.#target;
    if (record.id === 0 || this.#ids + record.id > maxId) {
      this.#isWrong(line, 'its id');
      return;
    }
    const room = isWhole ? captures.length : maxCaptures - target.captures.length;
    if (record.capture >= room) {
      this.#isWrong(line, 'its capture');
      return;
    }
    if (!isWhole) this.#tally(record);
    renumber(record, this.#ids, target.captures.length);
    this.#lastId = Math.max(this.#lastId, record.id);
    for (const { id } of record.alsoSeen ?? []) if (id > this.#lastId && id <= maxId) this.#lastId = id;
    this.#packets += record.packets.client + record.packets.server;
    target.flow(record);
  }

  #tally(record: ConnectionRecord): void {
    while (this.#tallies.length <= record.capture) this.#tallies.push(new CaptureTally());
    this.#tallies[record.capture]!.add(record);
  }

  /** The report in hand is over: its captures follow its connections. */
  #endRun(): void {
    const { captures, lastLine, vantage } = this.#runs[this.#at]!;
    const target = this.#target;
    const first = target.captures.length;
    if (lastLine === Number.POSITIVE_INFINITY) this.#tellCut(captures);
    for (const { clock, otherDirection } of captures) {
      if (clock) clock.against += first;
      if (otherDirection) otherDirection.capture += first;
    }
    for (const info of captures) target.captures.push(info);
    target.report(first, vantage);
    this.#ids = this.#lastId;
    this.#tallies = [];
    this.#at++;
  }

  /** The file was cut, or the sensor killed: what its captures lacked is not known. */
  #tellCut(captures: CaptureInfo[]): void {
    const { path, compression } = this.#source;
    const cause = this.#input.endedEarly;
    const because = `the records end without their summary${cause === null ? '' : ` (${cause})`}`;
    for (const info of captures) info.health.endedEarly ??= because;
    const known = captures.length;
    for (let at = known; at < Math.max(this.#tallies.length, 1); at++) {
      const tally = this.#tallies[at] ?? new CaptureTally();
      captures.push(tally.describe(path, compression, because));
    }
    const missing = known === 0 ? ': certificates and what the captures lacked are not known' : '';
    this.#target.warn(`${path}: ${because}${missing}`);
  }

  #tellWrong(): void {
    const others = this.#wrong === 1 ? 'was' : `and ${this.#wrong - 1} more were`;
    const what = `line ${this.#firstWrongLine} of the records ${others} of no use (${this.#firstWrong})`;
    this.#target.warn(`${this.#input.path}: ${what}`);
    this.#target.captures.at(-1)?.health.damage.push(what);
  }

  #read<T>(line: RecordLine, shape: Shape<T>): T | undefined {
    const value = this.#parsed(line);
    return value === undefined ? undefined : this.#shaped(line, value, shape);
  }

  #parsed(line: RecordLine): unknown {
    const parsed = parseLine(line);
    if ('value' in parsed) return parsed.value;
    this.#isWrong(line, parsed.because);
    return undefined;
  }

  #shaped<T>(line: RecordLine, value: unknown, shape: Shape<T>): T | undefined {
    this.#fault.path = '';
    const shaped = shape(value, this.#fault);
    if (shaped === undefined) this.#isWrong(line, `its ${this.#fault.path || 'value'}`);
    return shaped;
  }

  #isWrong(line: RecordLine, because: string): void {
    if (this.#wrong++ > 0) return;
    this.#firstWrong = because;
    this.#firstWrongLine = line.number;
  }
}

/** Takes a certificate of records into the store: by its octets where they are there, for they tell who it is. */
export function adopt(store: CertificateStore, record: CertificateRecord, der: string | null): void {
  takeCertificate(store, savedCertificate(record, der));
}

function savedCertificate(record: CertificateRecord, der: string | null): SavedCertificate {
  const { usedAs, firstFrame } = record;
  return { content: der === null ? record : Buffer.from(der, 'base64'), usedAs, firstFrame };
}

/** Takes a certificate into the store, as if it had been seen here. */
export function takeCertificate(store: CertificateStore, { content, usedAs, firstFrame }: SavedCertificate): void {
  const stored = content instanceof Uint8Array ? store.add(content, 0, content.length) : store.adopt(content);
  for (const side of usedAs) store.used(stored, side, firstFrame);
}

function openRun(): SavedRun {
  return { captures: [], vantage: null, lastLine: Number.POSITIVE_INFINITY };
}

function major(version: string): number {
  return Number.parseInt(version, 10) || 0;
}
