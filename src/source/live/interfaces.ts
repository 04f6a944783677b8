// The interfaces of this machine, and whether we may sniff them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { installedBackends, pathOf, permissionRemedy } from './backends.js';
import type { BackendName } from './capture-request.js';

const linuxFolder = '/sys/class/net';

/** Milliseconds that a question to a backend may take. */
const patience = 5000;

/** One interface. */
export interface InterfaceInfo {
  name: string;
  /** Text of its addresses, IPv4 first as the system tells them. */
  addresses: string[];
  /** 'up', 'down', 'unknown' (the loopback interface says so). */
  state: string;
  /** The backend that may open it; null = none may, and `why` tells. */
  backend: BackendName | null;
  /** One line with the command that mends it; null when it can be opened. */
  why: string | null;
}

/** Names of the interfaces there are, in order; `any` is not among them. */
export function interfaceNames(): string[] {
  try {
    return readdirSync(linuxFolder)
      .filter((name) => name !== 'bonding_masters')
      .sort();
  } catch {
    return Object.keys(networkInterfaces()).sort();
  }
}

/** Whether an interface of that name is there; 'any' stands for all of Linux's. */
export function hasInterface(name: string): boolean {
  return name === 'any' || interfaceNames().includes(name);
}

/** Whether an interface is down; null where it is not there, or the system doesn't tell (Linux: IFF_UP of netdevice(7)). */
export function isDown(name: string): boolean | null {
  try {
    return (Number(readFileSync(`${linuxFolder}/${name}/flags`, 'latin1')) & 1) === 0;
  } catch {
    return null;
  }
}

/** The interfaces, each tried with every backend that is installed until one may open it. */
export function listInterfaces(): InterfaceInfo[] {
  const addresses = networkInterfaces();
  const backends = installedBackends();
  return interfaceNames().map((name) => ({
    name,
    addresses: (addresses[name] ?? []).map(({ address }) => address),
    state: stateOf(name),
    ...openable(name, backends),
  }));
}

function stateOf(name: string): string {
  try {
    return readFileSync(`${linuxFolder}/${name}/operstate`, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

function openable(name: string, backends: readonly BackendName[]): Pick<InterfaceInfo, 'backend' | 'why'> {
  let why: string | null = null;
  for (const backend of backends) {
    const complaint = tryToOpen(name, backend);
    if (complaint === null) return { backend, why: null };
    why ??= complaint;
  }
  return { backend: null, why: why ?? 'no program that captures packets is installed: sudo apt-get install tcpdump' };
}

/** tcpdump's `-d` and dumpcap's `-L` open the interface and end; whether `cap` may is only seen by capturing. */
function tryToOpen(name: string, backend: BackendName): string | null {
  const program = pathOf(backend)!;
  if (backend === 'cap') return process.getuid?.() === 0 ? null : 'the package cap needs root';
  const args = backend === 'tcpdump' ? ['-i', name, '-d'] : ['-i', name, '-L'];
  const tried = spawnSync(program, args, { encoding: 'utf8', timeout: patience, env: { ...process.env, LC_ALL: 'C' } });
  if (tried.status === 0) return null;
  const words = `${tried.stderr ?? ''}${tried.error?.message ?? ''}`;
  if (/permi(tted|ssion)|privilege|capabilit/i.test(words)) return permissionRemedy({ backend, program, args });
  if (/not up|network is down/i.test(words)) return `it is down: sudo ip link set ${name} up`;
  return words.trim().split('\n').pop() ?? `${backend} cannot open it`;
}
