// BER (ITU-T X.690 §8.1) read straight through a message.
import type { Message } from './message.js';

/** A definite length; huge where it has more octets than any that is believed. */
export function berLength(message: Message): number {
  const first = message.u8();
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  let value = 0;
  for (let at = 0; at < Math.min(octets, 6); at++) value = value * 256 + message.u8();
  return octets === 0 || octets > 6 ? Number.MAX_SAFE_INTEGER : value;
}

/** Enters an element, whatever its tag, and returns the length of its content. */
export function berEnter(message: Message): number {
  message.skip(1);
  return berLength(message);
}

/** An INTEGER or ENUMERATED, read without its sign; its octets past the fifth are stepped over. */
export function berNumber(message: Message): number {
  const octets = berEnter(message);
  let value = 0;
  const read = Math.min(octets, 5);
  for (let at = 0; at < read; at++) value = value * 256 + message.u8();
  message.skip(octets - read);
  return value;
}
