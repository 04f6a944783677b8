// From what an analysis found to a folder of small captures, each of which proves one finding.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { addressOctets, parseAddress } from '../../base/parsed-address.js';
import { systemReason } from '../../base/system-reason.js';
import { CaptureFramer } from '../../capture/framer.js';
import type { WrittenName } from '../../capture/pcapng-writer.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Finding } from '../../model/finding.js';
import { PacketView } from '../../model/packet.js';
import type { CaptureInfo } from '../../model/report.js';
import { harmless } from '../../report/harmless.js';
import { escapedJson } from '../../report/json/escaped.js';
import { openSource } from '../../source/open.js';
import { CaptureReader } from '../read-capture.js';
import type { ReadingProgress } from '../reading-progress.js';
import { Anonymizer } from './anonymizer.js';
import { ChosenFlow, endsOf } from './chosen-flows.js';
import { EvidenceFile, type WrittenFile } from './evidence-file.js';
import { EvidenceRun } from './evidence-run.js';
import { type NoteContext, notesOf } from './frame-notes.js';
import type { EvidenceGathering } from './gathering.js';
import { maxNames, maxProvedOctets } from './limits.js';
import { ListeningRun } from './listening-run.js';
import { MadeFiles } from './made-files.js';
import {
  type EvidenceFinding,
  type EvidenceInput,
  type EvidenceManifest,
  manifestVersion,
  type PayloadShown,
} from './manifest.js';
import type { OpenFinding } from './open-finding.js';
import { type Judged, whyNotFoundAgain } from './proof.js';
import { Retelling } from './retelling.js';
import { TlsCutter, type TlsShown } from './tls-cutter.js';

/** Why no evidence can be written: one line for people. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code = 'EVIDENCE';
}

/** How evidence is to be written. */
export interface EvidenceOptions {
  /** A folder that is empty or not there yet. */
  directory: string;
  toolVersion: string;
  payload: Exclude<PayloadShown, 'headers'>;
  /** Any text; null = hosts are named as they are. It is never written anywhere. */
  anonymizeKey: string | null;
  /** What the manifest says of the analysis. */
  analysis: Record<string, unknown>;
  /** What the analysis was told: with it the files are analysed again. */
  judged?: Judged;
  onProgress?(progress: ReadingProgress): void;
  /** Aborting leaves what was written until then, without a manifest. */
  signal?: AbortSignal;
}

const shownOf: Readonly<Record<PayloadShown, TlsShown>> = {
  masked: 'handshake',
  stripped: 'records',
  whole: 'handshake',
  headers: 'headers',
};

/** Throws an `EvidenceError` where inputs can't be read a second time, or the folder has something in it. */
export function checkEvidence(paths: readonly string[], directory: string): void {
  for (const path of paths) {
    if (path === '-') throw new EvidenceError('standard input can be read only once, and evidence needs two readings');
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind !== undefined && !kind.isFile() && !kind.isDirectory()) {
      throw new EvidenceError(`${path} can be read only once, and evidence needs two readings`);
    }
  }
  const there = statSync(directory, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isDirectory()) throw new EvidenceError(`${directory} is no folder`);
  if (readdirSync(directory).length > 0) throw new EvidenceError(`${directory} is not empty`);
}

/**
 * Reads the captures again, writes a file for each finding, at last the manifest, and returns what it says. Throws an
 * `EvidenceError` where a capture can't be read any more or the folder can't be written; then what was begun is removed.
 */
export async function writeEvidence(gathered: EvidenceGathering, options: EvidenceOptions): Promise<EvidenceManifest> {
  const made = new MadeFiles(options.directory);
  try {
    made.folder();
    const writing = new Writing(gathered, options, made);
    await writing.read();
    return await writing.finish();
  } catch (thrown) {
    const left = made.remove();
    if (!(thrown instanceof Error && 'syscall' in thrown)) throw thrown;
    const message = `cannot write evidence to ${options.directory}: ${systemReason(thrown)}; ${left}`;
    throw new EvidenceError(message, { cause: thrown });
  }
}

