import type { Opening, Protocol } from '../model/protocol.js';
import { IrcDialogue } from './irc-dialogue.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { findOctet, isDigit, matchAnyAt, matchAnyCaseAt, matchAt, octetAt, pattern, patterns } from './octets.js';

/** IRC (RFC 2812 §2.3 messages, §3.1 registration). */
export const irc: Protocol = fromSides({
  name: 'irc',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [6667, 6666, 6668, 6669, 7000, 194],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new IrcDialogue(sink),
});

const negotiation = patterns('CAP LS', 'CAP REQ :');
const registration = patterns('NICK ', 'PASS ', 'USER ', 'JOIN #', 'PING ', 'PONG ', 'PRIVMSG ');
const user = patterns('USER ');
const nick = patterns('NICK ');
const afterNick = patterns('USER ', 'JOIN #', 'PASS ');
const serverCommands = patterns('NOTICE ', 'PRIVMSG ', 'JOIN ', 'MODE ', 'PING ', 'QUIT ', 'PART ', 'NICK ', 'CAP ');
const bareNotice = patterns('NOTICE AUTH :', 'NOTICE * :', 'ERROR :Closing Link');
const colon = pattern(':');
const longestPrefix = 100;

function judgeClient(opening: Opening): Evidence {
  const negotiates = matchAnyAt(opening, 0, negotiation);
  if (negotiates === evidence.yes) return negotiates;
  const registers = matchAnyCaseAt(opening, 0, registration);
  if (registers === evidence.yes) return judgeRegistration(opening);
  return negotiates > registers ? negotiates : registers;
}

/** `USER name mode server :real name`, or NICK beside another line; PASS and USER alone are POP3's and FTP's too. */
function judgeRegistration(opening: Opening): Evidence {
  const lineFeed = findOctet(opening, 0, 0x0a);
  if (lineFeed < 0) return evidence.likely;
  if (matchAnyCaseAt(opening, 0, user) === evidence.yes && countSpaces(opening, lineFeed) >= 4) return evidence.yes;
  let next = lineFeed + 1;
  while (next < opening.length && octetAt(opening, next) === 0x20) next++;
  const besideNick = matchAnyCaseAt(opening, 0, nick) === evidence.yes ? afterNick : nick;
  return matchAnyCaseAt(opening, next, besideNick) === evidence.yes ? evidence.yes : evidence.likely;
}

function countSpaces(opening: Opening, end: number): number {
  let spaces = 0;
  for (let at = 0; at < end; at++) if (octetAt(opening, at) === 0x20) spaces++;
  return spaces;
}

/** `:server SP (3DIGIT / command) SP …`. */
function judgeServer(opening: Opening): Evidence {
  if (matchAt(opening, 0, colon) !== evidence.yes) return matchAnyAt(opening, 0, bareNotice);
  const space = findOctet(opening, 1, 0x20);
  if (space < 0) return opening.length > longestPrefix ? evidence.no : evidence.more;
  if (space < 2 || space > longestPrefix || findOctet(opening, 1, 0x0d) === 1) return evidence.no;
  for (let at = 1; at < space; at++) if (octetAt(opening, at) < 0x21 || octetAt(opening, at) > 0x7e) return evidence.no;
  if (opening.length < space + 5) return evidence.more;
  const isNumeric =
    isDigit(octetAt(opening, space + 1)) &&
    isDigit(octetAt(opening, space + 2)) &&
    isDigit(octetAt(opening, space + 3)) &&
    octetAt(opening, space + 4) === 0x20;
  return isNumeric ? evidence.yes : matchAnyAt(opening, space + 1, serverCommands);
}
