import type { Opening, Protocol } from '../model/protocol.js';
import { FtpDialogue } from './ftp-dialogue.js';
import { greeting, readGreeting } from './greeting.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAnyCaseAt, patterns } from './octets.js';

/** FTP's control connection (RFC 959 §4.1 commands, §4.2 replies; RFC 2428 EPRT and EPSV; RFC 4217 AUTH). */
export const ftp: Protocol = fromSides({
  name: 'ftp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [21, 2121, 990],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new FtpDialogue(sink),
});

const ownCommands = patterns(
  'AUTH TLS\r\n',
  'AUTH SSL\r\n',
  'EPRT |',
  'TYPE I\r\n',
  'TYPE A\r\n',
  'OPTS UTF8 ',
  'PASV\r\n',
  'EPSV\r\n',
);
const sharedCommands = patterns(
  'USER ',
  'PASS ',
  'FEAT\r\n',
  'SYST\r\n',
  'LIST',
  'RETR ',
  'STOR ',
  'CWD ',
  'PWD\r\n',
  'PORT ',
  'HOST ',
  'CLNT ',
  'QUIT\r\n',
  'NOOP\r\n',
  'CDUP\r\n',
  'DELE ',
  'NLST',
  'MLSD',
  'SIZE ',
  'MDTM ',
  'SITE ',
  'REST ',
  'ACCT ',
  'ABOR\r\n',
  'STAT\r\n',
  'HELP\r\n',
);
const ownReplies = patterns('227 Entering Passive Mode', '229 Entering Extended Passive Mode', '234 AUTH ');
const sharedReplies = patterns(
  '331 ',
  '230 ',
  '230-',
  '530 ',
  '150 ',
  '125 ',
  '226 ',
  '250 ',
  '257 ',
  '200 ',
  '211-',
  '215 ',
  '221 ',
  '425 ',
  '500 ',
  '502 ',
  '550 ',
);

function judgeClient(opening: Opening): Evidence {
  const own = matchAnyCaseAt(opening, 0, ownCommands);
  if (own === evidence.yes) return own;
  const shared = matchAnyCaseAt(opening, 0, sharedCommands);
  if (shared === evidence.yes) return evidence.likely;
  return own > shared ? own : shared;
}

function judgeServer(opening: Opening): Evidence {
  switch (readGreeting(opening)) {
    case greeting.ftp:
      return evidence.yes;
    case greeting.unnamed:
      return evidence.likely;
    case greeting.more:
      return evidence.more;
    case greeting.no: {
      const own = matchAnyAt(opening, 0, ownReplies);
      if (own === evidence.yes) return own;
      const shared = matchAnyAt(opening, 0, sharedReplies);
      if (shared === evidence.yes) return evidence.likely;
      return own > shared ? own : shared;
    }
    default:
      return evidence.no;
  }
}
