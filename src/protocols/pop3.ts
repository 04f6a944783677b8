import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { findOctet, matchAnyCaseAt, matchAt, occursIn, octetAt, pattern, patterns } from './octets.js';
import { Pop3Dialogue } from './pop3-dialogue.js';

/** POP3 (RFC 1939 §3 and §4 greeting, §7 APOP; RFC 2449 CAPA; RFC 2595 STLS). */
export const pop3: Protocol = fromSides({
  name: 'pop3',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [110, 995, 1110],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new Pop3Dialogue(sink),
});

const ownCommands = patterns('APOP ', 'STLS\r\n', 'CAPA\r\n', 'UIDL\r\n');
const sharedCommands = patterns(
  'USER ',
  'PASS ',
  'AUTH',
  'STAT\r\n',
  'LIST\r\n',
  'RETR ',
  'QUIT\r\n',
  'TOP ',
  'DELE ',
  'UIDL ',
  'NOOP\r\n',
  'LIST ',
);
const ok = pattern('+OK ');
const error = pattern('-ERR ');
const popWord = pattern('POP');

function judgeClient(opening: Opening): Evidence {
  const own = matchAnyCaseAt(opening, 0, ownCommands);
  if (own === evidence.yes) return own;
  const shared = matchAnyCaseAt(opening, 0, sharedCommands);
  if (shared === evidence.yes) return evidence.likely;
  return own > shared ? own : shared;
}

/** A greeting with APOP's timestamp `<…@…>` or the word POP is certain. */
function judgeServer(opening: Opening): Evidence {
  const match = matchAt(opening, 0, ok);
  if (match === evidence.no) {
    const refused = matchAt(opening, 0, error);
    return refused === evidence.yes ? evidence.likely : refused;
  }
  if (match !== evidence.yes) return match;
  const lineFeed = findOctet(opening, ok.length, 0x0a);
  if (lineFeed < 0) return evidence.more;
  if (occursIn(opening, ok.length, lineFeed, popWord)) return evidence.yes;
  const opens = findOctet(opening, ok.length, 0x3c);
  const at = opens < 0 ? -1 : findOctet(opening, opens, 0x40);
  const closes = at < 0 ? -1 : findOctet(opening, at, 0x3e);
  const isStamped = closes >= 0 && closes < lineFeed && octetAt(opening, opens + 1) !== 0x40;
  return isStamped ? evidence.yes : evidence.likely;
}
