// What each frame of a connection shows, in words: the comments of the evidence.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord, HandshakeMessageRecord, TlsSession } from '../../model/connection-record.js';
import type { ContentRecord, UpgradeRecord } from '../../model/content.js';
import { harmless } from '../../report/harmless.js';
import { maxQuoted } from './limits.js';

/** What frames show, by their numbers. */
export type FrameNotes = ReadonlyMap<number, readonly string[]>;

/** What may be said in a note. */
export interface NoteContext {
  certificate(sha256: string): CertificateRecord | null;
  /** A name as it may be told: as it is, or what stands for it. */
  name(name: string): string;
  /** False leaves out other text from the wire. */
  quotes: boolean;
}

/** Gathers notes; each is told once a frame. */
class Notes {
  readonly byFrame: Map<number, string[]> = new Map();

  add(frame: number | null | undefined, note: string): void {
    if (frame === null || frame === undefined || frame <= 0) return;
    const notes = this.byFrame.get(frame);
    if (notes === undefined) this.byFrame.set(frame, [note]);
    else if (!notes.includes(note)) notes.push(note);
  }
}

/** What the frames of a connection show. No secret is in it, as none is in the record. */
export function notesOf(record: ConnectionRecord, context: NoteContext): FrameNotes {
  const notes = new Notes();
  const { tls, upgrade, content, proxyHeader } = record;
  if (proxyHeader !== null) notes.add(proxyHeader.frame, `PROXY protocol header, version ${proxyHeader.version}`);
  if (upgrade !== null) noteUpgrade(notes, upgrade);
  if (tls !== null) noteTls(notes, tls, context);
  if (content !== null) noteContent(notes, content, context);
  return notes.byFrame;
}

function noteUpgrade(notes: Notes, upgrade: UpgradeRecord): void {
  const { mechanism } = upgrade;
  notes.add(upgrade.offeredFrame, `${mechanism} is offered`);
  notes.add(upgrade.requestedFrame, `${mechanism} is asked for`);
  notes.add(upgrade.answeredFrame, `the answer to ${mechanism}`);
  notes.add(upgrade.wentOnFrame, 'goes on in cleartext');
}

function noteTls(notes: Notes, tls: TlsSession, context: NoteContext): void {
  for (const message of tls.messages) notes.add(message.frame, messageText(message, tls, context));
  notes.add(tls.serverHello?.helloRetryRequestFrame, 'TLS hello_retry_request from server');
  for (const frame of tls.renegotiationFrames) notes.add(frame, 'another handshake begins on this connection');
  for (const { frame, from, level, description, encrypted } of tls.alerts) {
    const what = encrypted && description === null ? 'encrypted' : `${level ?? ''} ${description ?? ''}`.trim();
    notes.add(frame, `TLS alert from ${from}: ${what}`);
  }
  const facts: [keyof TlsSession['facts'], string][] = [
    ['certificateRequest', 'CertificateRequest'],
    ['serverCertificate', 'server certificate'],
    ['clientCertificate', 'client certificate'],
    ['certificateVerify', 'CertificateVerify of the client'],
  ];
  for (const [name, words] of facts) {
    const fact = tls.facts[name];
    if (fact.state === 'absent') for (const frame of fact.frames) notes.add(frame, `shows that there is no ${words}`);
    if (fact.state === 'seen' && tls.messages.length === 0) notes.add(fact.frames[0], words);
  }
  for (const check of Object.values(tls.signatures ?? {})) {
    if (check?.result === 'invalid') notes.add(check.frame, 'a signature that does not verify');
  }
}

function messageText({ type, from }: HandshakeMessageRecord, tls: TlsSession, context: NoteContext): string {
  const words = `TLS ${type} from ${from}`;
  const { clientHello, serverHello, certificateRequest } = tls;
  if (type === 'client_hello' && clientHello !== null) {
    const name =
      clientHello.serverName === null ? 'no server name' : `server name ${told(clientHello.serverName, context)}`;
    return `${words}: ${name}, offers ${clientHello.supportedVersions.slice(0, 6).join(', ') || clientHello.legacyVersion}`;
  }
  if (type === 'server_hello' && serverHello !== null) {
    return `${words}: ${tls.version ?? serverHello.version}, ${harmless(serverHello.cipherSuite.name, maxQuoted)}`;
  }
  if (type === 'certificate_request' && certificateRequest !== null) {
    return `${words}: a client certificate is asked for (${certificateRequest.authorities.length} authorities named)`;
  }
  if (type !== 'certificate') return words;
  const chain = from === 'client' ? tls.clientCertificates : tls.serverCertificates;
  if (chain === null) return words;
  if (chain.length === 0) return `${words}: empty, no certificate is shown`;
  const leaf = context.certificate(chain[0]!);
  const subject =
    leaf === null ? `SHA-256 ${chain[0]!.slice(0, 16)}` : told(leaf.subject || leaf.subjectAltNames[0] || '', context);
  return `${words}: ${subject} (${chain.length} in the chain)`;
}

function noteContent(notes: Notes, content: ContentRecord, context: NoteContext): void {
  const quote = (text: string | null): string =>
    text === null || !context.quotes ? '' : ` ${harmless(text, maxQuoted)}`;
  for (const { frame, method, answerFrame, status } of content.requests) {
    notes.add(frame, `request${quote(method)}`);
    notes.add(answerFrame, `answer${quote(status)}`);
  }
  for (const { frame, kind, mechanism, length } of content.credentials) {
    const size = length === null ? '' : `, ${length} octets`;
    notes.add(frame, `a ${kind.replaceAll('-', ' ')} crosses here (${harmless(mechanism, maxQuoted)}${size})`);
  }
  for (const { frame, mechanism, outcome, outcomeFrame } of content.logins) {
    notes.add(frame, `login (${harmless(mechanism, maxQuoted)})`);
    if (outcome !== 'unknown') notes.add(outcomeFrame, `the login is ${outcome}`);
  }
  for (const { frame, answerFrame, command } of content.servedWithoutLogin) {
    notes.add(frame, `command without a login:${quote(command)}`);
    notes.add(answerFrame, 'is served without a login');
  }
  for (const { frame, kind, form, encoding, length } of content.material) {
    notes.add(frame, `${kind.replaceAll('-', ' ')} in the content (${form}, ${encoding}, ${length} octets)`);
  }
  for (const { frame, where, kind } of content.identities) {
    notes.add(frame, `states the TLS client's ${kind.replaceAll('-', ' ')} (${harmless(where, maxQuoted)})`);
  }
  for (const { frame, name } of content.forwarding)
    notes.add(frame, `says where it comes from (${harmless(name, maxQuoted)})`);
}

function told(name: string, { name: tell }: NoteContext): string {
  return harmless(tell(name), maxQuoted);
}
