import type { Policy } from './policy.js';

/** A sound policy in one line: what is in it. */
export function policySummary({ policy }: { policy: Policy }): string {
  const { file, segments, exceptions } = policy;
  const lines = segments.reduce((sum, { requirements }) => sum + requirements.length, 0);
  const parts = [counted(segments.length, 'segment'), counted(lines, 'line'), counted(exceptions.length, 'exception')];
  return `${file}: ${parts.join(', ')}; nothing is wrong with it`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
