// A first policy from what captures show: one segment a service, each line with the reason beside it. What is drafted holds on the
// captures that it was drafted from; whether it is what was meant a person decides.
import { formatEndpoint } from '../base/address.js';
import type { Finding } from '../model/finding.js';
import type { Hop } from '../model/hop.js';
import type { CaptureInfo } from '../model/report.js';
import { versionsByName } from './policy-values.js';

/** Services that are drafted; a capture of a scan shows more than anybody writes lines for. */
const maxServices = 500;

/** Client identities that are written out for one service. */
const maxIdentities = 50;

/** Characters of a comment, which quotes captures. */
const maxComment = 160;

/** All hops to one service. */
interface Service {
  ip: string;
  port: number;
  hops: Hop[];
}

/** What captures showed, for a draft. */
export interface DraftedFrom {
  hops: readonly Hop[];
  findings: readonly Finding[];
  captures: readonly CaptureInfo[];
}

/** Kinds of findings after which a certificate of a client proves nothing. */
const worthlessCertificates: ReadonlySet<string> = new Set([
  'self-signed-client-cert-accepted',
  'untrusted-client-cert-accepted',
  'expired-client-cert-accepted',
  'not-yet-valid-client-cert-accepted',
  'revoked-cert-accepted',
  'invalid-handshake-signature',
]);

