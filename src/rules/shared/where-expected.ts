import type { ConnectionRecord } from '../../model/connection-record.js';
import type { Severity } from '../../model/finding.js';
import type { RunContext } from '../../model/rule.js';

/** What is medium elsewhere is high where the user said that mutual TLS must hold. */
export function whereExpected(severity: Severity, record: ConnectionRecord, context: RunContext): Severity {
  return severity === 'medium' && context.expectsMutual(record) === true ? 'high' : severity;
}
