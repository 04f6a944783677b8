// One capture whose every text tries to be more than text: names in handshakes, certificates, headers, greetings, answers of DNS,
// comments and interface names of the file, and its own name.
import { PcapngWriter } from '../../src/capture/pcapng-writer.js';
import { ethernet, ipv4, tcp, udp } from '../build/packets.js';
import {
  alpn,
  certificateBody,
  certificateRequestBody,
  changeCipherSpec,
  clientHelloBody,
  filler,
  message,
  octets,
  records,
  serverHelloBody,
  serverName,
  vector8,
} from '../build/tls.js';
import { buildCertificate, name } from '../build/x509.js';
import { hostileTexts } from './hostile-results.js';

/** Texts as they can stand on the wire: what no encoding can write is gone. */
export const wireTexts: readonly string[] = [
  ...hostileTexts.map((text) => text.replaceAll('\ud800', '')),
  '<img src=x onerror="window.pwned=1">',
  '</script><script>window.pwned=2</script>',
  'evil\u202egnp.exe\u2066\u200f',
  '\u001b]0;title\u0007\u001b[31mred\u009b2J',
  '%0d%0aSet-Cookie: a=b',
  '{"type":"finding"}',
];

/** Longer than anybody's name: what a ClientHello and a certificate may just hold. */
export const longName: string = '<b>long\u202e'.repeat(6000);

/** The name of the file, fit for a file system. */
export const hostileFileName = 'evil\u001b[2J\u202e<script>alert(1)<!--`|`.pcapng';

const encoder = new TextEncoder();
const mostOctets = 16_000;

/** Writes connections one behind the other. */
class Wire {
  readonly #writer: PcapngWriter;
  readonly #interface: number;
  #time = 1_790_000_000;
  #identification = 0;
  #port = 40_000;

  constructor(writer: PcapngWriter, interfaceId: number) {
    this.#writer = writer;
    this.#interface = interfaceId;
  }

  /** A connection of 10.0.0.1 to 10.0.0.2; each saying is the client's (>) or the server's (<). */
  connection(serverPort: number, sayings: readonly (readonly ['>' | '<', Uint8Array | string])[]): void {
    const clientPort = ++this.#port;
    const next = { '>': 1001, '<': 5001 };
    const send = (from: '>' | '<', flags: number, payload: Uint8Array, shift = 0): void => {
      const other = from === '>' ? '<' : '>';
      const [source, destination] = from === '>' ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
      const [sourcePort, destinationPort] = from === '>' ? [clientPort, serverPort] : [serverPort, clientPort];
      const fields = {
        sourcePort,
        destinationPort,
        flags,
        sequence: next[from] + shift,
        acknowledgment: next[other],
      };
      this.#packet(ipv4({ source, destination, identification: ++this.#identification }, tcp(fields, payload)));
      next[from] += payload.length;
    };
    send('>', 0x02, octets(), -1);
    send('<', 0x12, octets(), -1);
    for (const [from, said] of sayings) {
      const bytes = typeof said === 'string' ? encoder.encode(said) : said;
      for (let at = 0; at < bytes.length; at += mostOctets) send(from, 0x18, bytes.slice(at, at + mostOctets));
    }
    send('>', 0x11, octets());
    send('<', 0x11, octets());
  }

  datagram(sourcePort: number, destinationPort: number, payload: Uint8Array): void {
    const ports = udp({ sourcePort, destinationPort }, payload);
    this.#packet(
      ipv4(
        { source: '10.0.0.9', destination: '10.0.0.1', protocol: 17, identification: ++this.#identification },
        ports,
      ),
    );
  }

  #packet(packet: Uint8Array): void {
    this.#time += 1;
    const comments = [wireTexts[this.#identification % wireTexts.length]!];
    const bytes = ethernet(packet);
    this.#writer.packet({
      interfaceId: this.#interface,
      seconds: this.#time,
      nanoseconds: 0,
      octets: bytes,
      originalLength: bytes.length,
      comments,
    });
  }
}

/** The capture, as pcapng. */
export function hostileCapture(): Uint8Array {
  const blocks: Uint8Array[] = [];
  const writer = new PcapngWriter((block) => blocks.push(block));
  writer.section(wireTexts[0]!, wireTexts.join('\n'));
  writer.names(wireTexts.map((text, at) => ({ address: octets(10, 0, 0, 1 + (at % 2)), name: text })));
  const wire = new Wire(writer, writer.interface(1, wireTexts[1]!));
  for (const text of wireTexts) {
    handshake(wire, text);
    dialogues(wire, text);
  }
  handshake(wire, longName);
  dialogues(wire, longName);
  wire.connection(8009, [['>', longName]]);
  return Uint8Array.from(Buffer.concat(blocks));
}

