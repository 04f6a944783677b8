// Keeps the latest packets in a ring of files beside the analysis.

import { closeSync, fstatSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { extname } from 'node:path';
import { systemReason } from '../../base/system-reason.js';
import type { PacketView } from '../../model/packet.js';
import { LiveError } from './capture-request.js';
import { PcapngWriter } from './pcapng-writer.js';

/** Octets gathered before they are written. */
const gathered = 262_144;

/** After a failed write nothing is tried for this long. Milliseconds. */
const retryAfter = 30_000;

/** Where and how much. */
export interface RingOptions {
  /** 'capture.pcapng'; with a ring of several files a number is put before the ending. */
  path: string;
  /** Octets of one file. */
  fileOctets: number;
  /** Files kept; the oldest is removed when another begins. 1 = one file that begins anew when it is full. */
  files: number;
}

/** What was kept, and what was not. */
export interface RingCounts {
  packets: number;
  /** Packets that could not be written. */
  lost: number;
  files: number;
}

/**
 * Writes packets to files of whole blocks. A disk that is full, or anything else that keeps it from writing, is told once
 * (`onTrouble`), costs the packets that come meanwhile, and is tried again after half a minute in a new file; the file that
 * failed ends with its last whole block.
 */
export class RingWriter {
  readonly counts: RingCounts = { packets: 0, lost: 0, files: 0 };
  readonly #options: RingOptions;
  readonly #onTrouble: (text: string) => void;
  readonly #now: () => number;
  readonly #writer: PcapngWriter = new PcapngWriter(gathered + 65_536);
  readonly #kept: string[] = [];
  #descriptor = -1;
  /** Octets written to the file, and packets that wait in the writer. */
  #written = 0;
  #waiting = 0;
  #failedAt: number | null = null;

  /** Throws a `LiveError` if the first file can't be made. `now` counts milliseconds. */
  constructor(options: RingOptions, onTrouble: (text: string) => void, now: () => number) {
    this.#options = options;
    this.#onTrouble = onTrouble;
    this.#now = now;
    try {
      this.#begin();
    } catch (thrown) {
      throw new LiveError('not-writable', `cannot write to ${options.path}: ${systemReason(thrown)}`);
    }
  }

  /** Keeps a packet of the interface of that number. */
  packet(packet: PacketView, capture: number): void {
    if (this.#descriptor < 0 && !this.#tryAgain()) {
      this.counts.lost++;
      return;
    }
    this.#writer.packet(packet, capture);
    this.#waiting++;
    if (this.#writer.filled >= gathered) this.flush();
  }

  /** Writes what was gathered; a file that is full then makes way for the next. */
  flush(): void {
    if (this.#descriptor < 0) return;
    const octets = this.#writer.take();
    try {
      for (let at = 0; at < octets.length; ) at += writeSync(this.#descriptor, octets, at);
      this.#written += octets.length;
      this.counts.packets += this.#waiting;
      this.#waiting = 0;
      if (this.#written >= this.#options.fileOctets) {
        this.#end();
        this.#begin();
      }
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Closes the file and goes on in a new one: somebody moved the files away. One that is still there is not begun anew. */
  reopen(): void {
    this.flush();
    if (this.#descriptor < 0 || (this.#options.files === 1 && this.#isInPlace())) return;
    try {
      this.#end();
      this.#begin();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Writes the rest. */
  close(): void {
    this.flush();
    this.#end();
  }

  #begin(): void {
    const { files } = this.#options;
    const path = this.#pathOf(++this.counts.files);
    while (this.#kept.length >= files) {
      const oldest = this.#kept.shift()!;
      if (oldest !== path) removed(oldest);
    }
    this.#descriptor = openSync(path, 'w', 0o640);
    this.#kept.push(path);
    this.#written = 0;
    this.#writer.begin();
  }

  #isInPlace(): boolean {
    const own = fstatSync(this.#descriptor);
    const named = statSync(this.#options.path, { throwIfNoEntry: false });
    return named !== undefined && named.ino === own.ino && named.dev === own.dev;
  }

  #end(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #fail(thrown: unknown): void {
    this.counts.lost += this.#waiting;
    this.#waiting = 0;
    this.#writer.take();
    const first = this.#failedAt === null;
    this.#failedAt = this.#now();
    if (this.#descriptor >= 0) {
      try {
        ftruncateSync(this.#descriptor, this.#written);
      } catch {
        // Then it ends in the middle of a block, which every reader of captures can live with.
      }
      this.#end();
    }
    const path = this.#kept.at(-1) ?? this.#options.path;
    const why = (thrown as NodeJS.ErrnoException).code === 'ENOSPC' ? 'the disk is full' : (thrown as Error).message;
    if (first) {
      this.#onTrouble(`cannot write to ${path}: ${why}; packets are analysed but not kept until there is room`);
    }
  }

  #tryAgain(): boolean {
    if (this.#failedAt === null || this.#now() - this.#failedAt < retryAfter) return false;
    try {
      this.#begin();
      // Whether there is room is only seen by writing.
      const head = this.#writer.take();
      writeSync(this.#descriptor, head);
      this.#written = head.length;
    } catch (thrown) {
      this.#fail(thrown);
      return false;
    }
    this.#failedAt = null;
    this.#onTrouble(`packets are kept again, in ${this.#kept.at(-1)}; ${this.counts.lost} were not`);
    return true;
  }

  #pathOf(number: number): string {
    const { path, files } = this.#options;
    if (files === 1) return path;
    const ending = extname(path);
    return `${path.slice(0, path.length - ending.length)}_${String(number).padStart(5, '0')}${ending}`;
  }
}

function removed(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody took it away already.
  }
}
