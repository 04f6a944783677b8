// A conversation as a ladder: who sent what, in the order of the wire, and how each message could be read.
import type {
  ClientAuth,
  ConnectionRecord,
  HandshakeMessageRecord,
  TlsAlert,
  TlsSession,
} from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { type ContentStep, contentSteps, dialogueSteps } from '../content-steps.js';
import { whatItSays } from '../explain/handshake.js';
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
  steps.push(...dialogueSteps(flow).map(withoutOctets));
  if (flow.tls !== null) steps.push(...handshakeSteps(flow.tls), ...flow.tls.alerts.map(alertStep));
  if (flow.content !== null) steps.push(...contentSteps(flow.content).map(withoutOctets));
  // Stable: of one frame, what was pushed first was said first.
  steps.sort((a, b) => a.frame - b.frame);
  return flow.tls === null ? steps : [...steps, ...hiddenSteps(flow.tls)];
}

function withoutOctets(step: ContentStep): FlowStep {
  return { ...step, octets: null };
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
