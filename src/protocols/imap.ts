import type { Opening, Protocol } from '../model/protocol.js';
import { ImapDialogue } from './imap-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { isDigit, isUpper, matchAnyAt, matchAnyCaseAt, octetAt, patterns } from './octets.js';

/** IMAP4 (RFC 9051 §2.2.1 tagged commands, §7.1 greeting). */
export const imap: Protocol = fromSides({
  name: 'imap',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [143, 1143, 993],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new ImapDialogue(sink),
});

const ownCommands = patterns('CAPABILITY\r\n', 'AUTHENTICATE ', 'LOGIN ', 'SELECT ', 'UID FETCH ', 'EXAMINE ');
const sharedCommands = patterns(
  'STARTTLS\r\n',
  'NOOP\r\n',
  'LOGOUT\r\n',
  'ID ',
  'LIST ',
  'LSUB ',
  'STATUS ',
  'FETCH ',
  'IDLE\r\n',
  'UID ',
  'APPEND ',
  'SEARCH ',
  'NAMESPACE',
  'ENABLE ',
);
const ownResponses = patterns('* OK ', '* PREAUTH ', '* BYE ', '* CAPABILITY IMAP4', '* FLAGS (', '* LIST (');
const completions = patterns('OK ', 'NO ', 'BAD ');
const longestTag = 16;

/** `tag SP command`. */
function judgeClient(opening: Opening): Evidence {
  const command = skipTag(opening);
  if (command <= 0) return command === 0 ? evidence.no : evidence.more;
  const own = matchAnyCaseAt(opening, command, ownCommands);
  if (own === evidence.yes) return own;
  const shared = matchAnyCaseAt(opening, command, sharedCommands);
  return shared === evidence.yes ? evidence.likely : own > shared ? own : shared;
}

function judgeServer(opening: Opening): Evidence {
  const own = matchAnyAt(opening, 0, ownResponses);
  if (own !== evidence.no) return own;
  const status = skipTag(opening);
  if (status <= 0) return status === 0 ? evidence.no : evidence.more;
  const completion = matchAnyAt(opening, status, completions);
  return completion === evidence.yes ? evidence.likely : completion;
}

/** Offset after the tag and its space, 0 where there is none, -1 where it has not ended. Real clients' tags have a digit. */
function skipTag(opening: Opening): number {
  let hasDigit = false;
  for (let at = 0; at <= longestTag; at++) {
    if (at === opening.length) return -1;
    const octet = octetAt(opening, at);
    if (octet === 0x20) return at > 0 && hasDigit ? at + 1 : 0;
    if (isDigit(octet)) hasDigit = true;
    else if (!isUpper(octet) && !(octet >= 0x61 && octet <= 0x7a) && octet !== 0x2e) return 0;
  }
  return 0;
}
