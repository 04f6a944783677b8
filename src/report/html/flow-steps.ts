// A conversation as a ladder: who sent what, in the order of the wire, and how each message could be read.
import type {
  ClientAuth,
  ConnectionRecord,
  HandshakeMessageRecord,
  TlsAlert,
  TlsSession,
} from '../../model/connection-record.js';
import type { ContentRecord, ProxyHeaderRecord, UpgradeRecord } from '../../model/content.js';
import type { Side } from '../../model/side.js';
import { endpointText } from '../endpoints.js';
import { whatItSays } from '../explain/handshake.js';
import { countOf } from '../quantities.js';
import type { readings, stepKinds } from './page-data.js';

/** A message of the ladder, with its strings in place. */
export interface FlowStep {
  /** 0 where no frame can be named. */
  frame: number;
  from: Side;
  reading: (typeof readings)[number];
  kind: (typeof stepKinds)[number];
  what: string;
  octets: number | null;
  saying: string | null;
}

/** Everything that was said and can be told, in the order of frames. */
export function flowSteps(flow: ConnectionRecord): FlowStep[] {
  const steps: FlowStep[] = [];
  if (flow.proxyHeader !== null) steps.push(proxyHeaderStep(flow.proxyHeader));
  if (flow.upgrade !== null) steps.push(...upgradeSteps(flow.upgrade));
  if (flow.tls !== null) steps.push(...handshakeSteps(flow.tls), ...flow.tls.alerts.map(alertStep));
  if (flow.content !== null) steps.push(...contentSteps(flow.content));
  // Stable: of one frame, what was pushed first was said first.
  steps.sort((a, b) => a.frame - b.frame);
  return flow.tls === null ? steps : [...steps, ...hiddenSteps(flow.tls)];
}

// What TLS 1.3 hides without keys has no frame of its own, and yet it was said: a reader must see where sight ends.
function hiddenSteps(tls: TlsSession): FlowStep[] {
  const seen = tls.messages.some(({ type }) => type === 'encrypted' || type === 'encrypted_extensions');
  if (tls.version !== 'TLSv1.3' || tls.decrypted || tls.serverHello === null || seen) return [];
  const hidden = (from: Side, saying: string): FlowStep => ({
    frame: 0,
    from,
    reading: 'encrypted',
    kind: 'handshake',
    what: 'the rest of the handshake',
    octets: null,
    saying,
  });
  if (tls.resumed === true) {
    return [
      hidden('server', 'hidden: its other answers; a resumption shows no certificate'),
      hidden('client', 'hidden: its Finished; a resumption shows no certificate'),
    ];
  }
  return [
    hidden('server', 'hidden: its certificate, and whether it asks the client for one'),
    hidden('client', `hidden: its certificate, if it was asked for one${inferredWords(tls.clientAuth)}`),
  ];
}

function inferredWords({ certainty, status }: ClientAuth): string {
  if (certainty !== 'inferred') return '';
  const words: Partial<Record<ClientAuth['status'], string>> = {
    presented: 'it showed one',
    declined: 'it was asked and had none to show',
    'not-requested': 'it was not asked',
  };
  return words[status] === undefined ? '' : `; by lengths and order, ${words[status]}`;
}

function handshakeSteps(tls: TlsSession): FlowStep[] {
  const told = new Set<string>();
  const readingOf = messageReader(tls);
  return tls.messages.map((message) => {
    // A second hello on one connection (after a retry, or a renegotiation) has no record of its own to tell from.
    const key = `${message.from} ${message.type}`;
    const saying = told.has(key) ? null : whatItSays(message, tls);
    if (saying !== null) told.add(key);
    const reading = readingOf(message);
    const what = message.type === 'encrypted' ? 'encrypted' : message.type;
    return {
      frame: message.frame,
      from: message.from,
      reading,
      kind: 'handshake',
      what,
      octets: message.length,
      saying,
    };
  });
}

/**
 * How each message crossed, asked in the order of the wire. In TLS 1.3 all is encrypted from the ServerHello on but a second
 * ClientHello and change_cipher_spec (RFC 9846 §5); before, what a side sends after its change_cipher_spec.
 */
