// How much of a TLS connection's payload may be shown: the handshake, and of what it protects no more than record headers.
import { u16 } from '../../base/bytes.js';
import { sequenceAdd, sequenceDistance } from '../../base/sequence.js';
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { cipherSuite } from '../../registry/cipher-suite-properties.js';
import { tlsContentTypes } from '../../registry/tls-content-types.js';
import { handshakeHeaderLength, isTlsRecordHeader, recordHeaderLength } from '../../wire/tls/record.js';
import { namesInHello } from './nameless-hello.js';

/** What is shown of TLS. */
export type TlsShown =
  /** Handshake, alerts, and in TLS 1.3 the protected records around the handshake, which can't be told from it. */
  | 'handshake'
  /** Handshake, alerts, and protected records, which nobody can read who has no keys. */
  | 'protected'
  /** Handshake and alerts; of protected records their headers. */
  | 'records'
  /** Hellos without their names, of other records headers and that of the handshake message that they open with. */
  | 'headers';

/** Octets [from, to) that are replaced by `fill`. */
export type Blank = readonly [from: number, to: number, fill: number];

const noName = 0x78;

/** A direction has not been seen in step with its records, or no longer is. */
const lost = -1;

/** What is known of one direction. */
class Direction {
  /** Next sequence number; null before the first segment. */
  next: number | null = null;
  /** Octets that the current record still has, or `lost`. */
  remaining: number = lost;
  keepsRecord = false;
  /** Protected content was seen: what comes later is no handshake. */
  hasContent = false;
  /** Octets of a header that a segment cut. */
  readonly header: Uint8Array = new Uint8Array(recordHeaderLength);
  headerFilled = 0;
}

/** Follows the records of one TCP connection and says of each segment how many octets from its beginning may be shown. */
export class TlsCutter {
  readonly #shown: TlsShown;
  /** The suite encrypts, and in TLS 1.3 that covers the handshake too. */
  readonly #hidesAll: boolean;
  readonly #hidesContent: boolean;
  /** Frames in which a handshake message begins: kept where records can't be followed (TDS around TLS, SSLv2). */
  readonly #messageFrames: ReadonlySet<number>;
  /** Up to here segments out of order are handshake, if the suite protects what follows; -1 = that can't be relied on. */
  readonly #lastMessage: number;
  readonly #sides: Readonly<Record<Side, Direction>> = { client: new Direction(), server: new Direction() };
  // TLS 1.3: the server's protected records up to the client's first, and the client's up to the server's answer, are the
  // handshake as nearly as can be told without keys.
  #serverSpokeTls = false;
  #clientAnswered = false;
  #serverAnswered = false;

  constructor(record: ConnectionRecord, shown: TlsShown) {
    const { tls } = record;
    this.#shown = shown;
    const suite = cipherSuite(tls?.serverHello?.cipherSuite.id ?? 0);
    this.#hidesAll = suite !== null && suite.cipher !== 'null';
    this.#hidesContent = tls?.version === 'TLSv1.3' && this.#hidesAll;
    this.#messageFrames = new Set(tls?.messages.map(({ frame }) => frame) ?? []);
    this.#lastMessage = suite?.cipher === 'null' || shown === 'headers' ? -1 : Math.max(-1, ...this.#messageFrames);
  }

  /**
   * Of the octets that `segment` last said may be shown, stretches that may not: content in front of another record's header (to
   * become zeros), names (to become letters). By offsets in the payload.
   */
  readonly blanks: Blank[] = [];

