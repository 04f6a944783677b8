import type { Opening, Protocol } from '../model/protocol.js';
import { type Evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAnyCaseAt, patterns } from './octets.js';
import { SieveDialogue } from './sieve-dialogue.js';

/** ManageSieve (RFC 5804 §1.7 greeting, §2 commands). */
export const sieve: Protocol = fromSides({
  name: 'sieve',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [4190, 2000],
  client: judgeClient,
  server: judgeServer,
  follow: (sink) => new SieveDialogue(sink),
});

const commands = patterns(
  'AUTHENTICATE "',
  'PUTSCRIPT "',
  'LISTSCRIPTS\r\n',
  'SETACTIVE "',
  'CHECKSCRIPT ',
  'HAVESPACE "',
);
const capabilities = patterns('"IMPLEMENTATION" ', '"SIEVE" "');

function judgeClient(opening: Opening): Evidence {
  return matchAnyCaseAt(opening, 0, commands);
}

function judgeServer(opening: Opening): Evidence {
  return matchAnyAt(opening, 0, capabilities);
}
