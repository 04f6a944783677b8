import { type Decoded, decoded } from '../../model/packet.js';

/**
 * Where decoding of one packet stands: the next header begins at `at`. One instance per decoder, reset per packet, moved
 * on by each `decode…` function. Offsets are octets in the view's `bytes`.
 *
 * Invariant: `start <= at`, `end <= limit`, and no octet at or past `end` is ever read. `limit` is where the headers
 * read so far say that this layer ends; it lies past `end` exactly when the capture was cut.
 */
export class Cursor {
  at = 0;
  /** One past the last captured octet of the layer. */
  end = 0;
  /** One past its last octet on the wire. */
  limit = 0;
  /** What comes next behind an IPv6 header or fragment: an IANA protocol number. */
  nextHeader = 0;
  /** A fragment's offset in its datagram in octets, set with `next.fragment`. */
  fragmentOffset = 0;
  /** Whether more fragments follow it. */
  fragmentMore = false;
  /** Its datagram's identification. */
  fragmentIdentification = 0;
  /** Inside a UDP tunnel that only its port suggests: no inner IP header has proved it yet. */
  unproven = false;
  /** IPv4 headers whose checksum does not add up. A counter of the run, never reset by a packet. */
  badChecksums = 0;
  /** The octets that the packet lies in, to read numbers of several octets: a third of the steps that octet by octet takes. */
  words: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array | null = null;

  /** `words` shows the lent `bytes` from here on. Packets of one chunk share them. */
  readFrom(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether fewer than `length` octets of the layer were captured. */
  lacks(length: number): boolean {
    return this.at + length > this.end;
  }

  /** Why `length` octets are not there: cut by the capture, or never sent. */
  shortage(length: number): Decoded {
    return this.at + length > this.limit ? decoded.malformed : decoded.truncated;
  }

  /** The layer ends `length` octets from here, as a length field of its header says: what follows is padding. */
  narrow(length: number): void {
    const limit = this.at + length;
    this.limit = limit;
    if (limit < this.end) this.end = limit;
  }
}
