import type { RunContext } from '../../model/rule.js';

/** Names from the wire may be of any length; a finding quotes this much of one. */
const maxNameLength = 120;

/** How a finding calls a certificate: its subject, else its first alternative name, with the beginning of its digest. */
export function certificateName(sha256: string, context: RunContext): string {
  const record = context.certificate(sha256);
  const digest = `sha256 ${sha256.slice(0, 12)}…`;
  if (record === null) return `Certificate ${digest}`;
  const name = record.subject || record.subjectAltNames[0] || '';
  if (name === '') return `Certificate without a name (${digest})`;
  return `Certificate ${name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name} (${digest})`;
}
