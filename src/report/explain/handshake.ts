import type { HandshakeMessageRecord, TlsSession } from '../../model/connection-record.js';
import { namedGroupName } from '../../registry/named-groups.js';
import { tlsClientCertificateTypeName } from '../../registry/tls-client-certificate-types.js';
import { cell, indented, reportColumns, rightCell, wrap } from '../columns.js';
import { harmless } from '../harmless.js';
import type { Palette } from '../palette.js';
import { count, countOf } from '../quantities.js';

const margin = ' '.repeat(31);

/** The handshake message by message: frame, sender, octets, and what each says or why it can't be read. */
export function handshakeLines(tls: TlsSession, palette: Palette): string[] {
  if (tls.messages.length === 0) return ['  No handshake message was seen.'];
  const lines = [palette.faint(`  ${rightCell('frame', 9)}  sender  ${rightCell('octets', 8)}  message`)];
  const told = new Set<string>();
  for (const message of tls.messages) {
    lines.push(
      `  ${rightCell(count(message.frame), 9)}  ${message.from}  ${rightCell(count(message.length), 8)}  ${cell(messageName(message), 49).trimEnd()}`,
    );
    // A second hello on one connection (after a retry, or a renegotiation) has no record of its own to tell from.
    const key = `${message.from} ${message.type}`;
    if (told.has(key)) continue;
    const saying = whatItSays(message, tls);
    if (saying !== null) told.add(key);
    for (const line of wrap(saying ?? '', reportColumns - margin.length)) lines.push(palette.faint(margin + line));
  }
  lines.push(...afterwards(tls));
  return lines;
}

function messageName(message: HandshakeMessageRecord): string {
  return message.type === 'encrypted' ? '(encrypted)' : harmless(message.type, 64);
}

/** What a message says, in a few words made harmless; null where its name says all, or its record belongs to another message. */
export function whatItSays(message: HandshakeMessageRecord, tls: TlsSession): string | null {
  const fromServer = message.from === 'server';
  switch (message.type) {
    case 'client_hello':
      return message.frame === tls.clientHello?.frame ? clientHelloText(tls) : null;
    case 'server_hello':
      return message.frame === tls.serverHello?.frame ? serverHelloText(tls) : null;
    case 'hello_retry_request':
      return 'the server wants another key share; the client says hello again';
    case 'certificate':
      return certificateText(fromServer ? tls.serverCertificates : tls.clientCertificates, message.from);
    case 'server_key_exchange':
      return keyExchangeText(tls);
    case 'certificate_request':
      return requestText(tls);
    case 'certificate_verify':
      return `the ${message.from} proves that it holds the key of its certificate`;
    case 'new_session_ticket':
      return ticketText(tls, message.frame);
    case 'compressed_certificate':
      return certificateText(fromServer ? tls.serverCertificates : tls.clientCertificates, message.from);
    case 'encrypted_extensions':
      return tls.serverHello?.alpn
        ? `the server's other answers; to speak ${harmless(tls.serverHello.alpn, 64)}`
        : null;
    case 'finished':
      return `the ${message.from} proves that both saw the same handshake`;
    case 'key_update':
      return `the ${message.from} goes on under new keys`;
    case 'end_of_early_data':
      return 'the early data ends here';
    case 'encrypted':
      return tls.version === 'TLSv1.3'
        ? 'TLS 1.3 encrypts all after the ServerHello; only lengths are seen without keys'
        : 'encrypted with the new keys: the Finished message, and what follows';
    default:
      return null;
  }
}

function clientHelloText(tls: TlsSession): string {
  const hello = tls.clientHello;
  if (hello === null) return '';
  const versions = hello.supportedVersions.length > 0 ? hello.supportedVersions : [hello.legacyVersion];
  const parts = [
    `offers ${versions.map((version) => harmless(version, 16)).join(', ')} and ${countOf(hello.cipherSuites.length, 'cipher suite')}`,
    hello.serverName === null ? 'names no server' : `wants ${harmless(hello.serverName)}`,
  ];
  if (hello.alpn.length > 0)
    parts.push(
      `for ${hello.alpn
        .slice(0, 8)
        .map((name) => harmless(name, 32))
        .join(', ')}`,
    );
  if (hello.fallbackScsv) parts.push('says that it fell back from a higher version');
  if (hello.offersResumption) parts.push('offers to resume a session');
  if (hello.earlyData) parts.push('sends early data');
  if (hello.postHandshakeAuth) parts.push('would authenticate later too');
  if (hello.ech) parts.push('its real hello may be encrypted inside (ECH)');
  return `${parts.join('; ')}; JA4 ${harmless(hello.ja4, 64)}`;
}

