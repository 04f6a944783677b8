// RFC 5280 §4.1.2.5: UTCTime YYMMDDHHMMSSZ (50..99 is 19YY, 00..49 is 20YY) and GeneralizedTime YYYYMMDDHHMMSSZ. Issuers also
// write times without seconds, with fractions, and with offsets (X.680 §46 and §47 allow them): read, and noted.
import { type DerReader, tags } from './der.js';

const notADigit = -1;

/** The time in hand as RFC 3339 in whole seconds ('2026-11-21T10:00:00Z'); '' and an oddity where it can't be read. */
export function readTime(reader: DerReader, field: string): string {
  const { document, tag, contentStart, contentEnd } = reader;
  const { bytes } = document;
  const general = tag === tags.generalizedTime;
  let year = general ? digits(bytes, contentStart, 4, contentEnd) : digits(bytes, contentStart, 2, contentEnd);
  if (!general && year !== notADigit) year += year >= 50 ? 1900 : 2000;
  let at = contentStart + (general ? 4 : 2);
  const month = digits(bytes, at, 2, contentEnd);
  const day = digits(bytes, at + 2, 2, contentEnd);
  const hour = digits(bytes, at + 4, 2, contentEnd);
  at += 6;
  let minute = digits(bytes, at, 2, contentEnd);
  if (minute === notADigit && general) minute = 0;
  else at += 2;
  let second = digits(bytes, at, 2, contentEnd);
  if (second === notADigit) {
    second = 0;
    document.note(`${field} without seconds`);
  } else at += 2;
  if (general && (bytes[at] === 0x2e || bytes[at] === 0x2c) && at < contentEnd) {
    document.note(`${field} with a fraction`);
    at++;
    while (at < contentEnd && digit(bytes, at) !== notADigit) at++;
  }
  const offset = readOffset(reader, at, field);
  if (Number.isNaN(offset) || !isDate(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    document.note(`unreadable ${field}`);
    return '';
  }
  if (second > 59) {
    document.note(`unreadable ${field}`);
    return '';
  }
  if (general && year < 2050 && year >= 1950) document.note(`${field} before 2050 as GeneralizedTime`);
  if (offset !== 0) return shifted(reader, field, year, month, day, hour, minute - offset, second);
  const century = two[Math.floor(year / 100)]!;
  return `${century}${two[year % 100]!}-${two[month]!}-${two[day]!}T${two[hour]!}:${two[minute]!}:${two[second]!}Z`;
}

/** Minutes east of UTC written at `at`; NaN where neither 'Z' nor an offset ends the time. */
function readOffset(reader: DerReader, at: number, field: string): number {
  const { document, contentEnd } = reader;
  const sign = at < contentEnd ? document.bytes[at] : 0;
  if (sign === 0x5a && at + 1 === contentEnd) return 0;
  if (at === contentEnd) {
    document.note(`${field} without a time zone`);
    return 0;
  }
  const hours = digits(document.bytes, at + 1, 2, contentEnd);
  const minutes = at + 3 === contentEnd ? 0 : digits(document.bytes, at + 3, 2, contentEnd);
  const isOffset = (sign === 0x2b || sign === 0x2d) && (at + 3 === contentEnd || at + 5 === contentEnd);
  if (!isOffset || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  document.note(`${field} with a time zone offset`);
  return (sign === 0x2b ? 1 : -1) * (hours * 60 + minutes);
}

function shifted(
  reader: DerReader,
  field: string,
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): string {
  // Date.UTC would take the years 0..99 for 19YY.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const moved = date.getUTCFullYear();
  if (moved >= 0 && moved <= 9999) return date.toISOString().replace('.000Z', 'Z');
  reader.document.note(`unreadable ${field}`);
  return '';
}

function isDate(year: number, month: number, day: number): boolean {
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function digits(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return notADigit;
  let value = 0;
  for (let index = 0; index < count; index++) {
    const one = digit(bytes, at + index);
    if (one === notADigit) return notADigit;
    value = value * 10 + one;
  }
  return value;
}

function digit(bytes: Uint8Array, at: number): number {
  const octet = bytes[at]!;
  return octet >= 0x30 && octet <= 0x39 ? octet - 0x30 : notADigit;
}

const two: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
