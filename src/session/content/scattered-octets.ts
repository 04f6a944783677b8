import { maxScatteredOctets, maxScatteredPieces, scatteredReach, scatteredReachTimes } from '../limits.js';
import type { OctetPool } from '../octet-pool.js';

const noBytes = new Uint8Array(0);

/**
 * Puts octets in order that come in pieces with their offsets, in any order, overlapping: handshakes in QUIC (RFC 9000 §7.5)
 * and in DTLS (RFC 6347 §4.2.3). The first copy wins.
 *
 * `#pieces` holds what is there as pairs of start and end, in order, apart from one another.
 */
export class ScatteredOctets {
  /** Valid up to `prefix`; lent until the next piece. */
  bytes: Uint8Array = noBytes;
  /** Why octets were refused; null while none were. What lies behind them is lost. */
  refused: string | null = null;
  readonly #pool: OctetPool;
  readonly #pieces: number[] = [];
  /** Octets that came, again and again counted. */
  #came = 0;

  constructor(pool: OctetPool) {
    this.#pool = pool;
  }

  /** Octets from the first on without a hole. */
  get prefix(): number {
    return this.#pieces[0] === 0 ? this.#pieces[1]! : 0;
  }

  /** One past the last octet that is there. */
  get end(): number {
    return this.#pieces.at(-1) ?? 0;
  }

  /** Takes the lent `bytes[start, end)` as the octets from `offset` on. */
  add(offset: number, bytes: Uint8Array, start: number, end: number): void {
    const to = offset + end - start;
    if (end <= start || this.refused !== null) return;
    this.#came += end - start;
    if (to > maxScatteredOctets) this.refused = 'handshake octets beyond what is put together';
    else if (to > scatteredReach + this.#came * scatteredReachTimes)
      this.refused = 'handshake octets far ahead of all others';
    else if (!this.#reserve(to)) this.refused = 'handshake octets over the memory budget';
    else {
      this.#fill(offset, to, bytes, start);
      this.#note(offset, to);
    }
  }

  /** Gives its buffer back; nothing may be added after. */
  release(): void {
    if (this.bytes !== noBytes) this.#pool.release(this.bytes);
    this.bytes = noBytes;
    this.#pieces.length = 0;
  }

  /** Copies what is not there yet of `[from, to)`. */
  #fill(from: number, to: number, bytes: Uint8Array, start: number): void {
    const pieces = this.#pieces;
    let at = from;
    for (let piece = 0; piece < pieces.length && at < to; piece += 2) {
      const known = Math.min(pieces[piece]!, to);
      if (known > at) this.bytes.set(bytes.subarray(start + at - from, start + known - from), at);
      at = Math.max(at, pieces[piece + 1]!);
    }
    if (at < to) this.bytes.set(bytes.subarray(start + at - from, start + to - from), at);
  }

  /** Adds `[from, to)` to the pieces, joined with those that it touches. */
  #note(from: number, to: number): void {
    const pieces = this.#pieces;
    let first = 0;
    while (first < pieces.length && pieces[first + 1]! < from) first += 2;
    let last = first;
    let begin = from;
    let end = to;
    while (last < pieces.length && pieces[last]! <= to) {
      begin = Math.min(begin, pieces[last]!);
      end = Math.max(end, pieces[last + 1]!);
      last += 2;
    }
    pieces.splice(first, last - first, begin, end);
    if (pieces.length > maxScatteredPieces * 2) this.refused = 'handshake octets in too many pieces';
  }

  #reserve(octets: number): boolean {
    if (this.bytes.length >= octets) return true;
    const grown = this.#pool.take(Math.max(octets, this.bytes.length * 2));
    if (grown === null) return false;
    grown.set(this.bytes);
    if (this.bytes !== noBytes) this.#pool.release(this.bytes);
    this.bytes = grown;
    return true;
  }
}
