import type { Fault } from '../../base/fault.js';
import type { Reader } from '../../base/reader.js';

/**
 * A message's fault: the outer reader's, else that of the one inside it, else that of the one inside both. A vector that
 * overruns a structure which is there to its end contradicts its own length field, so it is malformed, not truncated.
 */
export function messageFault(outer: Reader, inner: Reader, innermost: Reader | null = null): Fault | null {
  if (outer.fault !== null) return outer.fault;
  if (inner.fault !== null) return placedWithin(outer, inner, inner.fault);
  return innermost === null || innermost.fault === null ? null : placedWithin(outer, innermost, innermost.fault);
}

function placedWithin(outer: Reader, inner: Reader, fault: Fault): Fault {
  const offset = inner.start - outer.start + fault.offset;
  if (fault.kind === 'truncated') return { kind: 'malformed', where: fault.where, offset, missing: 0 };
  return { kind: fault.kind, where: fault.where, offset, missing: fault.missing };
}

/** Records that octets are left where the structure should have ended. */
export function expectEnd(reader: Reader): void {
  if (reader.fault === null && reader.at < reader.end) reader.fail('malformed');
}

/** Whether a hello lacks nothing: it may contradict itself, as long as its end was seen and no limit bit. */
export function isWhole(message: Reader, extensions: Reader): boolean {
  const cut = message.fault?.kind === 'truncated' || message.fault?.kind === 'limit';
  return !cut && extensions.fault?.kind !== 'limit';
}