/** Drafts the YAML of a policy. */
export function draftPolicy({ hops, findings, captures }: DraftedFrom): string {
  const sources = captures.map(({ path }) => path);
  const lastTime = captures.reduce<string | null>(
    (last, capture) =>
      capture.lastTime !== null && (last === null || capture.lastTime > last) ? capture.lastTime : last,
    null,
  );
  const flaws = new Map<string, string>();
  const unencrypted = new Map<string, string>();
  for (const { kind, server, flows } of findings) {
    if (server === null) continue;
    const seen = `${kind}, flow ${flows[0] ?? '?'}`;
    if (kind === 'null-cipher') unencrypted.set(server, seen);
    else if (worthlessCertificates.has(kind)) flaws.set(server, seen);
  }
  const services = new Map<string, Service>();
  const others: Service[] = [];
  for (const hop of hops) {
    const key = formatEndpoint(hop.server.ip, hop.server.port);
    const service = services.get(key);
    if (service === undefined) services.set(key, { ip: hop.server.ip, port: hop.server.port, hops: [hop] });
    else service.hops.push(hop);
  }
  const lines = [
    '# A draft: read every line. It says what the captures show, and that is not always what was meant.',
    ...sources.slice(0, 20).map((source) => `# From ${comment(source)}`),
    `# Packets until ${lastTime ?? 'none were read'}.`,
    '#',
    '# require: mutual | tls | cleartext-ok. Other lines that a segment may have: min-version, suites, server-ca,',
    '# client-ca, pins, client-identities, max-ticket-lifetime, severity, severities, tags.',
    '# The first segment that fits a connection takes it. `analyze policy check FILE` reads the file.',
    'version: 1',
    'segments:',
  ];
  const names = new Set<string>();
  let drafted = 0;
  for (const service of services.values()) {
    if (drafted === maxServices || !isJudged(service)) {
      others.push(service);
      continue;
    }
    drafted++;
    const endpoint = formatEndpoint(service.ip, service.port);
    const open = unencrypted.get(endpoint) ?? null;
    const protection = open === null ? requireLine(service.hops, flaws.get(endpoint) ?? null) : openLine(open);
    lines.push(...segmentLines(service, segmentName(service, names), protection));
  }
  if (drafted === 0) {
    lines.push('  - name: everything # nothing was seen that a line could be drafted for', '    require: mutual');
  }
  if (others.length > 0) {
    lines.push('# Not drafted, as nothing of them could be told (or there are too many):');
    for (const { ip, port, hops: seen } of others.slice(0, 50)) {
      lines.push(`#   ${formatEndpoint(ip, port)}: ${comment(seen[0]!.why)}`);
    }
    if (others.length > 50) lines.push(`#   and ${others.length - 50} more`);
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a service carries TLS or cleartext: of anything else a policy has nothing to say. */
function isJudged({ hops }: Service): boolean {
  return hops.some(({ kind, mtls, versions }) => kind !== 'opaque' && (mtls !== 'unknown' || versions.length > 0));
}

function segmentLines(service: Service, name: string, protection: string): string[] {
  const { ip, port, hops } = service;
  const known = hops.map(({ server }) => server.name).find((one) => one !== null) ?? null;
  const lines = [
    `  - name: ${scalar(name)}${known === null ? '' : ` # ${comment(known)}`}`,
    `    servers: ${scalar(ip)}`,
    `    ports: ${port}`,
    protection,
  ];
  const versions = [...new Set(hops.flatMap((hop) => hop.versions))];
  const lowest = [...versionsByName.keys()].find((version) => versions.includes(version));
  if (lowest !== undefined) {
    lines.push(
      `    min-version: ${lowest} # the lowest of ${comment([...versions].sort().join(', '))}${oldNote(lowest)}`,
    );
  }
  const identities = [...new Set(hops.flatMap((hop) => hop.identities))].sort();
  if (identities.length > 0 && identities.length <= maxIdentities && protection.startsWith('    require: mutual')) {
    lines.push(`    client-identities: # ${identities.length} seen; * stands for a part of a name`);
    for (const identity of identities) {
      const from = hops.find((hop) => hop.identities.includes(identity))!;
      lines.push(`      - ${scalar(identity)} # from ${comment(from.client.ip)}, flow ${from.flows[0] ?? '?'}`);
    }
  }
  return lines;
}

/** TLS without encryption is cleartext to whoever listens. */
function openLine(finding: string): string {
  return `    require: cleartext-ok # not encrypted: ${comment(finding)}. Meant? Else mutual or tls`;
}

/** The strongest line that every hop which can be told keeps to; `flaw` = why certificates of clients prove nothing here. */
function requireLine(hops: readonly Hop[], flaw: string | null): string {
  const worst = hops[0]!;
  const where = `${worst.client.ip}, flow ${worst.flows[0] ?? '?'}`;
  if (hops.some(({ mtls }) => mtls === 'cleartext')) {
    const clear = hops.find(({ mtls }) => mtls === 'cleartext')!;
    return `    require: cleartext-ok # ${comment(`seen: ${clear.why}; from ${clear.client.ip}`)}. Meant? Else mutual or tls`;
  }
  if (flaw !== null) return `    require: tls # not mutual, whatever is shown: ${comment(flaw)}`;
  if (requiresMutual(hops)) {
    const shown = hops.filter(({ mtls }) => isMutual(mtls)).length;
    const open = hops.length - shown;
    const rest = open === 0 ? '' : `; ${open} can't be told`;
    return `    require: mutual # ${shown} of ${hops.length} ${hops.length === 1 ? 'hop' : 'hops'}: ${comment(worst.why)}${rest}`;
  }
  if (hops.some(({ mtls }) => mtls === 'server-only' || mtls === 'optional')) {
    return `    require: tls # not mutual: ${comment(`${worst.why}; ${where}`)}`;
  }
  return `    require: tls # whether mutual can't be told: ${comment(`${worst.why}; ${where}`)}`;
}

function requiresMutual(hops: readonly Hop[]): boolean {
  return (
    hops.some(({ mtls }) => isMutual(mtls)) &&
    hops.every(({ mtls }) => isMutual(mtls) || mtls === 'unknown' || mtls === 'resumed')
  );
}

function isMutual(mtls: Hop['mtls']): boolean {
  return mtls === 'enforced' || mtls === 'presented' || mtls === 'rejected';
}

function oldNote(version: string): string {
  return version === 'TLSv1.2' || version === 'TLSv1.3' ? '' : '; deprecated (RFC 8996)';
}

/** A name for the segment: the service's where it has one, else its address; each once. */
function segmentName({ ip, port, hops }: Service, taken: Set<string>): string {
  const known = hops.map(({ server }) => server.name).find((name) => name !== null && name !== '');
  const base = (known ?? ip).slice(0, 100);
  let name = `${base}:${port}`;
  for (let again = 2; taken.has(name); again++) name = `${base}:${port} (${again})`;
  taken.add(name);
  return name;
}

/** Text from captures as a scalar of YAML: in double quotes, which JSON's are. */
function scalar(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;
  });
}

/** Text from captures that may stand in a comment: nothing in it ends the line. */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?').slice(0, maxComment);
}
