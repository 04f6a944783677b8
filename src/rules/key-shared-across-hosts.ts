import type { CertificateRecord } from '../model/certificate.js';
import type { Severity } from '../model/finding.js';
import {
  type Answer,
  clean,
  inapplicable,
  type LateSighting,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
} from '../model/rule.js';
import { certificateName } from './shared/certificate-name.js';
import { type CertificateUse, CertificateUses } from './shared/certificate-uses.js';
import { isPrivateAddress } from './shared/private-address.js';

const about: RuleMetadata = {
  kind: 'key-shared-across-hosts',
  severity: 'medium',
  title: 'One private key for several hosts, roles or identities',
  meaning:
    'One private key serves several server addresses, or is used both as a server and as a client, or by clients under two ' +
    'identities. Low where the servers are public (content networks share keys by design).',
  why:
    'A key that lies on several hosts is lost with any of them, and none of them can be told from the others: whoever takes one ' +
    'host is all of them, until every certificate on the key has been replaced.',
  blindSpots: [
    'Addresses are not hosts: one host with several addresses, or a load balancer in front of the same host, looks the same.',
    'Meshes use one certificate for both roles of a workload; that alone, on one host, is only noted (info).',
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
  ],
  remediation: {
    general:
      'Give every host and every role a key of its own, made where it is used and never copied; let the CA sign as many ' +
      'certificates as there are hosts.',
    products: {
      nginx: 'One ssl_certificate_key a host; another one for proxy_ssl_certificate_key.',
      HAProxy: 'One crt file a host, another for the server lines.',
      Istio: 'Leave keys to the agent: each workload makes its own.',
    },
  },
  cwe: [321],
  standards: ['NIST SP 800-57 Part 1'],
  scope: 'certificate',
  concerns: 'tls',
};

/** One private key in several places. */
export const keySharedAcrossHosts: Rule = {
  about,
  begin(context: RunContext): RuleJudge {
    const uses = new CertificateUses(false);
    return {
      connection(record): Answer {
        const session = record.tls!;
        if (session.serverCertificates === null && session.clientCertificates === null) return inapplicable;
        // The same handshake on both sides of an address translation is one use.
        if (session.sameServerRandom === null) uses.add(record);
        return clean;
      },
      *finish(): Iterable<LateSighting> {
        for (const shared of byKey(uses, context).values()) {
          const why = sharing(shared, context);
          if (why !== null) yield sighting(shared, why, context);
        }
      },
    };
  },
};

/** Why a key counts as shared. */
interface Sharing {
  severity: Severity;
  text: string;
}

function byKey(uses: Iterable<CertificateUse>, context: RunContext): Map<string, CertificateUse[]> {
  const keys = new Map<string, CertificateUse[]>();
  for (const use of uses) {
    const key = context.publicKey(use.sha256) ?? use.sha256;
    const known = keys.get(key);
    if (known === undefined) keys.set(key, [use]);
    else known.push(use);
  }
  return keys;
}

function sharing(uses: readonly CertificateUse[], context: RunContext): Sharing | null {
  const servers = distinct(uses.flatMap((use) => use.servers));
  const clients = distinct(uses.flatMap((use) => use.clients));
  const severalServers = mostOfOneFamily(servers);
  if (severalServers.length > 1) {
    const severity = severalServers.every(isPrivateAddress) ? 'medium' : 'low';
    return { severity, text: `one key serves ${listed(severalServers)}` };
  }
  const identities = distinct(
    uses.filter((use) => use.clients.length > 0).map((use) => identityOf(context.certificate(use.sha256))),
  ).filter((identity) => identity !== '');
  if (identities.length > 1)
    return { severity: 'medium', text: `clients under ${identities.length} identities use one key` };
  if (servers.length === 0 || clients.length === 0) return null;
  const byDesign = clients.every((client) => servers.includes(client)) && uses.every((use) => isForBoth(use, context));
  return {
    severity: byDesign ? 'info' : 'medium',
    text: `one key is used by the server at ${listed(servers)} and by the client at ${listed(clients)}`,
  };
}

function sighting(uses: readonly CertificateUse[], { severity, text }: Sharing, context: RunContext): LateSighting {
  const [use] = uses;
  const { capture } = use!;
  return {
    answer: 'fires',
    severity,
    certainty: uses.some(({ certainty }) => certainty === 'observed') ? 'observed' : 'decrypted',
    frames: uses.filter((other) => other.capture === capture).flatMap(({ frames }) => frames),
    detail: `${certificateName(use!.sha256, context)}${uses.length > 1 ? ` and ${uses.length - 1} more` : ''}: ${text}.`,
    certificate: use!.sha256,
    capture,
    flows: distinct(uses.flatMap(({ flows }) => flows)).sort((a, b) => a - b),
    count: uses.reduce((sum, { count }) => sum + count, 0),
    client: null,
    server: null,
  };
}

/** A host may have an address of either family: only those of one family are told apart. */
function mostOfOneFamily(addresses: readonly string[]): string[] {
  const six = addresses.filter((address) => address.includes(':'));
  const four = addresses.filter((address) => !address.includes(':'));
  return six.length > four.length ? six : four;
}

function isForBoth(use: CertificateUse, context: RunContext): boolean {
  const purposes = context.certificate(use.sha256)?.extendedKeyUsage ?? [];
  // RFC 5280 §4.2.1.12: without the extension a key may be used for everything.
  return purposes.length === 0 || (purposes.includes('serverAuth') && purposes.includes('clientAuth'));
}

function identityOf(certificate: CertificateRecord | null): string {
  return certificate?.spiffeId ?? certificate?.subjectAltNames[0] ?? certificate?.subject ?? '';
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 4).join(', ');
  return values.length > 4 ? `${shown} and ${values.length - 4} more` : shown;
}
