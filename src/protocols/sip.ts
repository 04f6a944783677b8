import type { Protocol } from '../model/protocol.js';
import { fromSides } from './judge.js';
import { MessageDialogue } from './message-dialogue.js';
import { pattern } from './octets.js';
import { judgeRequestLine, judgeStatusLine } from './request-line.js';

/** SIP (RFC 3261 §7.1 request line, §7.2 status line). Either peer may send requests: the first of them is the client. */
export const sip: Protocol = fromSides({
  name: 'sip',
  kind: 'cleartext',
  transport: 'both',
  ports: [5060, 5061, 5062, 5070],
  client: (opening) => judgeRequestLine(opening, version),
  server: (opening) => judgeStatusLine(opening, version),
  follow: (sink) => new MessageDialogue(sink, { name: 'SIP', version: 'SIP/', interleaved: false, controls }),
});

const version = pattern('SIP/');
/** Who registers without a login takes calls that are meant for others. */
const controls: ReadonlySet<string> = new Set(['REGISTER']);
