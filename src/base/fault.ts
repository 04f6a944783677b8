/**
 * Why a parser stopped before its end. Bytes never cause a throw; parsers return what they have and record a fault.
 *
 * - `truncated`: the bytes end before the structure does, by `missing` octets at least.
 * - `malformed`: the bytes contradict the specification.
 * - `unsupported`: legal, not decoded here.
 * - `limit`: legal, over one of our budgets.
 */
export type FaultKind = 'truncated' | 'malformed' | 'unsupported' | 'limit';

/** What went wrong, where. Plain data. */
export interface Fault {
  kind: FaultKind;
  /** The structure in the field's terms: 'ClientHello.extensions'. */
  where: string;
  /** Octet offset within the parsed structure. */
  offset: number;
  /** How many octets are missing at least; 0 unless `kind` is 'truncated'. */
  missing: number;
}
