// What a cleartext protocol says may hold secrets anywhere: in a path, a query, a header, a body. So nothing of it is kept that
// isn't known to be harmless: words of protocols, where protocols put them. Every other octet becomes an `x` in its place.
import { latin1 } from '../../base/bytes.js';

/** Commands and verbs that stand first on a line, or second behind a tag (IMAP). Upper case. */
const commands: ReadonlySet<string> = new Set(
  `GET HEAD POST PUT DELETE OPTIONS PATCH TRACE CONNECT PRI PROXY EHLO HELO LHLO MAIL RCPT DATA RSET NOOP QUIT VRFY STARTTLS
  STLS AUTH AUTHINFO AUTHENTICATE CAPABILITY CAPA LOGIN LOGOUT SELECT EXAMINE LIST USER PASS APOP STAT RETR PASV EPSV PORT PBSZ
  PROT CWD PWD TYPE SYST FEAT NICK JOIN PRIVMSG CAP INFO PUB SUB PING PONG MSG SET EVAL HELLO CONFIG KEYS ECHO GROUP ARTICLE
  QUEUED OK NO BAD BYE STATUS MODE`.split(/\s+/),
);

/** Words that names of header fields are made of, lower case: they say that something crossed, never what. */
const headerWords: ReadonlySet<string> = new Set(
  `accept access agent api auth authenticate authorization by cache cert certificate chain charset cipher client cn connection
  content control cookie correlation csrf date dn encoding etag expect expires fingerprint for forwarded from host http i id
  if info ip issuer key language last length location match message mime modified name none origin password port proto protocol
  proxy range real referer request s san sec secret serial server session set sha1 sha256 since ssl status subject tls to token
  traceparent tracestate trace transfer type upgrade user vary verified verify version via warning websocket www x xsrf`.split(
    /\s+/,
  ),
);

/** Mechanisms and schemes of logins, upper case: they stand behind AUTH or an authorization header. */
const mechanisms: ReadonlySet<string> = new Set(
  `PLAIN LOGIN CRAM-MD5 DIGEST-MD5 XOAUTH2 OAUTHBEARER SCRAM-SHA-1 SCRAM-SHA-256 EXTERNAL GSSAPI NTLM NEGOTIATE KERBEROS BASIC
  BEARER DIGEST TLS SSL ANONYMOUS`.split(/\s+/),
);

/** What comes behind these is a mechanism. */
const announcers: ReadonlySet<string> = new Set([
  'AUTH',
  'AUTHENTICATE',
  'AUTHORIZATION:',
  'PROXY-AUTHORIZATION:',
  'WWW-AUTHENTICATE:',
]);

const boundary = /^-----(?:BEGIN|END) [A-Z0-9][A-Z0-9 ]{0,40}-----\r?$/;
const httpVersion = /^HTTP\/\d\.\d$/;
/** Frames of the Redis protocol; answers of POP3; IMAP's untagged mark. */
const marks = /^(?:[*$]-?\d{1,9}|\+OK|-ERR|\+|\*)$/;
/** Replies of mail, news and file servers. Three digits alone on their line may be anything. */
const replyCode = /^\d{3}-?$/;
const reply = /^(\d{3}-)([A-Z0-9-]+)$/;
/** Commands and answers of FTP (RFC 959 §4.1.2, RFC 2428) that say where a data connection goes, and how they say it. */
const endpointMarks: ReadonlySet<string> = new Set(['PORT', 'EPRT', '227', '229']);
const endpoint = /^\(?(?:\d{1,3}(?:,\d{1,3}){5}|\|[12]?\|[0-9a-fA-F.:]*\|\d{1,5}\|)\)?\.?$/;
const maskOctet = 0x78;

/** Whether octets are text: no control characters but tabs and ends of lines. */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    if (octet < 0x20 ? octet !== 0x09 && octet !== 0x0a && octet !== 0x0d : octet === 0x7f) return false;
  }
  return end > start;
}

/** Masks the text in `bytes[start, end)` in place, octet for octet: what stays are spaces, ends of lines and protocol words. */
export function maskText(bytes: Uint8Array, start: number, end: number): void {
  let lineStart = start;
  for (let at = start; at <= end; at++) {
    if (at < end && bytes[at] !== 0x0a) continue;
    maskLine(bytes, lineStart, at);
    lineStart = at + 1;
  }
}

function maskLine(bytes: Uint8Array, start: number, end: number): void {
  const line = latin1(bytes, start, end);
  if (boundary.test(line)) return;
  const words = [...line.matchAll(/[^ \t\r]+/g)];
  const saysWhere = endpointMarks.has(words[0]?.[0].toUpperCase() ?? '');
  const isReply = replyCode.test(words[0]?.[0] ?? '');
  let before = '';
  for (const [place, { 0: word, index }] of words.entries()) {
    const isEndpoint = saysWhere && place > 0 && endpoint.test(word);
    const kept = isEndpoint ? word.length : keptOf(word, place, before, words.length === 1);
    const [from, to] = isReply && kept === 0 ? withinQuotes(word) : [kept, word.length];
    bytes.fill(maskOctet, start + index + from, start + index + to);
    before = word.toUpperCase();
  }
}

/** What of a word stands in the quotes that a reply puts around names (RFC 959, 257). */
function withinQuotes(word: string): [number, number] {
  const from = word.startsWith('"') ? 1 : 0;
  return [from, word.length > from && word.endsWith('"') ? word.length - 1 : word.length];
}

/** How many octets at the beginning of the `place`th word of a line stay. */
function keptOf(token: string, place: number, before: string, alone: boolean): number {
  const upper = token.toUpperCase();
  if (httpVersion.test(token)) return token.length;
  if (announcers.has(before) && mechanisms.has(upper)) return token.length;
  // Behind a tag; behind a command stands what it is about.
  if (place > 0) return place === 1 && commands.has(token) && !commands.has(before) ? token.length : 0;
  // A word alone on its line may be an answer, a password among them: only what is written as commands are is one.
  if (commands.has(alone ? token : upper) || marks.test(token)) return token.length;
  if (replyCode.test(token)) return alone ? 0 : token.length;
  if (token.endsWith(':') && isHeaderName(token.slice(0, -1).toLowerCase())) return token.length;
  const [, code, word] = reply.exec(token) ?? [];
  if (code !== undefined) return commands.has(word!) ? token.length : code.length;
  return 0;
}

/** Names are not standardised; but one that is made of such words alone holds nothing else. */
function isHeaderName(name: string): boolean {
  return name.split('-').every((word) => headerWords.has(word));
}
