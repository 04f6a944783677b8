import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { NntpDialogue } from './nntp-dialogue.js';
import { findOctet, matchAnyAt, matchAnyCaseAt, occursIn, patterns } from './octets.js';

/** NNTP (RFC 3977 §5 session, §6 and §7 commands; RFC 4643 AUTHINFO; RFC 4644 streaming). */
export const nntp: Protocol = fromSides({
  name: 'nntp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [119, 433],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new NntpDialogue(sink),
});

const ownCommands = patterns(
  'MODE READER\r\n',
  'MODE STREAM\r\n',
  'CAPABILITIES\r\n',
  'AUTHINFO USER ',
  'AUTHINFO SASL ',
  'NEWGROUPS ',
  'XOVER ',
  'TAKETHIS <',
  'IHAVE <',
  'LIST ACTIVE',
);
const sharedCommands = patterns('GROUP ', 'ARTICLE ', 'HEAD ', 'BODY ', 'STAT ', 'POST\r\n', 'QUIT\r\n', 'DATE\r\n');
const greetings = patterns('200 ', '201 ');
const words = patterns('NNTP', 'NNRP', 'INTERNETNEWS', 'NEWS SERVER', 'POSTING');

function judgeClient(opening: Opening): Evidence {
  const own = matchAnyCaseAt(opening, 0, ownCommands);
  if (own === evidence.yes) return own;
  const shared = matchAnyCaseAt(opening, 0, sharedCommands);
  return shared === evidence.yes ? evidence.likely : own > shared ? own : shared;
}

/** `200 text` or `201 text`; FTP answers commands so too, but greets otherwise. */
function judgeServer(opening: Opening): Evidence {
  const match = matchAnyAt(opening, 0, greetings);
  if (match !== evidence.yes) return match;
  const lineFeed = findOctet(opening, 4, 0x0a);
  if (lineFeed < 0) return evidence.more;
  for (const word of words) if (occursIn(opening, 4, lineFeed, word)) return evidence.yes;
  return evidence.likely;
}
