import type { ConnectionRecord } from '../model/connection-record.js';
import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { addressOf } from './shared/address-of.js';
import { maxRememberedPairs } from './shared/bounds.js';
import { CleartextLegs } from './shared/cleartext-legs.js';
import { clearContent, staysOnHost } from './shared/on-the-wire.js';
import { ProxiedHops } from './shared/proxied.js';
import { isGateway, isWeb, type Service, serviceOf } from './shared/services.js';
import { whereExpected } from './shared/where-expected.js';

/** A protocol besides HTTP without TLS. */
export const cleartextService: Rule = {
  about: {
    kind: 'cleartext-service',
    severity: 'medium',
    title: 'Service without TLS',
    meaning:
      'A protocol that carries data, commands or accounts, and has a secured form, crosses without it: data stores, message brokers, mail, files, directories, terminals, industrial control; and protocols not known here that are readable text, or in which certificates or keys can be read. High where mutual TLS is expected.',
    why: 'Anybody on the path reads and changes data and commands, and nothing proves who the two ends are.',
    blindSpots: [
      'DNS, DHCP, NTP, routing and discovery are left out: they serve the network and are seldom secured by TLS.',
      'Protocols that sign or seal inside themselves (Kerberos, SMB 3, LDAP with SASL) are not told from those that do not, where their first messages are in clear.',
      'Binary payload that fits no known protocol is not called cleartext.',
    ],
    remediation: {
      general:
        'Switch on the secured form of the protocol, require client certificates where it can, and close the cleartext port.',
      products: {
        nginx:
          'In a stream block, in front of services without TLS of their own: listen 6380 ssl; ssl_certificate …; ssl_certificate_key …; ssl_client_certificate ca.pem; ssl_verify_client on; and proxy_pass over a socket or loopback only.',
        HAProxy:
          'mode tcp with bind … ssl crt server.pem ca-file ca.pem verify required in front of services without TLS of their own.',
        Envoy: 'tcp_proxy behind a DownstreamTlsContext with require_client_certificate: true.',
        Istio: 'PeerAuthentication with mtls.mode: STRICT covers every TCP port of the workload.',
      },
    },
    cwe: [319],
    standards: ['NIST SP 800-52r2'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: (context) => {
    const legs = new CleartextLegs();
    /** Hosts that speak FTP: their data connections are one cause with it. */
    const controls = new Set<string>();
    let proxied: ProxiedHops | null = null;
    return {
      connection(record): Answer {
        const service = serviceIn(record);
        if (service === null) return record.kind === 'cleartext' ? clean : inapplicable;
        if (!carriesData(record)) return clean;
        legs.note(record);
        if (record.protocol === 'ftp' && controls.size < maxRememberedPairs)
          controls.add(hostsOf(record.client.ip, record.server.ip));
        const first = record.content?.requests[0];
        const after = leavesTls(record) ? record.upgrade!.wentOnFrame : null;
        const frames = [
          after ?? first?.frame ?? record.upgrade?.wentOnFrame ?? record.exchanges[0]?.frame ?? record.firstFrame,
        ];
        const severity = staysOnHost(record) ? 'info' : whereExpected(service.severity, record, context);
        const what = after === null ? 'crossed in clear' : `went on in clear after TLS (frame ${after})`;
        const detail = `${service.title} ${what}; its secured form: ${service.secured}.`;
        return { answer: 'fires', certainty: 'observed', severity, frames, detail };
      },
      weigh({ hop, severity }, run) {
        const leg = legs.of(hop);
        if (leg === undefined) return severity;
        if (leg.protocol === 'ftp-data' && controls.has(hostsOf(leg.client, addressOf(leg.server)))) return null;
        // A data store or mail server without TLS is a cause of its own, whoever forwards to it.
        if (!isGateway(leg.protocol) && serviceOf(leg.protocol) !== null) return severity;
        proxied ??= new ProxiedHops(run);
        return proxied.storyOf(leg.hop, leg.claim) === null ? severity : null;
      },
    };
  },
};

const homeMade: Service = {
  title: 'Readable data of no protocol known here',
  secured: 'the same inside TLS with client certificates',
  severity: 'medium',
};

function serviceIn(record: ConnectionRecord): Service | null {
  const { kind, protocol } = record;
  if (isWeb(protocol)) return null;
  const known = serviceOf(protocol);
  if ((kind === 'cleartext' || leavesTls(record)) && (known !== null || protocol !== null)) return known;
  // What is seen from its middle may be of any protocol.
  if (!beginsHere(record)) return null;
  if (kind === 'cleartext') return homeMade;
  // Octets that fit no protocol are cleartext where something in them can be read.
  if (kind !== 'unknown') return null;
  const content = clearContent(record);
  const isReadable = content !== null && (content.material.length > 0 || content.credentials.length > 0);
  return isReadable ? homeMade : null;
}

/** Whether the first octets of both sides are in the capture: only those tell a protocol. */
function beginsHere({ sawSyn, transport, gaps }: ConnectionRecord): boolean {
  return (sawSyn || transport === 'udp') && gaps.every(({ offset }) => offset > 0);
}

/** Whether only the beginning was protected (SQL Server encrypts no more than the login where neither end insists). */
function leavesTls({ upgrade }: ConnectionRecord): boolean {
  return upgrade !== null && upgrade.outcome === 'taken' && upgrade.wentOnFrame !== null;
}

/** Whether more than a greeting, or the question for TLS, crossed. */
function carriesData({ transport, bytes, sawSyn, upgrade, packets }: ConnectionRecord): boolean {
  if (upgrade !== null && upgrade.wentOnFrame === null && upgrade.requestedFrame !== null) return false;
  if (transport === 'udp') return bytes.client + bytes.server > 0;
  if (bytes.client === 0 && sawSyn && packets.client > 0) return false;
  return bytes.client + bytes.server > 0;
}

/** Two hosts, whichever of them called. */
function hostsOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
