import type { Protocol } from '../model/protocol.js';
import { fromSides } from './judge.js';
import { MessageDialogue } from './message-dialogue.js';
import { pattern } from './octets.js';
import { judgeRequestLine, judgeStatusLine } from './request-line.js';

/** RTSP (RFC 7826 §7.1 request line, §8.1 status line): HTTP's form with a version of its own. */
export const rtsp: Protocol = fromSides({
  name: 'rtsp',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [554, 8554, 7070],
  client: (opening) => judgeRequestLine(opening, version),
  server: (opening) => judgeStatusLine(opening, version),
  follow: (sink) => new MessageDialogue(sink, { name: 'RTSP', version: 'RTSP/', interleaved: true, controls }),
});

const version = pattern('RTSP/');
/** Who may record or announce without a login puts what they like in the place of what others see. */
const controls: ReadonlySet<string> = new Set(['RECORD', 'ANNOUNCE', 'SET_PARAMETER']);
