import { ownBytes } from '../base/bytes.js';
import { mixWord } from '../base/hash.js';
import type { PacketView } from '../model/packet.js';
import type { Cursor } from '../wire/link/cursor.js';

/**
 * Pieces of one datagram. A full datagram at the smallest MTU in use (576, RFC 791 §3.1) has 120; fragments of a few octets
 * are sent to make us walk lists.
 */
const maxPieces = 512;

/** What a piece costs beside its octets: the object, the array and its buffer. */
const pieceOverhead = 192;

/** What became of a fragment: kept whole or in part, or the counter that says why not. */
export type InsertOutcome = 'kept' | 'overlaps' | 'duplicates' | 'invalid' | 'overPieces';

/** A range of the payload, `[start, end)` as the headers say; `bytes` is shorter where the capture cut the fragment. */
interface Piece {
  start: number;
  end: number;
  bytes: Uint8Array;
}

/**
 * One datagram being put together from copies of its fragments.
 *
 * Invariant: `#pieces` is ordered by `start`, no two of them overlap, and `#covered` is the sum of their lengths.
 */
export class Datagram {
  /** Its key's hash; and its neighbours in the defragmenter's bucket and age list. */
  readonly hash: number;
  nextInBucket: Datagram | null = null;
  older: Datagram | null = null;
  newer: Datagram | null = null;
  /** When its first fragment came; after completion, when that was. */
  seconds: number;
  nanoseconds: number;
  isComplete = false;
  /** Octets held, bookkeeping included. */
  heldBytes = 0;
  /** Length of the whole payload, or -1 until the last fragment has come. */
  totalLength = -1;
  /** Protocol of the first fragment, which is the only one that counts (RFC 8200 §4.5). */
  nextHeader: number;

  readonly #identification: number;
  readonly #family: number;
  /** IPv4 tells datagrams apart by protocol too (RFC 791 §3.2); IPv6 does not. */
  readonly #protocol: number;
  readonly #tunnel: number;
  readonly #addresses: Int32Array;
  #pieces: Piece[] = [];
  #covered = 0;

  constructor(packet: PacketView, cursor: Cursor, hash: number) {
    this.hash = hash;
    this.seconds = packet.seconds;
    this.nanoseconds = packet.nanoseconds;
    this.nextHeader = cursor.nextHeader;
    this.#identification = cursor.fragmentIdentification;
    this.#family = packet.family;
    this.#protocol = cursor.nextHeader;
    this.#tunnel = tunnelOf(packet);
    this.#addresses = Int32Array.of(
      packet.source0,
      packet.source1,
      packet.source2,
      packet.source3,
      packet.destination0,
      packet.destination1,
      packet.destination2,
      packet.destination3,
    );
  }

  /** Whether the fragment in hand belongs to this datagram. */
  matches(packet: PacketView, cursor: Cursor): boolean {
    const addresses = this.#addresses;
    return (
      this.#identification === cursor.fragmentIdentification &&
      this.#family === packet.family &&
      (packet.family === 6 || this.#protocol === cursor.nextHeader) &&
      addresses[0] === packet.source0 &&
      addresses[1] === packet.source1 &&
      addresses[2] === packet.source2 &&
      addresses[3] === packet.source3 &&
      addresses[4] === packet.destination0 &&
      addresses[5] === packet.destination1 &&
      addresses[6] === packet.destination2 &&
      addresses[7] === packet.destination3 &&
      this.#tunnel === tunnelOf(packet)
    );
  }

  /** Whether every octet of the payload is covered by a fragment. */
  get isWhole(): boolean {
    return this.totalLength >= 0 && this.#covered === this.totalLength;
  }

  /** Copies what of the fragment at the cursor is not there yet. */
  insert(bytes: Uint8Array, cursor: Cursor): InsertOutcome {
    const start = cursor.fragmentOffset;
    const end = start + cursor.limit - cursor.at;
    if (!this.#agreesOnEnd(end, cursor.fragmentMore)) return 'invalid';
    if (this.#pieces.length >= maxPieces) return 'overPieces';
    if (!cursor.fragmentMore) this.totalLength = end;
    if (start === 0) this.nextHeader = cursor.nextHeader;
    const covered = this.#covered;
    this.#fillHoles(bytes, cursor, start, end);
    const added = this.#covered - covered;
    if (added === end - start) return 'kept';
    return added === 0 ? 'duplicates' : 'overlaps';
  }

  /** Writes the payload up to the first octet that the capture lacks, and returns how much that is. */
  copyTo(output: Uint8Array): number {
    let at = 0;
    for (const piece of this.#pieces) {
      output.set(piece.bytes, piece.start);
      at = piece.start + piece.bytes.length;
      if (at < piece.end) break;
    }
    return at;
  }

  /** Lets go of the octets; the datagram only stays to recognise second copies. */
  complete(seconds: number, nanoseconds: number): void {
    this.isComplete = true;
    this.heldBytes = 0;
    this.#pieces = [];
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }

  #agreesOnEnd(end: number, more: boolean): boolean {
    if (this.totalLength >= 0) return more ? end <= this.totalLength : end === this.totalLength;
    const last = this.#pieces.at(-1);
    return more || last === undefined || last.end <= end;
  }

  /** First copy wins: only the holes between the pieces already there are filled. */
  #fillHoles(bytes: Uint8Array, cursor: Cursor, start: number, end: number): void {
    const pieces = this.#pieces;
    let index = pieces.length;
    while (index > 0 && pieces[index - 1]!.end > start) index--;
    let from = start;
    while (from < end && pieces.length < maxPieces) {
      const following = pieces[index];
      const to = following === undefined || following.start > end ? end : following.start;
      if (to > from) {
        const source = cursor.at - start;
        const copyEnd = Math.min(source + to, cursor.end);
        const piece = { start: from, end: to, bytes: ownBytes(bytes, Math.min(source + from, copyEnd), copyEnd) };
        pieces.splice(index, 0, piece);
        index++;
        this.#covered += to - from;
        this.heldBytes += piece.bytes.length + pieceOverhead;
      }
      if (following === undefined) return;
      from = Math.max(from, following.end);
      index++;
    }
  }
}

/** The same addresses and identification in another tunnel or VLAN are another datagram. */
export function tunnelOf(packet: PacketView): number {
  let tunnel = packet.layerCount;
  for (let at = 0; at < packet.layerCount; at++) {
    tunnel = mixWord(mixWord(tunnel, packet.layerKinds[at]!), packet.layerIds[at]!);
  }
  return tunnel;
}
