import { ByteTable } from '../../base/byte-table.js';
import { utf8 } from '../../base/bytes.js';
import { tlsExtensions } from '../../registry/tls-extensions.js';
import { type ClientHelloParts, type ClientHelloShape, readClientHelloShape } from './client-hello-shape.js';
import type { HelloTransport } from './ja4.js';
import {
  maxCanonicalLength,
  maxClientHelloShapeOctets,
  maxClientHelloShapes,
  maxRememberedNameOctets,
  maxRememberedNames,
} from './limits.js';

/**
 * Remembers the shapes of ClientHellos: a busy capture repeats few, and reading one anew with its two fingerprints costs
 * many times a lookup. Bounded; one per run and thread.
 *
 * The key is the hello in canonical form: transport, version, suites, compression methods, extension types, and of the
 * extensions' content just what a shape is read from. So two hellos have one shape exactly when they have one key.
 */
export class ClientHelloShapes {
  readonly #shapes: ByteTable<ClientHelloShape>;
  readonly #names: ByteTable<string>;
  readonly #hashes: Map<string, string> = new Map();
  readonly #key: Uint8Array = new Uint8Array(maxCanonicalLength);
  #keyLength = 0;

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed: number) {
    this.#shapes = new ByteTable(seed, maxClientHelloShapes, maxClientHelloShapeOctets);
    this.#names = new ByteTable(seed, maxRememberedNames, maxRememberedNameOctets);
  }

  /** How many shapes are remembered. */
  get size(): number {
    return this.#shapes.size;
  }

  /** The shape of a hello, remembered or read. */
  shape(parts: ClientHelloParts, transport: HelloTransport): ClientHelloShape {
    // Where the extensions don't add up there is no canonical form.
    const regular = parts.whole && parts.extensions.fault === null;
    if (!regular || !this.#makeKey(parts, transport)) {
      return readClientHelloShape(parts, transport, this.#hashes);
    }
    const known = this.#shapes.find(this.#key, 0, this.#keyLength);
    if (known !== undefined) return known;
    const shape = readClientHelloShape(parts, transport, this.#hashes);
    // A fault's place belongs to one message.
    if (shape.fault === null) this.#shapes.add(this.#key, 0, this.#keyLength, shape);
    return shape;
  }

  /** `bytes[start, end)` as UTF-8 text, one string for all connections that name the same. Hostile text. */
  name(bytes: Uint8Array, start: number, end: number): string {
    const known = this.#names.find(bytes, start, end);
    if (known !== undefined) return known;
    const name = utf8(bytes, start, end);
    this.#names.add(bytes, start, end, name);
    return name;
  }

  #makeKey(parts: ClientHelloParts, transport: HelloTransport): boolean {
    const { suites, compression, extensions } = parts;
    const { bytes } = extensions;
    this.#keyLength = 0;
    this.#keepOctet(transport.charCodeAt(0));
    this.#keepOctet(parts.legacyVersion >>> 8);
    this.#keepOctet(parts.legacyVersion & 0xff);
    // With their lengths, which tell where each ends.
    this.#keep(bytes, suites.start - 2, suites.end);
    this.#keep(bytes, compression.start - 1, compression.end);
    let at = extensions.start;
    while (at + 4 <= extensions.end) {
      const type = (bytes[at]! << 8) | bytes[at + 1]!;
      const bodyEnd = at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (bodyShapes(type)) this.#keep(bytes, at, bodyEnd);
      else if (isKeyShare(type)) this.#keepKeyShare(bytes, at, bodyEnd);
      else this.#keep(bytes, at, at + 2);
      at = bodyEnd;
    }
    return this.#keyLength <= maxCanonicalLength;
  }

  #keepKeyShare(bytes: Uint8Array, at: number, end: number): void {
    // Extension header and list length, then each share's group and key length: the rest is keys.
    this.#keep(bytes, at, Math.min(at + 6, end));
    let share = at + 6;
    while (share + 4 <= end) {
      this.#keep(bytes, share, share + 4);
      share += 4 + ((bytes[share + 2]! << 8) | bytes[share + 3]!);
    }
    // A list that doesn't add up is a fault of its own, never remembered; its odd octets need no place in the key.
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const key = this.#key;
    let length = this.#keyLength;
    if (length + (end - start) > key.length) {
      this.#keyLength = maxCanonicalLength + 1;
      return;
    }
    let at = start;
    // By fours: V8 looks at both arrays anew in each turn of a loop.
    for (; at + 4 <= end; at += 4, length += 4) {
      key[length] = bytes[at]!;
      key[length + 1] = bytes[at + 1]!;
      key[length + 2] = bytes[at + 2]!;
      key[length + 3] = bytes[at + 3]!;
    }
    for (; at < end; at++) key[length++] = bytes[at]!;
    this.#keyLength = length;
  }

  #keepOctet(octet: number): void {
    this.#key[this.#keyLength++] = octet;
  }
}

/** Whether a shape is read from an extension's content. The rest counts by being there: it differs in each connection. */
function bodyShapes(type: number): boolean {
  switch (type) {
    case tlsExtensions.supported_groups:
    case tlsExtensions.signature_algorithms:
    case tlsExtensions.signature_algorithms_cert:
    case tlsExtensions.ec_point_formats:
    case tlsExtensions.application_layer_protocol_negotiation:
    case tlsExtensions.supported_versions:
    case tlsExtensions.psk_key_exchange_modes:
    case tlsExtensions.client_certificate_type:
    case tlsExtensions.server_certificate_type:
    case tlsExtensions.compress_certificate:
    case tlsExtensions.record_size_limit:
      return true;
    default:
      return false;
  }
}

function isKeyShare(type: number): boolean {
  return type === tlsExtensions.key_share || type === tlsExtensions.key_share_draft;
}