/** TLS 1.0, mutual, with the text wherever a name may stand: it is found fault with at every turn. */
function handshake(wire: Wire, text: string): void {
  const short = text.slice(0, 60);
  const certificate = buildCertificate({
    subject: [
      ['CN', text],
      ['O', short],
    ],
    issuer: [['CN', text]],
    subjectAltNames: [`DNS:${short}`, `URI:spiffe://${short}/${short}`],
  });
  const flight = (type: number, body: Uint8Array): Uint8Array => records(22, message(type, body), mostOctets, 0x0301);
  wire.connection(443, [
    ['>', flight(1, clientHelloBody({ version: 0x0301, extensions: [serverName(text), alpn([short.slice(0, 40)])] }))],
    [
      '<',
      octets(
        flight(2, serverHelloBody({ version: 0x0301, cipherSuite: 0x0005, extensions: [alpn([short.slice(0, 40)])] })),
        flight(11, certificateBody([certificate])),
        flight(13, certificateRequestBody({ types: [1], authorities: [name([['CN', text]])] })),
        flight(14, octets()),
      ),
    ],
    [
      '>',
      octets(
        flight(11, certificateBody([certificate])),
        flight(16, filler(66)),
        changeCipherSpec(0x0301),
        records(22, filler(40), mostOctets, 0x0301),
      ),
    ],
    ['<', octets(changeCipherSpec(0x0301), records(22, filler(40), mostOctets, 0x0301))],
    ['>', records(23, filler(60), mostOctets, 0x0301)],
    ['<', records(23, filler(90), mostOctets, 0x0301)],
  ]);
}

/** Protocols in clear, with the text wherever one may stand. */
function dialogues(wire: Wire, text: string): void {
  const line = text.replaceAll(/[\r\n\0]/g, ' ');
  const word = line.replaceAll(' ', '_');
  const basic = Buffer.from(`${line}:${line}`).toString('base64');
  wire.connection(8080, [
    [
      '>',
      `GET /${encodeURI(word.replaceAll(/[^ -~]/g, '')).slice(0, 60_000)} HTTP/1.1\r\nHost: ${line}\r\nAuthorization: Basic ${basic}\r\nX-SSL-Client-S-DN: CN=${line}\r\nX-SSL-Client-Verify: ${line}\r\nX-Forwarded-Client-Cert: By=${word};URI=spiffe://${word};Subject="CN=${line}"\r\nX-Forwarded-For: ${word}, 10.0.0.1\r\nX-Request-ID: ${word}\r\n${word.replaceAll(/[^!-~]|:/g, '-').slice(0, 60)}: ${line}\r\nCookie: session=${word}\r\n\r\n`,
    ],
    ['<', `HTTP/1.1 200 ${line}\r\nServer: ${line}\r\nContent-Length: 0\r\n\r\n`],
  ]);
  wire.connection(8081, [['>', `${word.replaceAll(/[^!-~]/g, '').slice(0, 20)} / HTTP/1.1\r\nHost: ${line}\r\n\r\n`]]);
  wire.connection(25, [
    ['<', `220 ${line} ESMTP ${line}\r\n`],
    ['>', `EHLO ${line}\r\n`],
    ['<', `250-${word}\r\n250-STARTTLS\r\n250 AUTH PLAIN ${word}\r\n`],
    ['>', `AUTH ${word} ${Buffer.from(`\0${line}\0${line}`).toString('base64')}\r\n`],
    ['<', `535 ${line}\r\n`],
    ['>', `MAIL FROM:<${line}>\r\n`],
    ['<', `250 ${line}\r\n`],
  ]);
  wire.connection(143, [
    ['<', `* OK ${line} ready\r\n`],
    ['>', `a1 LOGIN "${line.replaceAll('"', '')}" "${line.replaceAll('"', '')}"\r\n`],
    ['<', `a1 NO ${line}\r\n`],
  ]);
  wire.connection(6379, [
    ['>', `*2\r\n$4\r\nAUTH\r\n$${encoder.encode(text).length}\r\n${text}\r\n`],
    ['<', `-ERR ${line}\r\n`],
    ['>', `*2\r\n$3\r\nGET\r\n$${encoder.encode(text).length}\r\n${text}\r\n`],
    ['<', '$-1\r\n'],
  ]);
  wire.connection(22, [
    ['<', `SSH-2.0-${line.slice(0, 200)}\r\n`],
    ['>', `SSH-2.0-${line.slice(0, 200)}\r\n`],
  ]);
  const label = encoder.encode(text).slice(0, 60);
  const question = octets(vector8(label), 0, 0, 1, 0, 1);
  wire.datagram(
    53,
    50_000,
    octets(1, 2, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, question, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 2),
  );
}
