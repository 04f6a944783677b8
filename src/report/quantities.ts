// Numbers, sizes and times as a person reads them. Fixed to English: reports are compared and quoted.

/** 1234567 as '1,234,567'. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** '1 flow', '2,000 flows'; `plural` where adding an s is wrong. */
export function countOf(value: number, singular: string, plural: string = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Octets in decimal units: '512 B', '64.4 kB', '1.2 GB'. */
export function size(octets: number): string {
  let value = octets;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(value < 9.95 ? 1 : value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** Part of a whole as '42 %'; '<1 %' and '>99 %' where rounding would say nothing or all. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '';
  const percent = (100 * part) / whole;
  if (part > 0 && percent < 1) return '<1 %';
  if (part < whole && percent > 99) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** An RFC 3339 time in UTC as '2026-11-21 10:00:00 UTC'; what isn't one stays as it is. */
export function moment(time: string): string {
  const parts = /^(.{4,}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(time);
  return parts === null ? time : `${parts[1]} ${parts[2]} UTC`;
}

/** The day of an RFC 3339 time: '2026-11-21'. */
export function day(time: string): string {
  return time.split('T', 1)[0] ?? time;
}

/** A span of seconds: '0.4 ms', '12.3 s', '2 min 5 s', '3 h 20 min'. */
export function duration(seconds: number): string {
  if (Number.isNaN(seconds)) return 'unknown time';
  if (seconds < 1) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} days`;
}
