// The few pieces of BER (ITU-T X.690 §8.1) that LDAP, Kerberos and SNMP are told by: a tag, a definite length, a content.
import type { Opening } from '../model/protocol.js';
import { octetAt } from './octets.js';

/** Returned where the opening ends within a tag and length. */
export const berUnfinished = -1;
/** Returned where there is another tag, or a length that no such message has. */
export const berMismatch = -2;

/**
 * Offset of the content of the element at `offset` if its tag is `tag`, else `berUnfinished` or `berMismatch`. Lengths of up
 * to four octets, below 16 MiB; encoders that always write four are common.
 */
export function enterBer(opening: Opening, offset: number, tag: number): number {
  if (offset >= opening.length) return berUnfinished;
  if (octetAt(opening, offset) !== tag) return berMismatch;
  const length = berLength(opening, offset);
  return length < 0 ? length : offset + 2 + lengthOctets(opening, offset);
}

/** Offset after the element at `offset`, whatever its tag, else `berUnfinished` or `berMismatch`. May lie past the end. */
export function skipBer(opening: Opening, offset: number): number {
  if (offset >= opening.length) return berUnfinished;
  const length = berLength(opening, offset);
  return length < 0 ? length : offset + 2 + lengthOctets(opening, offset) + length;
}

function lengthOctets(opening: Opening, offset: number): number {
  const first = octetAt(opening, offset + 1);
  return first < 0x80 ? 0 : first & 0x7f;
}

function berLength(opening: Opening, offset: number): number {
  if (offset + 1 >= opening.length) return berUnfinished;
  const first = octetAt(opening, offset + 1);
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) return berMismatch;
  if (offset + 2 + octets > opening.length) return berUnfinished;
  let length = 0;
  for (let at = 0; at < octets; at++) length = length * 256 + octetAt(opening, offset + 2 + at);
  return length < 0x1000000 ? length : berMismatch;
}
