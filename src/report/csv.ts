import { harmless } from './harmless.js';

/**
 * One CSV line (RFC 4180). What a spreadsheet would run as a formula (a cell that begins with `=`, `+`, `-`, `@`, tab or
 * carriage return) gets an apostrophe in front; control characters become visible escapes.
 */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = harmless(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value, 10_000);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
