// What was said outside of TLS handshakes, message by message: names, kinds and lengths, never a secret.
import type { ConnectionRecord } from '../model/connection-record.js';
import type { ContentRecord, ProxyHeaderRecord, UpgradeRecord } from '../model/content.js';
import type { Side } from '../model/side.js';
import { endpointText } from './endpoints.js';
import { countOf } from './quantities.js';

/** A message or what stood in it; its texts are as the wire had them. */
export interface ContentStep {
  frame: number;
  from: Side;
  reading: 'clear' | 'decrypted';
  kind: 'request' | 'secret' | 'dialogue';
  what: string;
  saying: string | null;
}

/** What came before TLS, or in its place: a PROXY header, and whether a change to TLS was offered, asked for and taken. */
export function dialogueSteps({ proxyHeader, upgrade }: ConnectionRecord): ContentStep[] {
  return [
    ...(proxyHeader === null ? [] : [proxyHeaderStep(proxyHeader)]),
    ...(upgrade === null ? [] : upgradeSteps(upgrade)),
  ];
}

/** What readable content gave away: requests with their answers, secrets, logins, keys and identities; in no order. */
export function contentSteps(content: ContentRecord): ContentStep[] {
  const reading = content.decrypted ? 'decrypted' : 'clear';
  const steps: ContentStep[] = [];
  const add = (
    frame: number,
    from: Side,
    kind: ContentStep['kind'],
    what: string,
    saying: string | null = null,
  ): void => {
    steps.push({ frame, from, reading, kind, what, saying });
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

function proxyHeaderStep({ frame, from, version, source, destination, ssl }: ProxyHeaderRecord): ContentStep {
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
  return { frame, from, reading: 'clear', kind: 'dialogue', what: `PROXY protocol v${version}`, saying };
}

function upgradeSteps(upgrade: UpgradeRecord): ContentStep[] {
  const { mechanism, offeredFrame, requestedFrame, answeredFrame, wentOnFrame, outcome } = upgrade;
  const steps: ContentStep[] = [];
  const add = (frame: number | null, from: Side, what: string, saying: string | null = null): void => {
    if (frame !== null) steps.push({ frame, from, reading: 'clear', kind: 'dialogue', what, saying });
  };
  add(offeredFrame, 'server', `offers ${mechanism}`);
  add(requestedFrame, 'client', `asks for ${mechanism}`);
  if (outcome === 'not-offered') add(answeredFrame, 'server', `does not offer ${mechanism}`);
  else add(answeredFrame, 'server', `answers ${mechanism}`, outcome);
  add(wentOnFrame, 'client', 'goes on in cleartext', upgrade.basis);
  return steps;
}
