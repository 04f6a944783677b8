import type { UpgradeRecord } from '../model/content.js';

/** 'STARTTLS: the server said no, …': what became of an upgrade, as a sentence. */
export function upgradeText({ mechanism, basis }: UpgradeRecord): string {
  return `${mechanism}: ${basis}${basis.endsWith('.') ? '' : '.'}`;
}
