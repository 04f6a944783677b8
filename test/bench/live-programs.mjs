// What sniffs in the benchmark of `analyze live`: the product with each backend, and its neighbours.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './measure.mjs';

const analyze = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'analyze.js');
const bufferMebibytes = 64;

/**
 * `counts` reads what it captured and what it says was lost (null = it says nothing) from what it left in its folder: the file
 * `output`, and what it printed. `seconds` bounds a run of one that fills the disk.
 * @typedef {{ captured: number, dropped: number | null }} Counts
 * @typedef {{ name: string, command: string[], ready: RegExp, counts: (errors: string, output: string) => Counts,
 *   isThere: () => boolean, get: string, seconds: number }} Program
 */

/** The product, with one of its backends. @param {string} backend @param {string} device @param {string} folder @returns {Program} */
export function product(backend, device, folder) {
  const output = join(folder, 'report.txt');
  return {
    name: `analyze live, ${backend}`,
    command: [execPath, analyze, 'live', '-i', device, '--backend', backend, '-o', output, '--no-progress'],
    ready: /sniffing/,
    counts: () => {
      const report = existsSync(output) ? readFileSync(output, 'utf8').replace(/\s+/g, ' ') : '';
      return {
        captured: number(/ live, [^,]+, ([\d,]+) packets?,/, report) ?? Number.NaN,
        dropped: number(/([\d,]+) packets? dropped while capturing/, report),
      };
    },
    isThere: () => backend === 'cap' || isInstalled(backend),
    get: backend === 'dumpcap' ? 'wireshark-common' : backend,
    seconds: Number.POSITIVE_INFINITY,
  };
}

/** @param {string} device @returns {Program[]} */
export function neighbours(device) {
  return [
    {
      name: 'tcpdump -w /dev/null',
      command: ['tcpdump', '-i', device, '-n', '-B', String(bufferMebibytes * 1024), '-w', '/dev/null'],
      ready: /listening on/,
      counts: (errors) => ({
        captured: number(/(\d+) packets? captured/, errors) ?? Number.NaN,
        dropped: number(/(\d+) packets? dropped by kernel/, errors),
      }),
      isThere: () => isInstalled('tcpdump'),
      get: 'tcpdump',
      seconds: Number.POSITIVE_INFINITY,
    },
    {
      name: 'tshark, TLS fields',
      command: [
        ...['tshark', '-n', '-l', '-i', device, '-B', String(bufferMebibytes), '-Y', 'tls.handshake'],
        ...['-T', 'fields', '-e', 'tls.handshake.type', '-e', 'tls.handshake.certificate_length'],
      ],
      ready: /Capturing on/,
      counts: (errors) => ({
        captured: number(/(\d+) packets? captured/, errors) ?? Number.NaN,
        dropped: number(/(\d+) packets? dropped from/, errors) ?? 0,
      }),
      isThere: () => isInstalled('tshark'),
      get: 'tshark',
      // It writes every packet to a file before it looks at it: 2 GB a minute, and it never catches up.
      seconds: 60,
    },
  ];
}

/** @param {RegExp} pattern @param {string} text */
function number(pattern, text) {
  const match = pattern.exec(text);
  return match === null ? null : Number(match[1].replaceAll(',', ''));
}