function messageReader(tls: TlsSession): (message: HandshakeMessageRecord) => FlowStep['reading'] {
  const changed: Record<Side, boolean> = { client: false, server: false };
  return ({ type, from }) => {
    if (type === 'encrypted') return 'encrypted';
    if (type === 'change_cipher_spec') {
      changed[from] = true;
      return 'clear';
    }
    if (tls.version === 'TLSv1.3') {
      return ['client_hello', 'server_hello', 'hello_retry_request'].includes(type) ? 'clear' : 'decrypted';
    }
    return changed[from] ? 'decrypted' : 'clear';
  };
}

function alertStep(alert: TlsAlert): FlowStep {
  const { frame, from } = alert;
  const saying =
    alert.description === null
      ? 'its level and reason are encrypted'
      : `${alert.level === null ? '' : `${alert.level}: `}${alert.description}`;
  const reading = alert.encrypted ? (alert.description === null ? 'encrypted' : 'decrypted') : 'clear';
  // How a connection usually ends is no alarm (RFC 9846 §6.1).
  const kind = alert.description === 'close_notify' || alert.description === 'user_canceled' ? 'handshake' : 'alert';
  return { frame, from, reading, kind, what: 'alert', octets: null, saying };
}

function proxyHeaderStep({ frame, from, version, source, destination, ssl }: ProxyHeaderRecord): FlowStep {
  const parts: string[] = [];
  if (source !== null) parts.push(`a connection of ${endpointText(source)}`);
  if (destination !== null) parts.push(`to ${endpointText(destination)}`);
  if (ssl !== null) {
    parts.push(ssl.overTls ? 'over TLS' : 'without TLS');
    if (ssl.certificatePresented) {
      parts.push(`whose client showed ${ssl.commonName === null ? 'a certificate' : `CN=${ssl.commonName}`}`);
      parts.push(ssl.verified ? '(verified, it says)' : '(not verified, it says)');
    }
  }
  const saying = parts.length === 0 ? null : parts.join(' ');
  return { frame, from, reading: 'clear', kind: 'dialogue', what: `PROXY protocol v${version}`, octets: null, saying };
}

function upgradeSteps(upgrade: UpgradeRecord): FlowStep[] {
  const { mechanism, offeredFrame, requestedFrame, answeredFrame, wentOnFrame, outcome } = upgrade;
  const steps: FlowStep[] = [];
  const add = (frame: number | null, from: Side, what: string, saying: string | null = null): void => {
    if (frame !== null) steps.push({ frame, from, reading: 'clear', kind: 'dialogue', what, octets: null, saying });
  };
  add(offeredFrame, 'server', `offers ${mechanism}`);
  add(requestedFrame, 'client', `asks for ${mechanism}`);
  add(answeredFrame, 'server', `answers ${mechanism}`, outcome);
  add(wentOnFrame, 'client', 'goes on in cleartext', upgrade.basis);
  return steps;
}

function contentSteps(content: ContentRecord): FlowStep[] {
  const reading = content.decrypted ? 'decrypted' : 'clear';
  const steps: FlowStep[] = [];
  const add = (frame: number, from: Side, kind: FlowStep['kind'], what: string, saying: string | null = null): void => {
    steps.push({ frame, from, reading, kind, what, octets: null, saying });
  };
  for (const { frame, method, target, answerFrame, status } of content.requests) {
    add(frame, 'client', 'request', method, target);
    if (answerFrame !== null) add(answerFrame, 'server', 'request', status ?? 'answer');
  }
  for (const { frame, from, kind, mechanism, where, length } of content.credentials) {
    const octets = length === null ? '' : `, ${countOf(length, 'octet')}`;
    add(frame, from, 'secret', kind, `${mechanism}${where === null ? '' : `, in ${where}`}${octets}`);
  }
  for (const { frame, from, mechanism, outcome, outcomeFrame } of content.logins) {
    add(frame, from, 'dialogue', `login by ${mechanism}`);
    if (outcomeFrame !== null) add(outcomeFrame, 'server', 'dialogue', `login ${outcome}`);
  }
  for (const { frame, from, kind, form, where, subject } of content.material) {
    const secret = kind === 'private-key' || kind === 'key-store' || kind === 'encrypted-private-key';
    add(
      frame,
      from,
      secret ? 'secret' : 'dialogue',
      kind,
      `${form}, in ${where}${subject === null ? '' : `: ${subject}`}`,
    );
  }
  for (const { frame, from, where, kind, value } of content.identities) {
    add(
      frame,
      from,
      'dialogue',
      `says who the TLS client is`,
      `${where} (${kind})${value === null ? '' : `: ${value}`}`,
    );
  }
  return steps;
}
