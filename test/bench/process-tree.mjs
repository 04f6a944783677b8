import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * What a process and its descendants have cost so far, from /proc (Linux): CPU seconds, and resident octets of the process
 * itself and of all together. Null once it is gone.
 * @param {number} pid @returns {{ cpuSeconds: number, ownOctets: number, octets: number } | null}
 */
export function costOf(pid) {
  try {
    // proc_pid_stat(5): 14 to 17 are the ticks of itself and of the children that it has waited for, 24 its pages.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    let cpuSeconds = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
    const ownOctets = Number(fields[21]) * 4096;
    let octets = ownOctets;
    for (const child of childrenOf(pid)) {
      const cost = costOf(child);
      cpuSeconds += cost?.cpuSeconds ?? 0;
      octets += cost?.octets ?? 0;
    }
    return { cpuSeconds, ownOctets, octets };
  } catch {
    return null;
  }
}

/** @param {number} pid */
function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
}

/** What `fraction` of the numbers are not above. @param {readonly number[]} numbers @param {number} fraction */
export function quantile(numbers, fraction) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