function serverHelloText(tls: TlsSession): string {
  const hello = tls.serverHello;
  if (hello === null) return '';
  const parts = [`chooses ${harmless(tls.version ?? hello.version)} with ${harmless(hello.cipherSuite.name)}`];
  if (hello.group !== null) parts.push(`key exchange in ${groupName(hello.group)}`);
  if (hello.alpn !== null) parts.push(`to speak ${harmless(hello.alpn, 64)}`);
  if (tls.resumed === true) parts.push('resumes a session');
  if (hello.downgradeSentinel !== null)
    parts.push(`its random says that it could do better (sentinel for ${hello.downgradeSentinel})`);
  if (hello.secureRenegotiation === false) parts.push('without secure renegotiation');
  if (hello.compression !== 0) parts.push(`with compression method ${hello.compression}`);
  return parts.join('; ');
}

function certificateText(hashes: readonly string[] | null, from: string): string | null {
  if (hashes === null) return null;
  if (hashes.length === 0) return `an empty list: the ${from} has none to show`;
  return `${countOf(hashes.length, 'certificate')}, below`;
}

function keyExchangeText(tls: TlsSession): string | null {
  const exchange = tls.serverKeyExchange;
  if (exchange === null) return null;
  const where =
    exchange.group !== null
      ? ` in ${groupName(exchange.group)}`
      : exchange.primeBits !== null
        ? ` with a prime of ${exchange.primeBits} bits`
        : '';
  return `${harmless(exchange.kind ?? 'key exchange', 32)}${where}`;
}

function requestText(tls: TlsSession): string | null {
  const request = tls.certificateRequest;
  if (request === null) return null;
  const types = request.types.slice(0, 8).map((type) => tlsClientCertificateTypeName(type) ?? `type ${type}`);
  const names = request.authorities.slice(0, 3).map((name) => harmless(name, 100));
  const more = request.authorities.length - names.length;
  const issuers =
    names.length === 0
      ? 'names no issuers'
      : `issued by ${names.join(' or ')}${more > 0 ? ` or ${count(more)} more` : ''}`;
  return `the server asks for a client certificate${types.length > 0 ? ` (${types.join(', ')})` : ''}; ${issuers}`;
}

function ticketText(tls: TlsSession, frame: number): string | null {
  const ticket = tls.tickets.find((candidate) => candidate.frame === frame);
  if (ticket === undefined) return null;
  // RFC 5077 §3.3: a hint of 0 leaves the lifetime open; in TLS 1.3 it means what it says.
  const open = ticket.lifetimeSeconds === 0 && tls.version !== 'TLSv1.3';
  const lifetime = open ? 'for a time that is left open' : `good for ${countOf(ticket.lifetimeSeconds, 'second')}`;
  return `a ticket of ${countOf(ticket.length, 'octet')}, ${lifetime}`;
}

function afterwards(tls: TlsSession): string[] {
  const sentences: string[] = [];
  const again = tls.renegotiationFrames.slice(0, 10);
  if (again.length > 0)
    sentences.push(
      `Renegotiated from frame ${again.join(', ')} on; those handshakes are encrypted${tls.decrypted ? ', and read with keys' : ''}.`,
    );
  if (tls.ocspStaple !== null) {
    sentences.push(
      `An OCSP answer of ${countOf(tls.ocspStaple.length, 'octet')} is stapled (frame ${tls.ocspStaple.frame}).`,
    );
  }
  if (tls.decrypted && tls.version === 'TLSv1.3')
    sentences.push('What follows the ServerHello is encrypted; it was read with keys that were given.');
  const hidden = tls.version === 'TLSv1.3' && !tls.decrypted;
  if (hidden) {
    sentences.push(
      'What follows the ServerHello is encrypted, the rest of the handshake included: without keys nobody can read who was asked for a certificate and who sent one.',
    );
  }
  const { client, server } = tls.records;
  const records = `${countOf(client, 'record')} from the client, ${count(server)} from the server in all`;
  sentences.push(`${outcome(tls.established, hidden)}; ${records}.`);
  return sentences.flatMap((sentence) => indented(sentence));
}

function outcome(established: boolean, hidden: boolean): string {
  if (established) return 'The session came about';
  return hidden ? "Whether the session came about can't be told" : 'The session is not seen to come about';
}

function groupName(group: number): string {
  return namedGroupName(group) ?? `group 0x${group.toString(16).padStart(4, '0')}`;
}
