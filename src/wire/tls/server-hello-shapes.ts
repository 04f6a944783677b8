import { ByteTable } from '../../base/byte-table.js';
import { u16 } from '../../base/bytes.js';
import { ja3s } from './ja3.js';
import { maxExtensions, maxServerHelloShapeOctets, maxServerHelloShapes } from './limits.js';

/** What a server says in many ServerHellos alike. Frozen: one object serves all of them. */
export interface ServerHelloShape {
  /** Types in order. */
  readonly extensions: readonly number[];
  /** MD5 hexadecimal; '' where the hello was cut. */
  readonly ja3s: string;
}

/**
 * Remembers the shapes of ServerHellos: servers answer in few ways, and MD5 costs more than reading the hello. The key is
 * version, suite and extension types, which is all that a shape is made of. Bounded; one per run and thread.
 */
export class ServerHelloShapes {
  readonly #shapes: ByteTable<ServerHelloShape>;
  readonly #key: Uint8Array = new Uint8Array(4 + 2 * maxExtensions);

  /** `seed` is drawn per run, so that collisions can't be aimed. */
  constructor(seed: number) {
    this.#shapes = new ByteTable(seed, maxServerHelloShapes, maxServerHelloShapeOctets);
  }

  /** How many shapes are remembered. */
  get size(): number {
    return this.#shapes.size;
  }

  /** The shape of a whole hello whose extensions, at most `maxExtensions`, are `bytes[start, end)`; remembered or read. */
  shape(legacyVersion: number, cipherSuite: number, bytes: Uint8Array, start: number, end: number): ServerHelloShape {
    const key = this.#key;
    key[0] = legacyVersion >>> 8;
    key[1] = legacyVersion;
    key[2] = cipherSuite >>> 8;
    key[3] = cipherSuite;
    let length = 4;
    for (let at = start; at + 4 <= end && length < key.length; at = extensionEnd(bytes, at)) {
      key[length++] = bytes[at]!;
      key[length++] = bytes[at + 1]!;
    }
    const known = this.#shapes.find(key, 0, length);
    if (known !== undefined) return known;
    const extensions = extensionTypes(bytes, start, end);
    const shape = Object.freeze({ extensions, ja3s: ja3s(legacyVersion, cipherSuite, extensions) });
    this.#shapes.add(key, 0, length, shape);
    return shape;
  }

  /** The shape of a hello that is not whole: it is nobody else's, and has no fingerprint. */
  cutShape(bytes: Uint8Array, start: number, end: number): ServerHelloShape {
    return { extensions: extensionTypes(bytes, start, end), ja3s: '' };
  }
}

/** Types of the extensions in `bytes[start, end)`, the last one's content being there or not. */
function extensionTypes(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const types: number[] = [];
  for (let at = start; at + 4 <= end && types.length < maxExtensions; at = extensionEnd(bytes, at)) {
    types.push(u16(bytes, at));
  }
  return Object.freeze(types);
}

function extensionEnd(bytes: Uint8Array, at: number): number {
  return at + 4 + u16(bytes, at + 2);
}
