import type { Protocol } from '../model/protocol.js';
import { fromSides } from './judge.js';
import { pattern } from './octets.js';
import { judgeRequestLine, judgeStatusLine } from './request-line.js';

/** SSDP (UPnP Device Architecture §1): HTTP's form in datagrams, M-SEARCH and NOTIFY. */
export const ssdp: Protocol = fromSides({
  name: 'ssdp',
  kind: 'cleartext',
  transport: 'udp',
  ports: [1900],
  client: (opening) => judgeRequestLine(opening, version),
  server: (opening) => judgeStatusLine(opening, version),
});

const version = pattern('HTTP/');
