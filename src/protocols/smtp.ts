import type { Opening, Protocol } from '../model/protocol.js';
import { greeting, readGreeting } from './greeting.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAnyCaseAt, patterns } from './octets.js';
import { SmtpDialogue } from './smtp-dialogue.js';

/** SMTP and message submission (RFC 5321 §4.1.1 commands, §4.2 replies). */
export const smtp: Protocol = fromSides({
  name: 'smtp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [25, 587, 465, 2525, 1025],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new SmtpDialogue(sink, false),
});

const ownCommands = patterns('EHLO ', 'HELO ', 'MAIL FROM:', 'RCPT TO:');
const sharedCommands = patterns(
  'EHLO\r\n',
  'HELO\r\n',
  'EHLO\n',
  'HELO\n',
  'STARTTLS\r\n',
  'AUTH LOGIN',
  'AUTH PLAIN',
  'NOOP\r\n',
  'RSET\r\n',
  'QUIT\r\n',
  'DATA\r\n',
);
/** Replies in the middle of a session; FTP has 250 too. */
const sharedReplies = patterns('250-', '250 ', '334 ', '354 ', '235 2');

function judgeClient(opening: Opening): Evidence {
  const own = matchAnyCaseAt(opening, 0, ownCommands);
  if (own !== evidence.no) return own;
  const shared = matchAnyCaseAt(opening, 0, sharedCommands);
  return shared === evidence.yes ? evidence.likely : shared;
}

function judgeServer(opening: Opening): Evidence {
  switch (readGreeting(opening)) {
    case greeting.smtp:
      return evidence.yes;
    case greeting.unnamed:
      return evidence.likely;
    case greeting.more:
      return evidence.more;
    case greeting.no: {
      const shared = matchAnyAt(opening, 0, sharedReplies);
      return shared === evidence.yes ? evidence.likely : shared;
    }
    default:
      return evidence.no;
  }
}
