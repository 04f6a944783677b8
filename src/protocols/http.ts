import type { Opening, Protocol } from '../model/protocol.js';
import { followHttp } from './http/follower.js';
import { type Evidence, evidence, fromSides } from './judge.js';
import { matchAnyAt, matchAt, octetAt, pattern, patterns } from './octets.js';
import { judgeRequestLine, judgeStatusLine, skipEmptyLines } from './request-line.js';

/** HTTP/1.x and, on a usual port, HTTP/0.9 (RFC 9112 §3 request line, §4 status line). WebSocket and WebDAV are HTTP. */
export const http: Protocol = fromSides({
  name: 'http',
  kind: 'cleartext',
  transport: 'tcp',
  ports: [80, 8080, 8000, 8008, 8081, 8088, 8888, 3128, 3000, 5000, 5985, 9200, 631, 2375, 8983],
  client: judgeRequest,
  server: judgeResponse,
  follow: followHttp,
});

const version = pattern('HTTP/');
const commonRequests = patterns(
  'GET /',
  'POST /',
  'HEAD /',
  'PUT /',
  'GET http://',
  'POST http://',
  'DELETE /',
  'PATCH /',
);
const preface = pattern('PRI * HTTP/2.0');
const simpleRequest = pattern('GET /');

/** A request line that fills a whole opening is taken on its method and target: nothing else sends that much after them. */
const longTarget = 256;

function judgeRequest(opening: Opening, onUsualPort: boolean): Evidence {
  const line = judgeRequestLine(opening, version);
  if (line === evidence.yes)
    return matchAt(opening, skipEmptyLines(opening), preface) === evidence.yes ? evidence.no : line;
  if (line === evidence.more && opening.final && opening.length >= longTarget)
    return matchAnyAt(opening, 0, commonRequests) === evidence.yes ? evidence.yes : evidence.no;
  if (line === evidence.no && onUsualPort) return judgeSimpleRequest(opening);
  return line;
}

/** HTTP/0.9 is `GET SP path CRLF`: off the usual ports it could be Redis's inline command. */
function judgeSimpleRequest(opening: Opening): Evidence {
  if (matchAt(opening, 0, simpleRequest) !== evidence.yes) return evidence.no;
  for (let at = simpleRequest.length; at < opening.length; at++) {
    const octet = octetAt(opening, at);
    if (octet === 0x0a) return evidence.yes;
    if ((octet <= 0x20 && octet !== 0x0d) || octet > 0x7e) return evidence.no;
  }
  return evidence.no;
}

function judgeResponse(opening: Opening): Evidence {
  return judgeStatusLine(opening, version);
}