  /**
   * Octets of the segment's payload `bytes[start, end)` that may be shown but for `blanks`, from its first; null = the direction is not (yet) TLS
   * here. `length` is that of the payload on the wire, `sequence` that of its first octet.
   */
  segment(
    from: Side,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    sequence: number,
    frame: number,
  ): number | null {
    this.blanks.length = 0;
    const side = this.#sides[from];
    const fresh = side.next === null;
    const ahead = side.next === null ? 0 : sequenceDistance(side.next, sequence);
    const whole = frame <= this.#lastMessage && !side.hasContent ? end - start : 0;
    // What came before was shown when it came, or fills a hole.
    if (ahead < 0 && ahead + length <= 0) return whole;
    if (ahead > 0) side.remaining = lost;
    const seen = ahead < 0 ? -ahead : 0;
    let at = Math.min(start + seen, end);
    let before = 0;
    if (side.remaining === lost) {
      side.headerFilled = 0;
      const found = this.#findRecord(bytes, at, end, frame);
      if (found < 0) {
        side.next = fresh ? null : sequenceAdd(sequence, length);
        if (this.#messageFrames.has(frame) && this.#shown !== 'headers') return end - start;
        return fresh ? null : whole;
      }
      before = found - at;
      at = found;
      side.remaining = 0;
    }
    const kept = this.#walk(side, from, bytes, at, end, at - start);
    side.next = sequenceAdd(sequence, length);
    this.#miss(side, length - (end - start));
    if (before > 0 && this.#shown === 'headers') {
      this.blanks.length = 0;
      return 0;
    }
    if (seen > 0) this.blanks.length = 0;
    return seen > 0 ? whole : before + kept;
  }

  /** Where a record begins: at once, or behind what a proxy put in front of the handshake; -1 = nowhere. */
  #findRecord(bytes: Uint8Array, at: number, end: number, frame: number): number {
    if (end - at >= recordHeaderLength && isTlsRecordHeader(bytes, at)) return at;
    if (!this.#messageFrames.has(frame)) return -1;
    for (let found = at + 1; found + recordHeaderLength < end; found++) {
      if (bytes[found] !== tlsContentTypes.handshake || !isTlsRecordHeader(bytes, found)) continue;
      const type = bytes[found + recordHeaderLength]!;
      if (type === 1 || type === 2) return found;
    }
    return -1;
  }

  /** Walks over the records in `bytes[start, end)`; returns how many octets from `start` on may be shown but for `blanks`. */
  #walk(side: Direction, from: Side, bytes: Uint8Array, start: number, end: number, offset: number): number {
    let kept = 0;
    // Where names are hidden nothing is shown behind what is.
    let open = true;
    for (let at = start; at < end; ) {
      if (side.remaining > 0) {
        const step = Math.min(side.remaining, end - at);
        const stretch = at - start + offset;
        at += step;
        side.remaining -= step;
        if (!side.keepsRecord) {
          // The last of a segment is cut: only behind it a header makes it a blank.
          if (at < end) this.blanks.push([stretch, stretch + step, 0]);
        } else if (open) kept = at - start;
        continue;
      }
      side.header[side.headerFilled++] = bytes[at++]!;
      if (open) kept = at - start;
      if (side.headerFilled < recordHeaderLength) continue;
      side.headerFilled = 0;
      if (!isTlsRecordHeader(side.header, 0)) {
        side.remaining = lost;
        return Math.max(0, kept - recordHeaderLength);
      }
      side.remaining = u16(side.header, 3);
      side.keepsRecord = this.#keeps(from, side.header[0]!);
      if (side.header[0] === tlsContentTypes.application_data) side.hasContent = true;
      if (open && this.#shown === 'headers' && side.header[0] === tlsContentTypes.handshake) {
        const names = at + side.remaining <= end ? namesInHello(bytes, at, at + side.remaining) : null;
        if (names === null) {
          kept = Math.min(at + handshakeHeaderLength, end) - start;
          open = false;
          continue;
        }
        side.keepsRecord = true;
        for (const [from, to] of names) this.blanks.push([from - start + offset, to - start + offset, noName]);
      }
    }
    return kept;
  }

  #keeps(from: Side, type: number): boolean {
    switch (type) {
      case tlsContentTypes.handshake:
        if (from === 'server') this.#serverSpokeTls = true;
        return this.#shown !== 'headers';
      case tlsContentTypes.change_cipher_spec:
      case tlsContentTypes.alert:
        return true;
      case tlsContentTypes.application_data:
        return this.#keepsContent(from);
      default:
        // A heartbeat's answer may be anything.
        return false;
    }
  }

  #keepsContent(from: Side): boolean {
    const isOfHandshake = this.#keepsProtected(from);
    if (this.#shown === 'protected') return this.#hidesAll;
    return isOfHandshake && this.#hidesContent && this.#shown === 'handshake';
  }

  #keepsProtected(from: Side): boolean {
    // Before the server's answer it is early data.
    if (!this.#serverSpokeTls) return false;
    if (from === 'client') {
      this.#clientAnswered = true;
      return !this.#serverAnswered;
    }
    if (this.#clientAnswered) this.#serverAnswered = true;
    return !this.#serverAnswered;
  }

  /** Octets that the capture cut from the segment's end. */
  #miss(side: Direction, octets: number): void {
    if (octets <= 0 || side.remaining === lost) return;
    if (side.remaining >= octets) side.remaining -= octets;
    else side.remaining = lost;
  }
}
