// Builds pcapng blocks in memory; a file is several of them joined.

/** One option of a block. */
export interface PcapngOption {
  code: number;
  bytes: Uint8Array;
}

/** Writes the blocks of one section in its byte order. */
export class PcapngBuilder {
  readonly #little: boolean;

  constructor(little = true) {
    this.#little = little;
  }

  /** Any block: type, body (padded here), both lengths. */
  block(type: number, body: Uint8Array): Uint8Array {
    const padded = (body.length + 3) & ~3;
    const bytes = new Uint8Array(12 + padded);
    bytes.set(this.numbers([4, type], [4, bytes.length]));
    bytes.set(body, 8);
    bytes.set(this.numbers([4, bytes.length]), bytes.length - 4);
    return bytes;
  }

  section(length = -1): Uint8Array {
    const high = length < 0 ? 0xffffffff : 0;
    const size: [number, number][] = this.#little
      ? [
          [4, length >>> 0],
          [4, high],
        ]
      : [
          [4, high],
          [4, length >>> 0],
        ];
    return this.block(0x0a0d0d0a, this.numbers([4, 0x1a2b3c4d], [2, 1], [2, 0], ...size));
  }

  interface(linkType = 1, snapLength = 0, options: readonly PcapngOption[] = []): Uint8Array {
    const fixed = this.numbers([2, linkType], [2, 0], [4, snapLength]);
    return this.block(1, join(fixed, this.options(options)));
  }

  /** `time` in units of the interface. */
  packet(
    bytes: Uint8Array,
    time = 0n,
    interfaceId = 0,
    options: readonly PcapngOption[] = [],
    originalLength: number = bytes.length,
  ): Uint8Array {
    const [high, low] = halves(time);
    const fixed = this.numbers([4, interfaceId], [4, high], [4, low], [4, bytes.length], [4, originalLength]);
    return this.block(6, join(fixed, pad(bytes), this.options(options)));
  }

  simplePacket(bytes: Uint8Array, originalLength: number = bytes.length): Uint8Array {
    return this.block(3, join(this.numbers([4, originalLength]), bytes));
  }

  obsoletePacket(bytes: Uint8Array, time = 0n, interfaceId = 0, drops = 0xffff): Uint8Array {
    const [high, low] = halves(time);
    const fixed = this.numbers([2, interfaceId], [2, drops], [4, high], [4, low], [4, bytes.length], [4, bytes.length]);
    return this.block(2, join(fixed, bytes));
  }

  statistics(interfaceId: number, options: readonly PcapngOption[]): Uint8Array {
    return this.block(5, join(this.numbers([4, interfaceId], [4, 0], [4, 0]), this.options(options)));
  }

  secrets(type: number, content: Uint8Array): Uint8Array {
    return this.block(10, join(this.numbers([4, type], [4, content.length]), content));
  }

  names(records: readonly { type: number; address: Uint8Array; names: readonly string[] }[]): Uint8Array {
    const parts = records.map(({ type, address, names }) => {
      const value = join(address, ...names.map((name) => new TextEncoder().encode(`${name}\0`)));
      return join(this.numbers([2, type], [2, value.length]), pad(value));
    });
    return this.block(4, join(...parts, this.numbers([2, 0], [2, 0])));
  }

  /** A 64-bit option. */
  option64(code: number, value: bigint): PcapngOption {
    const [high, low] = halves(BigInt.asUintN(64, value));
    const order: [number, number][] = this.#little
      ? [
          [4, low],
          [4, high],
        ]
      : [
          [4, high],
          [4, low],
        ];
    return { code, bytes: this.numbers(...order) };
  }

  options(options: readonly PcapngOption[]): Uint8Array {
    if (options.length === 0) return new Uint8Array(0);
    const parts = options.map(({ code, bytes }) => join(this.numbers([2, code], [2, bytes.length]), pad(bytes)));
    return join(...parts, this.numbers([2, 0], [2, 0]));
  }

  /** Numbers of 2 or 4 octets in the section's byte order. */
  numbers(...fields: readonly [2 | 4 | number, number][]): Uint8Array {
    const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const [width, value] of fields) {
      if (width === 2) view.setUint16(at, value, this.#little);
      else view.setUint32(at, value, this.#little);
      at += width;
    }
    return bytes;
  }
}

/** The pieces one behind the other. */
export function join(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function pad(bytes: Uint8Array): Uint8Array {
  return join(bytes, new Uint8Array(-bytes.length & 3));
}

function halves(value: bigint): [number, number] {
  return [Number(value >> 32n), Number(value & 0xffffffffn)];
}