/** The state of one writing. */
class Writing {
  readonly #gathered: EvidenceGathering;
  readonly #options: EvidenceOptions;
  readonly #retelling: Retelling;
  readonly #payload: PayloadShown;
  readonly #sets: readonly number[];
  readonly #open: readonly (OpenFinding | null)[];
  readonly #flows: readonly ChosenFlow[];
  readonly #listening: ListeningRun;
  readonly #run: EvidenceRun;
  #provedOctets = 0;
  readonly #inputs: EvidenceInput[] = [];
  readonly #made: MadeFiles;

  constructor(gathered: EvidenceGathering, options: EvidenceOptions, made: MadeFiles) {
    this.#made = made;
    this.#gathered = gathered;
    this.#options = options;
    const key = options.anonymizeKey;
    this.#retelling = new Retelling(key === null ? null : new Anonymizer(key));
    this.#payload = key === null ? options.payload : 'headers';
    this.#sets = setsOf(gathered.captures);
    const width = Math.max(2, String(gathered.findings.length).length);
    this.#open = gathered.findings.map((finding, at) => {
      const isShown = finding.flows.length > 0 || finding.frames.length > 0 || kindsOfFrames.has(finding.kind);
      return isShown ? this.#begin(finding, String(at + 1).padStart(width, '0')) : null;
    });
    this.#flows = this.#choose();
    const readable = this.#payload === 'masked' ? this.#flows.filter(({ record }) => isReadable(record)) : [];
    this.#listening = new ListeningRun(readable, this.#sets, this.#open);
    const { masks } = this.#listening;
    this.#run = new EvidenceRun(this.#flows, this.#sets, this.#open, this.#payload, this.#retelling, masks);
  }

  /** Reads every capture once more, and before that once to listen where there is something to mask. */
  async read(): Promise<void> {
    for (const [at, { path }] of this.#gathered.captures.entries()) this.#inputs.push(await this.#describe(path, at));
    if (this.#listening.isNeeded) {
      await this.#readInto(this.#listening);
      this.#listening.end();
    }
    await this.#readInto(this.#run);
  }

  async #readInto(run: ListeningRun | EvidenceRun): Promise<void> {
    const reader = new CaptureReader();
    for (const [at, { path, framesBefore }] of this.#gathered.captures.entries()) {
      const source = await openSource(path);
      try {
        run.beginCapture(at, framesBefore);
        const framer = new CaptureFramer(run, new PacketView(), framesBefore);
        await reader.read(source, framer, async () => {
          const { position: bytesRead, size: bytesTotal } = source;
          this.#options.onProgress?.({ path, bytesRead, bytesTotal, packets: framer.frame - framesBefore });
          await nextTurn();
          return this.#options.signal?.aborted !== true;
        });
        const { packets } = this.#gathered.captures[at]!;
        if (this.#options.signal?.aborted !== true && framer.frame - framesBefore !== packets)
          throw new EvidenceError(`${path} changed between the two readings`);
      } finally {
        await source.close();
      }
    }
  }

  /** Closes the files and writes the manifest. */
  async finish(): Promise<EvidenceManifest> {
    const { toolVersion, analysis, directory } = this.#options;
    const findings: EvidenceFinding[] = [];
    for (const [at, finding] of this.#gathered.findings.entries()) {
      findings.push(await this.#tell(finding, this.#open[at] ?? null));
    }
    const manifest: EvidenceManifest = {
      format: 'barewire-evidence',
      version: manifestVersion,
      tool: { name: 'barewire', version: toolVersion },
      options: { payload: this.#payload, anonymized: this.#retelling.anonymizer !== null, analysis },
      inputs: this.#inputs,
      findings,
      leftOut: this.#gathered.leftOut,
    };
    if (this.#options.signal?.aborted !== true) {
      // By a name that stands for a whole one only once it is whole.
      const begun = join(directory, 'manifest.json.part');
      this.#made.note(begun);
      writeFileSync(begun, `${escapedJson(manifest)}\n`, { flag: 'wx' });
      renameSync(begun, join(directory, 'manifest.json'));
    }
    return manifest;
  }

  #begin(finding: Finding, number: string): OpenFinding {
    const { kind, severity, title } = finding;
    const { hop, client, server } = this.#retelling.subject(finding);
    const subject = server ?? client ?? `capture-${finding.capture + 1}`;
    const name = `${number}-${severity}-${kind}-${fileName(subject)}.pcapng`;
    const detail = this.#retelling.anonymizer === null ? ` ${harmless(finding.detail, 2000)}` : '';
    const comment = `${severity} ${kind}: ${title}. ${hop ?? subject}.${detail}`;
    const application = `barewire ${this.#options.toolVersion}`;
    const file = new EvidenceFile(this.#options.directory, name, application, comment, this.#hostNames(finding));
    this.#made.note(file.path);
    return {
      kind,
      title,
      file,
      frames: new Set(finding.frames),
      isOfFrames: kindsOfFrames.has(kind),
      capture: finding.capture,
      set: this.#sets[finding.capture] ?? 0,
      written: [],
      addresses: new Set(),
    };
  }

  /** The names of the hosts of a finding's connections: those that servers were asked by, and those that the run knows. */
  #hostNames(finding: Finding): WrittenName[] {
    const names: Map<string, WrittenName> = new Map();
    const add = (ip: string, name: string): void => {
      const address = parseAddress(ip);
      const told = this.#retelling.hostName(name);
      if (address === null || told === null || names.size >= maxNames) return;
      names.set(`${ip} ${told}`, { address: addressOctets(this.#retelling.address(address)), name: told });
    };
    for (const id of this.#gathered.flowsOf(finding)) {
      const record = this.#gathered.connection(id);
      if (record === null) continue;
      const asked = record.tls?.clientHello?.serverName ?? null;
      if (asked !== null) add(record.server.ip, asked);
      for (const { ip } of [record.client, record.server]) for (const name of this.#gathered.namesOf(ip)) add(ip, name);
    }
    return [...names.values()];
  }

  /** The connections of all findings, with what their frames show. */
  #choose(): ChosenFlow[] {
    const files: Map<number, number[]> = new Map();
    for (const [at, finding] of this.#gathered.findings.entries()) {
      if (this.#open[at] === null) continue;
      for (const id of this.#gathered.flowsOf(finding)) {
        const others = files.get(id);
        if (others === undefined) files.set(id, [at]);
        else others.push(at);
      }
    }
    const context: NoteContext = {
      certificate: (sha256) => this.#gathered.certificateOf(sha256),
      name: (name) => this.#retelling.name(name),
      quotes: this.#retelling.anonymizer === null,
    };
    const chosen: ChosenFlow[] = [];
    for (const [id, wanting] of files) {
      const record = this.#gathered.connection(id);
      const ends = record === null ? null : endsOf(record);
      if (record === null || ends === null) continue;
      const followsRecords = record.tls !== null && record.transport === 'tcp';
      chosen.push(
        new ChosenFlow(
          record,
          ends.client,
          ends.server,
          notesOf(record, context),
          this.#lastProof(record, wanting),
          followsRecords ? new TlsCutter(record, this.#shownOf(record)) : null,
          wanting,
        ),
      );
    }
    return chosen;
  }

  /** What keys opened stays whole: nobody reads it without them, and with them it shows what was found. */
  #shownOf({ tls }: ConnectionRecord): TlsShown {
    return this.#payload === 'masked' && tls?.decrypted === true ? 'protected' : shownOf[this.#payload];
  }

  /**
   * The last frame of a connection that proves one of the findings, or belongs to its handshake; its very last where volumes and
   * times count, or keys opened it.
   */
  #lastProof(record: ConnectionRecord, files: readonly number[]): number {
    const set = this.#sets[record.capture];
    const countsWhole = (at: number): boolean => this.#gathered.restsOnTwoHops(this.#gathered.findings[at]!);
    if (record.tls?.decrypted === true || files.some(countsWhole)) return record.lastFrame;
    let last = record.firstFrame;
    for (const { frame } of record.tls?.messages ?? []) last = Math.max(last, frame);
    for (const at of files) {
      const finding = this.#gathered.findings[at]!;
      if (this.#sets[finding.capture] !== set) continue;
      for (const frame of finding.frames) if (frame <= record.lastFrame) last = Math.max(last, frame);
    }
    return last;
  }

  async #tell(finding: Finding, open: OpenFinding | null): Promise<EvidenceFinding> {
    const closed = open === null ? null : open.file.close(this.#run.namesOf(open));
    const { file, reproduces, because } = await this.#prove(finding, open, closed);
    return {
      file,
      reproduces,
      because,
      kind: finding.kind,
      severity: finding.severity,
      certainty: finding.certainty,
      ...this.#retelling.subject(finding),
      title: finding.title,
      detail: this.#retelling.anonymizer === null ? finding.detail : null,
      count: finding.count,
      capture: finding.capture,
      flows: finding.flows,
      frames: open?.written ?? [],
    };
  }

  /** Analyses a file again, and says in its comment where that does not show what it is evidence of. */
  async #prove(
    finding: Finding,
    open: OpenFinding | null,
    file: WrittenFile | null,
  ): Promise<Pick<EvidenceFinding, 'file' | 'reproduces' | 'because'>> {
    if (open === null || file === null) return { file, reproduces: false, because: 'no packet shows it' };
    if (this.#options.signal?.aborted === true) return { file, reproduces: null, because: 'the writing was stopped' };
    this.#provedOctets += file.bytes;
    if (this.#provedOctets > maxProvedOctets) {
      return { file, reproduces: null, because: 'there was too much evidence to analyse all of it again' };
    }
    const { judged = {} } = this.#options;
    const subject = { ...finding, ...this.#retelling.subject(finding) };
    const because = await whyNotFoundAgain(open.file.path, subject, judged, {
      payload: this.#payload,
      isDecrypted: this.#restsOnKeys(finding),
      hasKeylogs: (judged.keylogs?.length ?? 0) > 0,
    });
    if (because === null) return { file, reproduces: true, because };
    const sentence = `Analysed by itself this file does not show the finding: ${because}.`;
    return { file: open.file.amend(sentence), reproduces: false, because };
  }

  #restsOnKeys(finding: Finding): boolean {
    if (finding.certainty === 'decrypted') return true;
    return this.#gathered.flowsOf(finding).some((id) => this.#gathered.connection(id)?.tls?.decrypted === true);
  }

  async #describe(path: string, capture: number): Promise<EvidenceInput> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
      }
    } catch (thrown) {
      throw new EvidenceError(`cannot read ${path} again: ${systemReason(thrown)}`, { cause: thrown });
    }
    const name = this.#retelling.anonymizer === null ? basename(path) : null;
    return { name, capture, sha256: hash.digest('hex'), bytes };
  }
}

/** Kinds of findings that are about the frames of a capture, not about connections. */
const kindsOfFrames: ReadonlySet<string> = new Set(['capture-duplicates', 'capture-truncated']);

/** Whether a connection has content in clear that may be masked. */
function isReadable({ kind, upgrade, proxyHeader }: ConnectionRecord): boolean {
  return kind === 'cleartext' || kind === 'starttls' || kind === 'unknown' || upgrade !== null || proxyHeader !== null;
}

/** For each capture the index of the first file of its rotated set: frames and connections go on through the files of one. */
function setsOf(captures: readonly CaptureInfo[]): number[] {
  const sets: number[] = [];
  for (const [at, { framesBefore }] of captures.entries()) sets.push(framesBefore > 0 ? (sets[at - 1] ?? at) : at);
  return sets;
}

/** What of a subject a file name may hold everywhere: '10.0.0.9_8080', '2001-db8--1_443'. */
function fileName(subject: string): string {
  return subject
    .replace(/\]?:(\d+)$/, '_$1')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, 80);
}
