// What a record must look like to be believed: small checks that are put together to a type. They copy what they know and leave
// out what they don't, so that nothing that was not looked at gets any further.
import { isIP } from 'node:net';

/** Longest text of a record, in characters: a subject of a certificate may have thousands. */
const maxText = 65_536;

/** Longest list of a record. A ClientHello may offer 32,767 cipher suites. */
const maxList = 65_536;

/** Where the first thing stands that is not as it must be. */
export interface Fault {
  /** Members from the outermost on, as in 'tls.clientHello.frame'; '' for the whole. */
  path: string;
}

/** Copies a value that is as it must be; undefined, and the fault says where, for one that is not. Never throws. */
export type Shape<T> = (value: unknown, fault: Fault) => T | undefined;

/** Anything that is true or false. */
export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** Any finite number. */
export const real: Shape<number> = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/** A whole number from 0 on. */
export const natural: Shape<number> = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

/** A whole number. */
export const whole: Shape<number> = (value) => (Number.isSafeInteger(value) ? (value as number) : undefined);

/** A number of 16 bits: a port, a code point. */
export const sixteenBits: Shape<number> = (value) => {
  const number = natural(value, noFault);
  return number !== undefined && number <= 0xffff ? number : undefined;
};

/** A number that frames have: 31 bits. */
export const frameNumber: Shape<number> = (value) => {
  const number = natural(value, noFault);
  return number !== undefined && number <= 0x7fffffff ? number : undefined;
};

/** Text. */
export const text: Shape<string> = (value) =>
  typeof value === 'string' && value.length <= maxText ? value : undefined;

/** An IP address without a zone. */
export const address: Shape<string> = (value) =>
  typeof value === 'string' && isIP(value) !== 0 && !value.includes('%') ? value : undefined;

const rfc3339 = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?Z$/;

/** A time in RFC 3339, in UTC. */
export const time: Shape<string> = (value) => (typeof value === 'string' && rfc3339.test(value) ? value : undefined);

const sha256Hex = /^[0-9a-f]{64}$/;

/** A SHA-256 in hexadecimal. */
export const digest: Shape<string> = (value) =>
  typeof value === 'string' && sha256Hex.test(value) ? value : undefined;

/** One of some words. */
export function word<T extends string | number | boolean>(...words: readonly T[]): Shape<T> {
  return (value) => words.find((one) => one === value);
}

/** The same or null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, fault) => (value === null ? null : shape(value, fault));
}

/** A list of at most `most`. */
export function list<T>(shape: Shape<T>, most: number = maxList): Shape<T[]> {
  return (value, fault) => {
    if (!Array.isArray(value) || value.length > most) return undefined;
    const copied: T[] = [];
    for (let at = 0; at < value.length; at++) {
      const item = shape(value[at], fault);
      if (item === undefined) return undefined;
      copied.push(item);
    }
    return copied;
  };
}

/** The shape of a member that may be absent. */
export interface OptionalShape<T> {
  readonly optional: Shape<T>;
}

/** A member that may be absent. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { optional: shape };
}

/** A shape for each member of a type: the compiler sees to it that none is forgotten. */
export type MemberShapes<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key] ? OptionalShape<Exclude<T[Key], undefined>> : Shape<T[Key]>;
};

/** An object with these members; further ones are left out. */
export function members<T extends object>(shapes: MemberShapes<T>): Shape<T> {
  const entries = Object.entries<Shape<unknown> | OptionalShape<unknown>>(shapes).map(([key, shape]) =>
    typeof shape === 'function'
      ? { key, shape, mayBeAbsent: false }
      : { key, shape: shape.optional, mayBeAbsent: true },
  );
  return (value, fault) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const read = value as Readonly<Record<string, unknown>>;
    const copied: Record<string, unknown> = {};
    for (let at = 0; at < entries.length; at++) {
      const { key, shape, mayBeAbsent } = entries[at]!;
      if (mayBeAbsent && read[key] === undefined) continue;
      const member = shape(read[key], fault);
      if (member === undefined) {
        fault.path = fault.path === '' ? key : `${key}.${fault.path}`;
        return undefined;
      }
      copied[key] = member;
    }
    return copied as T;
  };
}

/** Counts by name, at most `most` of them. */
export function counts(most: number): Shape<Record<string, number>> {
  return (value, fault) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    if (entries.length > most) return undefined;
    const copied: Record<string, number> = Object.create(null) as Record<string, number>;
    for (const [name, count] of entries) {
      const number = natural(count, fault);
      if (number === undefined) return undefined;
      copied[name] = number;
    }
    return copied;
  };
}

const noFault: Fault = { path: '' };
