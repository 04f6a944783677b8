import { spawn } from 'node:child_process';

/** @typedef {import('./generate.mjs').Capture} Capture */

/**
 * Runs the product once and looks whether its report counts what the generator wrote: speed without the work is no figure.
 * Reads the report as it streams; a million flows don't fit a string.
 * @param {readonly string[]} command @param {Capture} capture @returns {Promise<string[]>} what is wrong, one sentence each
 */
export async function findWrongCounts(command, capture) {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {Record<string, { pattern: RegExp, want: number, got: number | null }>} */
  const counts = {
    packets: { pattern: /"captures":\s*\[\s*\{.*?"packets":\s*(\d+)/s, want: capture.packets, got: null },
    flows: { pattern: /"summary":\s*\{\s*"flows":\s*\{[^}]*?"total":\s*(\d+)/, want: capture.flows, got: null },
    'TLS flows': { pattern: /"summary":\s*\{\s*"flows":\s*\{[^}]*?"tls":\s*(\d+)/, want: capture.tls, got: null },
  };
  let seen = '';
  child.stdout.setEncoding('latin1');
  for await (const chunk of child.stdout) {
    seen = seen.slice(-8192) + chunk;
    for (const count of Object.values(counts)) {
      const found = count.got === null ? count.pattern.exec(seen) : null;
      if (found) count.got = Number(found[1]);
    }
  }
  const status = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  const wrong = status === 0 ? [] : [`exit status ${status}`];
  for (const [name, { want, got }] of Object.entries(counts)) {
    if (want !== got) wrong.push(`${name}: ${got ?? 'not said'}, written were ${want}`);
  }
  return wrong;
}
