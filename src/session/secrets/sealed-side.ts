// One direction's protected records: which keys and which sequence number each is to be opened with.
import { maxClosedFromStart, maxClosedRecords, maxSearchedRecords, maxSequenceSearch } from './limits.js';
import type { RecordOpener } from './record-opener.js';

/** Keys that follow each other in one direction (early data, handshake, application data); null where they are not given. */
export type Phases = (RecordOpener | null)[];

/**
 * Opens the records of one direction. The phase changes as the handshake says; where the message that says so was lost, a
 * record that fits the next phase's keys tells it too. After a loss the sequence number is searched for.
 */
export class SealedSide {
  /** Records that opened, and those that did not though there were keys. */
  opened = 0;
  closed = 0;
  /** Decryptions that were tried: more than records where a sequence number was searched for. */
  tries = 0;
  /** Records may come that nothing opens and that say nothing against the keys: early data. */
  excused = false;
  contentType = 0;
  /** Phase of the record that was opened last. */
  phase = 0;
  #phases: Phases;
  #sequence = 0;
  #doubtful = false;
  #searched = 0;
  #closedInRow = 0;
  #dead = false;

  constructor(phases: Phases) {
    this.#phases = phases;
  }

  /** Whether it is worth while to try a record: there are keys, now or later, and they have not failed for good. */
  get hopeful(): boolean {
    if (this.#dead) return false;
    for (let phase = this.phase; phase < this.#phases.length; phase++) if (this.#phases[phase] !== null) return true;
    return false;
  }

  /** The keys change (TLS <= 1.2), or are known now (TLS 1.3's beyond early data). Sequence numbers go on where the phase does. */
  rekey(phases: Phases, goesOn: boolean): void {
    this.#phases = phases;
    this.#dead = false;
    this.#closedInRow = 0;
    if (goesOn) return;
    this.phase = 0;
    this.#sequence = 0;
    this.#doubtful = false;
  }

  /** The handshake says that the next record is protected by the keys of `phase`. */
  enter(phase: number): void {
    if (phase <= this.phase) return;
    this.phase = phase;
    this.#sequence = 0;
  }

  /** The keys of the present phase are replaced. */
  update(opener: RecordOpener): void {
    this.#phases[this.phase] = opener;
    this.#sequence = 0;
  }

  /** No more records of the direction are opened. */
  giveUp(): void {
    this.#dead = true;
  }

  /** Records may have been lost. */
  lost(): void {
    this.#doubtful = true;
  }

  /** Opens a record; null where it stays closed. The plaintext is owned, its type in `contentType`. */
  open(type: number, version: number, bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const searches = this.#doubtful && this.#searched < maxSearchedRecords;
    if (searches) this.#searched++;
    for (let phase = this.phase; phase < this.#phases.length; phase++) {
      const opener = this.#phases[phase]!;
      if (opener === null) continue;
      const first = phase === this.phase ? this.#sequence : 0;
      const last = first + (searches && opener.canSearch ? maxSequenceSearch : 1);
      for (let sequence = first; sequence < last; sequence++) {
        this.tries++;
        const plain = opener.open(sequence, type, version, bytes, start, end);
        if (plain !== null) return this.#opens(phase, sequence, opener.contentType, plain);
      }
      if (!opener.canSearch) this.#dead = true;
    }
    this.#staysClosed();
    return null;
  }

  #opens(phase: number, sequence: number, contentType: number, plain: Uint8Array): Uint8Array {
    this.phase = phase;
    this.#sequence = sequence + 1;
    this.#doubtful = false;
    this.#closedInRow = 0;
    this.opened++;
    this.contentType = contentType;
    return plain;
  }

  #staysClosed(): void {
    this.#closedInRow++;
    if (!this.excused || this.opened > 0) this.closed++;
    // Early data that stays closed takes no number of the handshake's.
    if (this.opened > 0 || !this.excused) this.#doubtful = true;
    const most = this.opened === 0 && !this.excused ? maxClosedFromStart : maxClosedRecords;
    if (this.#closedInRow >= most) this.#dead = true;
  }
}
