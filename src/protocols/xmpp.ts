import { type Opening, type Protocol, recognition } from '../model/protocol.js';
import { type Evidence, evidence, fromPeers } from './judge.js';
import { findOctet, matchAnyAt, matchAt, octetAt, pattern, patterns } from './octets.js';
import { XmppDialogue } from './xmpp-dialogue.js';

/** XMPP (RFC 6120 §4.2): both sides open a stream element, the client or the originating server first. */
export const xmpp: Protocol = fromPeers({
  name: 'xmpp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [5222, 5269, 5280, 5298],
  judge,
  firstSpeaker: recognition.firstIsClient,
  follow: (sink) => new XmppDialogue(sink),
});

const declaration = pattern('<?xml');
const streams = patterns('<stream:stream', '<flash:stream');
/** Stanzas in the middle of a session: both sides send them. */
const stanzas = patterns('<iq ', '<presence ', '<presence>', '<message ', '<stream:features>', '</stream:stream>');

function judge(opening: Opening): Evidence {
  const declared = matchAt(opening, 0, declaration);
  if (declared === evidence.more) return declared;
  const start = declared === evidence.yes ? afterDeclaration(opening) : 0;
  if (start < 0) return evidence.more;
  const stream = matchAnyAt(opening, start, streams);
  if (stream !== evidence.no || declared === evidence.yes) return stream;
  const stanza = matchAnyAt(opening, 0, stanzas);
  return stanza === evidence.yes ? evidence.likely : stanza;
}

function afterDeclaration(opening: Opening): number {
  const end = findOctet(opening, declaration.length, 0x3e);
  if (end < 0) return -1;
  let at = end + 1;
  while (at < opening.length && octetAt(opening, at) <= 0x20) at++;
  return at;
}
