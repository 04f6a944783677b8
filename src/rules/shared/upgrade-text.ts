import type { UpgradeRecord } from '../../model/content.js';

/** 'The client asked for STARTTLS and the server said no, …': what became of an upgrade, as a sentence that names it. */
export function upgradeText({ mechanism, basis }: UpgradeRecord): string {
  const named = basis.includes(mechanism) ? basis.charAt(0).toUpperCase() + basis.slice(1) : `${mechanism}: ${basis}`;
  return `${named}${named.endsWith('.') ? '' : '.'}`;
}
