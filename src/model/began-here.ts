import type { ConnectionRecord } from './connection-record.js';

/** Whether a TCP connection's beginning is in the capture: its SYN, or the answer to it where one direction alone was captured. */
export function beganHere({ sawSyn, rolesFrom }: Pick<ConnectionRecord, 'sawSyn' | 'rolesFrom'>): boolean {
  return sawSyn || rolesFrom === 'syn';
}
