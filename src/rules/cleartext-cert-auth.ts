import type { ConnectionRecord } from '../model/connection-record.js';
import type { ContentRecord, MaterialRecord } from '../model/content.js';
import type { Answer, Rule, Sighting } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { CleartextLegs } from './shared/cleartext-legs.js';
import { encryptListener } from './shared/cleartext-remedies.js';
import { isBare } from './shared/identity-claims.js';
import { materialText } from './shared/material-text.js';
import { clearContent, severityOnPath } from './shared/on-the-wire.js';
import { ProxiedHops } from './shared/proxied.js';
import { isWeb } from './shared/services.js';

/** A peer shows a certificate at application level, without TLS, to prove who it is. */
export const cleartextCertAuth: Rule = {
  about: {
    kind: 'cleartext-cert-auth',
    severity: 'critical',
    title: 'Home-made mutual TLS over cleartext',
    meaning:
      'A client shows a certificate in a header, a message or a stream of its own on a connection without TLS, and the server goes by it.',
    why: 'A certificate is public: showing it proves nothing. Whoever read it once shows it again; and even where a nonce is signed with its key, everything after it can be read, changed and taken over.',
    blindSpots: [
      'What the server checks is not seen: the finding rests on the certificate, where it stands and what follows.',
      'A certificate that is only stored or mailed looks the same in a protocol of nobody’s standard.',
      'A certificate header behind a proxy is `cleartext-identity-header`.',
    ],
    remediation: {
      general:
        'Let TLS do it: require and verify client certificates in the TLS listener, and take the identity from the session (a plain socket has none to ask for).',
      products: encryptListener,
    },
    cwe: [319],
    standards: ['RFC 9846 (Certificate Verify)', 'RFC 8446 §4.4.3'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => {
    const legs = new CleartextLegs();
    let proxied: ProxiedHops | null = null;
    return {
      connection(record): Answer {
        const content = clearContent(record);
        if (content === null || (content.material.length === 0 && content.identities.length === 0)) return inapplicable;
        if (record.kind !== 'cleartext' && record.kind !== 'unknown') return inapplicable;
        const inMessages = !isWeb(record.protocol) || content.material.some(isInMessage);
        const shown = inMessages ? shownInStream(record, content) : shownOverHttp(content);
        if (shown === null) return clean;
        legs.note(record);
        return { ...shown, severity: severityOnPath(record, shown.severity ?? 'critical', 'low') };
      },
      // What a proxy forwards is what the proxy checked.
      weigh({ hop, severity }, run) {
        const leg = legs.of(hop);
        if (leg === undefined) return severity;
        proxied ??= new ProxiedHops(run);
        return leg.claim === null && (proxied.hop(leg.hop)?.forwardedFrom.length ?? 0) === 0 ? severity : null;
      },
    };
  },
};

/** In a header that is no proxy's, or in a body where the server shows its own in turn or hands out a credential for it. */
function shownOverHttp(content: ContentRecord): Sighting | null {
  let header: { frame: number; where: string } | null = null;
  for (const identity of content.identities) {
    if (!isBare(identity)) return null;
    if (identity.from === 'client') header ??= identity;
  }
  for (const material of content.material) {
    if (header === null && isClientCertificate(material) && isHeader(material)) header = material;
  }
  if (header !== null) {
    const answer = content.requests.find(({ frame, answerFrame }) => answerFrame !== null && frame >= header.frame);
    const frames = answer?.answerFrame == null ? [header.frame] : [header.frame, answer.answerFrame];
    const status = answer?.status == null ? '' : `, and the server answered ${answer.status}`;
    return {
      answer: 'fires',
      certainty: 'observed',
      frames,
      detail: `The client showed a certificate in ${header.where} of a cleartext request that no proxy is seen to forward${status}.`,
    };
  }
  const body = content.material.find(isClientCertificate);
  // Who sends the key along, or asks for a signature, provisions; who only shows the certificate introduces itself.
  if (body === undefined || content.material.some(({ kind }) => kind !== 'certificate')) return null;
  const inTurn = content.material.find(
    ({ kind, from, frame }) => kind === 'certificate' && from === 'server' && frame >= body.frame,
  );
  if (inTurn !== undefined) return introduction(body, inTurn.frame, 'the server showed its own in turn');
  const handedOut = content.credentials.find(({ from, frame }) => from === 'server' && frame >= body.frame);
  if (handedOut !== undefined) return introduction(body, handedOut.frame, 'the server handed out a credential');
  const login = content.logins.find(({ kind }) => kind === 'certificate');
  if (login !== undefined) return introduction(body, login.frame, 'it served as a login');
  if (body.encoding !== 'PEM in JSON') return null;
  // A certificate in the fields of a message, taken, and more asked afterwards: an introduction, or a store that is filled.
  const taken = content.requests.findIndex(
    ({ frame, status }) => frame >= body.frame && status?.startsWith('2') === true,
  );
  const next = taken < 0 ? undefined : content.requests[taken + 1];
  return next === undefined
    ? null
    : { ...introduction(body, next.frame, 'went on to ask for more once it was taken'), severity: 'high' };
}

function introduction(body: MaterialRecord, frame: number, then: string): Sighting {
  return {
    answer: 'fires',
    certainty: 'inferred',
    frames: [body.frame, frame],
    detail: `The client showed a certificate (${materialText(body)}) and ${then}.`,
  };
}

/** Protocols in which certificates cross as data: directories, mail, files, stores. */
const carriers: ReadonlySet<string> = new Set([
  'ldap',
  'smtp',
  'lmtp',
  'imap',
  'pop3',
  'ftp',
  'ftp-data',
  'tftp',
  'smb',
  'sun-rpc',
  'rsync',
  'git',
  'syslog',
  'kerberos',
  'radius',
  'ipsec',
  'dcerpc',
  'redis',
  'memcached',
  'mongodb',
  'mysql',
  'postgresql',
  'mssql',
  'oracle',
  'cassandra',
  'elasticsearch',
  'zookeeper',
  'kafka',
  'amqp',
  'mqtt',
  'nats',
  'openwire',
]);

/** In a stream or messages of nobody's standard, where the server speaks on afterwards. */
function shownInStream(record: ConnectionRecord, content: ContentRecord): Sighting | null {
  if (record.protocol !== null && carriers.has(record.protocol)) return null;
  const shown = content.material.find(isClientCertificate);
  if (shown === undefined || content.material.some(({ kind }) => kind !== 'certificate')) return null;
  if (record.bytes.server === 0) return null;
  const inTurn = content.material.find(({ from }) => from === 'server');
  const frames = inTurn === undefined ? [shown.frame] : [shown.frame, inTurn.frame];
  const both = inTurn === undefined ? 'and the server went on' : 'and the server showed one as well';
  return {
    answer: 'fires',
    certainty: 'inferred',
    frames,
    detail: `The client showed a certificate (${materialText(shown)}) on a cleartext connection, ${both}.`,
  };
}

function isClientCertificate({ kind, from }: MaterialRecord): boolean {
  return kind === 'certificate' && from === 'client';
}

function isInMessage(material: MaterialRecord): boolean {
  return isClientCertificate(material) && material.where.startsWith('WebSocket');
}

function isHeader({ where }: MaterialRecord): boolean {
  return where.startsWith('header ');
}
