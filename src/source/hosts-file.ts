// What `--hosts` names: names of addresses, as a hosts file, a table, or what Kubernetes lists.
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { sourceErrorOf } from './source-error.js';

/** Largest file, in octets: the pods of a large cluster come to some 200 MB with all their status. */
const maxOctets = 536_870_912;

/** Most addresses of all files together. */
const maxHostNames = 1_000_000;

/** Most problems that are told of one file. */
const maxProblems = 20;

/** The name of an address, by a file that the user gave. */
export interface HostName {
  /** As reports write it (RFC 5952). */
  ip: string;
  name: string;
  source: 'hosts' | 'kubernetes';
}

/** A file of names that can't be used: one line for everything that is wrong, 'file:line: what'. */
export class HostsFileError extends Error {
  override readonly name = 'HostsFileError';
  readonly code = 'HOSTS_FILE';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), { cause });
    this.problems = problems;
  }
}

/** Reads a file of names. Throws a `HostsFileError` that tells everything that is wrong with it. */
export async function readHostsFile(path: string): Promise<HostName[]> {
  let octets: Uint8Array;
  try {
    octets = await readFile(path);
  } catch (thrown) {
    throw new HostsFileError([`cannot read hosts file ${sourceErrorOf(path, thrown).message}`], thrown);
  }
  if (octets.length > maxOctets) throw new HostsFileError([`${path}: larger than ${maxOctets} octets`]);
  const { names, problems } = parseHosts(new TextDecoder().decode(octets));
  if (problems.length > 0) throw new HostsFileError(problems.map((problem) => `${path}${problem}`));
  return names;
}

/** What a text says of names; each problem begins with ':line: ' or ': '. The form is told by the content. */
export function parseHosts(text: string): { names: HostName[]; problems: string[] } {
  const bare = text.replace(/^\ufeff/, '');
  const found = /^\s*[{[]/.test(bare) ? parseKubernetes(bare) : parseLines(bare);
  if (found.names.length === 0 && found.problems.length === 0) {
    found.problems.push(
      ': no name in it (a hosts file, CSV of address,workload, or kubectl get pods,services -A -o json)',
    );
  }
  if (found.names.length > maxHostNames) found.problems.push(`: more than ${maxHostNames} names`);
  return { names: found.names, problems: fewOf(found) };
}

/** Of many problems the first; of a text in which nothing fits only one, for it is something else. */
function fewOf({ names, problems }: { names: readonly HostName[]; problems: readonly string[] }): string[] {
  if (names.length === 0 && problems.length > 2) return [`: no hosts file: none of its lines names an address`];
  if (problems.length <= maxProblems) return [...problems];
  return [...problems.slice(0, maxProblems), `: and ${problems.length - maxProblems} more lines`];
}

/** A hosts file (hosts(5)) or CSV: an address and a name on each line. */
function parseLines(text: string): { names: HostName[]; problems: string[] } {
  const names: HostName[] = [];
  const problems: string[] = [];
  const lines = text.split(/\r?\n/);
  let isFirst = true;
  for (const [at, line] of lines.entries()) {
    const content = line.replace(/#.*/, '').trim();
    if (content === '') continue;
    const isTable = content.includes(',');
    const [address = '', name = ''] = isTable ? cells(content) : content.split(/\s+/);
    const ip = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
    if (isIP(ip) === 0) {
      // The first row of a table may name its columns.
      if (!(isTable && isFirst)) problems.push(`:${at + 1}: ${address.slice(0, 80)} is no address`);
    } else if (name === '') problems.push(`:${at + 1}: ${address} has no name`);
    else names.push({ ip: normalized(ip), name, source: 'hosts' });
    isFirst = false;
  }
  return { names, problems };
}

/** Cells of a line of CSV (RFC 4180, without line breaks in them). */
function cells(line: string): string[] {
  const found: string[] = [];
  for (const [, quoted, bare] of line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))/g)) {
    found.push((quoted?.replaceAll('""', '"') ?? bare ?? '').trim());
  }
  return found;
}

/** What is read of an object of Kubernetes; everything may be missing. */
interface KubernetesObject {
  kind?: unknown;
  items?: unknown;
  metadata?: {
    name?: unknown;
    namespace?: unknown;
    labels?: Record<string, unknown>;
    ownerReferences?: { kind?: unknown; name?: unknown }[];
  };
  spec?: { hostNetwork?: unknown; clusterIP?: unknown; clusterIPs?: unknown; externalIPs?: unknown };
  status?: { podIP?: unknown; podIPs?: { ip?: unknown }[]; loadBalancer?: { ingress?: { ip?: unknown }[] } };
}

/** A list of pods and services, as `kubectl get pods,services -A -o json` prints it. */
function parseKubernetes(text: string): { names: HostName[]; problems: string[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    return { names: [], problems: [`: no JSON: ${(thrown as Error).message}`] };
  }
  const names: HostName[] = [];
  let objects = 0;
  for (const object of objectsOf(parsed)) {
    if (object.kind !== 'Pod' && object.kind !== 'Service') continue;
    objects++;
    const addresses = object.kind === 'Pod' ? podAddresses(object) : serviceAddresses(object);
    const name = `${textOf(object.metadata?.namespace) ?? 'default'}/${workloadOf(object)}`;
    for (const ip of new Set(addresses)) {
      if (typeof ip === 'string' && isIP(ip) !== 0) names.push({ ip: normalized(ip), name, source: 'kubernetes' });
    }
  }
  return { names, problems: objects === 0 ? [': JSON without a pod or service of Kubernetes in it'] : [] };
}

/** The objects of a list, of several lists, or one by itself. */
function objectsOf(parsed: unknown): KubernetesObject[] {
  const found: KubernetesObject[] = [];
  for (const value of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
    if (!isObject(value)) continue;
    if (Array.isArray(value.items))
      for (const item of value.items as unknown[])
        if (isObject(item)) found.push(item);
        else found.push(value);
  }
  return found;
}

function isObject(value: unknown): value is KubernetesObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Pods in the network of their node share its address, which then names none of them. */
function podAddresses({ spec, status }: KubernetesObject): unknown[] {
  if (spec?.hostNetwork === true) return [];
  const several = Array.isArray(status?.podIPs) ? status.podIPs.map((one) => one?.ip) : [];
  return [status?.podIP, ...several];
}

function serviceAddresses({ spec, status }: KubernetesObject): unknown[] {
  const lists = [spec?.clusterIPs, spec?.externalIPs].flatMap((list) => (Array.isArray(list) ? list : []));
  const ingress = status?.loadBalancer?.ingress;
  return [spec?.clusterIP, ...lists, ...(Array.isArray(ingress) ? ingress.map((one) => one?.ip) : [])];
}

/** The workload that made a pod (its Deployment, StatefulSet, DaemonSet or Job), else the object's own name. */
function workloadOf({ kind, metadata }: KubernetesObject): string {
  const own = textOf(metadata?.name) ?? '?';
  if (kind !== 'Pod') return own;
  const owner = Array.isArray(metadata?.ownerReferences) ? metadata.ownerReferences[0] : undefined;
  const name = textOf(owner?.name);
  if (name === null) return own;
  const hash = textOf(metadata?.labels?.['pod-template-hash']);
  return owner?.kind === 'ReplicaSet' && hash !== null && name.endsWith(`-${hash}`)
    ? name.slice(0, -hash.length - 1)
    : name;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 512) : null;
}

/** An address as reports write it (RFC 5952), by way of the URL parser, which does the same. */
function normalized(ip: string): string {
  return ip.includes(':') ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip;
}
