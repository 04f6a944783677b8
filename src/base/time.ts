// Time is seconds and nanoseconds as two numbers: a double can't hold nanoseconds since 1970.

const secondsPerDay = 86_400;

/** RFC 3339 in UTC with nine decimals: '2026-11-21T10:00:00.123456789Z'. Any number of seconds since 1970 is printable. */
export function formatTime(seconds: number, nanoseconds: number): string {
  if (seconds !== lastSecond) {
    lastSecond = seconds;
    lastSecondText = formatSecond(seconds);
  }
  return lastSecondText + fractionText(nanoseconds);
}

/** Seconds from `a` to `b` as a floating-point number. */
export function secondsBetween(aSeconds: number, aNanoseconds: number, bSeconds: number, bNanoseconds: number): number {
  return bSeconds - aSeconds + (bNanoseconds - aNanoseconds) / 1e9;
}

/** Seconds since 1970 of an RFC 3339 time, as exactly as a double holds them: to the microsecond; NaN for what is none. */
export function secondsOf(time: string): number {
  const { seconds, fraction } = partsOf(time);
  return seconds + fraction;
}

/** Seconds between two RFC 3339 times, to the nanosecond; NaN where one is none. */
export function secondsFrom(start: string, end: string): number {
  const from = partsOf(start);
  const to = partsOf(end);
  return to.seconds - from.seconds + (to.fraction - from.fraction);
}

function partsOf(time: string): { seconds: number; fraction: number } {
  const decimals = /\.\d+/.exec(time)?.[0] ?? '';
  return { seconds: Date.parse(time.replace(decimals, '')) / 1000, fraction: Number(`0${decimals}`) };
}

// Connections come in the order of time: many begin in one second, all in few days.
let lastSecond = Number.NaN;
let lastSecondText = '';

/** Up to the decimal point. */
function formatSecond(seconds: number): string {
  const days = Math.floor(seconds / secondsPerDay);
  const inDay = seconds - days * secondsPerDay;
  return `${formatDay(days)}T${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}:${two(inDay % 60)}.`;
}

const threeDigits: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

/** Nine decimals and the zone; a number that is no count of nanoseconds within a second as it is. */
function fractionText(nanoseconds: number): string {
  const milliseconds = threeDigits[Math.floor(nanoseconds / 1_000_000)];
  if (milliseconds === undefined) return `${String(nanoseconds).padStart(9, '0')}Z`;
  const microseconds = threeDigits[Math.floor(nanoseconds / 1000) % 1000]!;
  return `${milliseconds + microseconds + threeDigits[nanoseconds % 1000]!}Z`;
}

let lastDay = Number.NaN;
let lastDayText = '';

function formatDay(days: number): string {
  if (days !== lastDay) {
    lastDay = days;
    lastDayText = new Date(days * secondsPerDay * 1000).toISOString().replace(/T.*/, '');
  }
  return lastDayText;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
