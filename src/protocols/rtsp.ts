import type { Protocol } from '../model/protocol.js';
import { fromSides } from './judge.js';
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
});

const version = pattern('RTSP/');
