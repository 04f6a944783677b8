// The programs that read interfaces: each writes a capture stream to its standard output, which the one reader reads. They
// need a capability, we need none; and none of them can take us along when it dies.
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendName, CaptureRequest } from './capture-request.js';

/** A program with its arguments. */
export interface CaptureCommand {
  backend: BackendName;
  program: string;
  args: string[];
}

/** tcpdump first: it tells its losses while it runs, dumpcap only when it ends, and `cap` never. */
export const backendNames: readonly BackendName[] = ['tcpdump', 'dumpcap', 'cap'];

const octetsPerKibibyte = 1024;
const octetsPerMebibyte = 1024 * 1024;

/** Folders that hold such programs, though a person's path may not name them. */
const systemFolders: readonly string[] = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
];

/** The backends that are installed here, best first. */
export function installedBackends(): BackendName[] {
  return backendNames.filter((name) => pathOf(name) !== null);
}

/** The command that sniffs `name` with a backend that is installed, or null. */
export function commandFor(backend: BackendName, request: CaptureRequest, name: string): CaptureCommand | null {
  const path = pathOf(backend);
  if (path === null) return null;
  if (backend === 'cap')
    return { backend, program: process.execPath, args: [path, JSON.stringify({ ...request, name })] };
  return {
    backend,
    program: path,
    args: backend === 'tcpdump' ? tcpdumpArgs(request, name) : dumpcapArgs(request, name),
  };
}

/** Where a backend is; null when it is not installed. */
export function pathOf(backend: BackendName): string | null {
  return backend === 'cap' ? capChildPath() : pathOfProgram(backend);
}

/** Where an executable is, in the path and the system's folders; null when it is nowhere. */
export function pathOfProgram(program: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...systemFolders]) {
    if (folder === '') continue;
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not there, or not for us.
    }
  }
  return null;
}

/** The command that lets a backend capture. */
export function permissionRemedy({ backend, program }: CaptureCommand): string {
  if (backend === 'dumpcap') {
    return `sudo dpkg-reconfigure wireshark-common && sudo usermod -aG wireshark ${userInfo().username} (then log in again)`;
  }
  return `sudo setcap cap_net_raw,cap_net_admin+eip ${program}`;
}

// -U: packets come as they are seen; without it the last ones of a quiet segment would never come. Not --immediate-mode,
// which costs losses on a busy one. SIGUSR1 asks for the drop counts; SIGUSR2 must never be sent (it flushes, and older ones die).
function tcpdumpArgs({ snapLength, bufferOctets, promiscuous, user, filter }: CaptureRequest, name: string): string[] {
  const args = ['-i', name, '-n', '-U', '-B', String(Math.ceil(bufferOctets / octetsPerKibibyte))];
  args.push('-s', String(snapLength), '-w', '-');
  if (!promiscuous) args.push('-p');
  // Of the same user we may signal it after we gave up root ourselves.
  if (user !== null) args.push('-Z', user);
  if (filter !== null) args.push('--', filter);
  return args;
}

function dumpcapArgs({ snapLength, bufferOctets, promiscuous, filter }: CaptureRequest, name: string): string[] {
  const args = ['-q', '-i', name, '-B', String(Math.ceil(bufferOctets / octetsPerMebibyte)), '-s', String(snapLength)];
  if (!promiscuous) args.push('-p');
  if (filter !== null) args.push('-f', filter);
  args.push('-w', '-');
  return args;
}

/** Our own program that runs the package `cap`; null unless both are there. */
function capChildPath(): string | null {
  try {
    createRequire(import.meta.url).resolve('cap/build/Release/cap.node');
    const path = fileURLToPath(new URL('./cap-child.js', import.meta.url));
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    return null;
  }
}
