import type { Opening, Protocol } from '../model/protocol.js';
import { greeting, readGreeting } from './greeting.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyCaseAt, patterns } from './octets.js';
import { SmtpDialogue } from './smtp-dialogue.js';

/** LMTP (RFC 2033 §4.1): SMTP between mail servers of one site, told by LHLO or by its greeting. */
export const lmtp: Protocol = fromSides({
  name: 'lmtp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [24, 2003],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new SmtpDialogue(sink, true),
});

const hello = patterns('LHLO ');

function judgeClient(opening: Opening): Evidence {
  return matchAnyCaseAt(opening, 0, hello);
}

function judgeServer(opening: Opening): Evidence {
  const named = readGreeting(opening);
  if (named === greeting.lmtp) return evidence.yes;
  return named === greeting.more ? evidence.more : evidence.no;
}
