import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapngWriter, type WrittenName, type WrittenPacket } from '../../capture/pcapng-writer.js';
import { gatheredOctets } from './limits.js';

/** What became of one file. */
export interface WrittenFile {
  name: string;
  sha256: string;
  bytes: number;
  frames: number;
}

/** One pcapng file of evidence. It is open only while it is written to, as there may be a thousand. */
export class EvidenceFile {
  readonly name: string;
  /** Frames written. */
  frames = 0;
  readonly path: string;
  readonly #application: string;
  readonly #comment: string;
  readonly #writer: PcapngWriter;
  readonly #hash = createHash('sha256');
  readonly #interfaces: Map<string, number> = new Map();
  #gathered: Uint8Array[] = [];
  #octets = 0;
  #written = 0;

  /** Makes the file, empty. `application` and `comment` go into its header. */
  constructor(directory: string, name: string, application: string, comment: string, names: readonly WrittenName[]) {
    this.name = name;
    this.path = join(directory, name);
    this.#application = application;
    this.#comment = comment;
    writeFileSync(this.path, '', { flag: 'wx' });
    this.#writer = new PcapngWriter((octets) => this.#take(octets));
    this.#writer.section(application, comment);
    this.#writer.names(names);
  }

  /** Writes a packet of the interface with that name, which is described before its first. */
  packet(interfaceName: string, linkType: number, packet: Omit<WrittenPacket, 'interfaceId'>): void {
    const key = `${linkType} ${interfaceName}`;
    let interfaceId = this.#interfaces.get(key);
    if (interfaceId === undefined) {
      interfaceId = this.#writer.interface(linkType, interfaceName);
      this.#interfaces.set(key, interfaceId);
    }
    this.#writer.packet({ ...packet, interfaceId });
    this.frames++;
  }

  /** Everything is written; `names` are those that came late. */
  close(names: readonly WrittenName[]): WrittenFile {
    this.#writer.names(names);
    this.#flush();
    return { name: this.name, sha256: this.#hash.digest('hex'), bytes: this.#written, frames: this.frames };
  }

  /** Adds a sentence to the comment of the file, which is closed; returns what it is now. */
  amend(sentence: string): WrittenFile {
    const octets = readFileSync(this.path);
    const section: Uint8Array[] = [];
    new PcapngWriter((block) => section.push(block)).section(this.#application, `${this.#comment} ${sentence}`);
    // The section header is the first block; its length stands behind its type.
    const amended = Buffer.concat([...section, octets.subarray(octets.readUInt32LE(4))]);
    writeFileSync(this.path, amended);
    const sha256 = createHash('sha256').update(amended).digest('hex');
    return { name: this.name, sha256, bytes: amended.length, frames: this.frames };
  }

  #take(octets: Uint8Array): void {
    this.#gathered.push(octets);
    this.#octets += octets.length;
    if (this.#octets >= gatheredOctets) this.#flush();
  }

  #flush(): void {
    if (this.#octets === 0) return;
    const octets = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#octets = 0;
    this.#hash.update(octets);
    appendFileSync(this.path, octets);
    this.#written += octets.length;
  }
}
