// RFC 9846 (Alert Protocol), RFC 5246 §7.2: level 1, description 1.

import { tlsAlertLevels, tlsAlertName } from '../../registry/tls-alerts.js';

/** A plain alert. */
export interface AlertValue {
  /** Null for a level that is neither. */
  level: 'warning' | 'fatal' | null;
  /** The description's number. */
  code: number;
  /** Its registered name, or null. */
  description: string | null;
}

/** Parses an alert record's content, or gives null when it can't be a plain alert (encrypted, or cut). */
export function parseAlert(bytes: Uint8Array, start: number, end: number): AlertValue | null {
  if (Math.min(end, bytes.length) - start !== 2) return null;
  const level = bytes[start]!;
  const code = bytes[start + 1]!;
  return {
    level: level === tlsAlertLevels.warning ? 'warning' : level === tlsAlertLevels.fatal ? 'fatal' : null,
    code,
    description: tlsAlertName(code),
  };
}
