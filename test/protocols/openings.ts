import { Opening } from '../../src/model/protocol.js';

/** An opening over its own array. */
export function openingOf(bytes: Uint8Array, final = false): Opening {
  return openingWithin(bytes, 0, bytes.length, final);
}

/** An opening over part of an array. */
export function openingWithin(bytes: Uint8Array, start: number, end: number, final = false): Opening {
  const opening = new Opening();
  opening.bytes = bytes;
  opening.start = start;
  opening.end = end;
  opening.final = final;
  return opening;
}

/** An opening amid other octets, which throws where anything outside its range is read. */
export function guardedOpening(bytes: Uint8Array, length: number, final = false): Opening {
  const before = 7;
  const surrounded = new Uint8Array(before + bytes.length + 7).fill(0x30);
  surrounded.set(bytes, before);
  const guarded = new Proxy(surrounded, {
    get(target, key) {
      const index = typeof key === 'string' ? Number(key) : Number.NaN;
      if (Number.isNaN(index)) return Reflect.get(target, key, target);
      if (index < before || index >= before + length) throw new Error(`read at ${index - before} of ${length}`);
      return target[index];
    },
  });
  return openingWithin(guarded, before, before + length, final);
}

/** Repeatable random 32-bit numbers (xorshift). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
