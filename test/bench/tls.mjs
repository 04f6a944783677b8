// TLS messages as they stand on the wire (RFC 5246, RFC 9846), with real lengths and orders. What a peer would draw at random
// or encrypt is random here.

/** @typedef {import('./random.mjs').Random} Random */

const handshakeRecord = 0x16;
const applicationDataRecord = 0x17;
const tls12 = 0x0303;

/** @param {...(Uint8Array | number[])} parts @returns {Uint8Array} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `value` in `octets` octets, big endian. @param {number} value @param {number} octets @returns {number[]} */
export function number(value, octets) {
  return Array.from({ length: octets }, (_, index) => (value / 2 ** (8 * (octets - 1 - index))) & 0xff);
}

/** Content behind its length of `octets` octets. @param {number} octets @param {...(Uint8Array | number[])} parts */
export function vector(octets, ...parts) {
  const content = concat(...parts);
  return concat(number(content.length, octets), content);
}

/** @param {number} type @param {Uint8Array} content @returns {Uint8Array} */
export function record(type, content, version = tls12) {
  return concat([type], number(version, 2), vector(2, content));
}

/** A record of protected content. @param {Random} random @param {number} length @param {number} [type] */
export function protectedRecord(random, length, type = applicationDataRecord) {
  return record(type, random.bytes(length));
}

/** @param {number} type @param {...(Uint8Array | number[])} body @returns {Uint8Array} */
function message(type, ...body) {
  return concat([type], vector(3, ...body));
}

/** @param {number} type @param {...(Uint8Array | number[])} body */
function extension(type, ...body) {
  return concat(number(type, 2), vector(2, ...body));
}

/** @param {readonly number[]} values @returns {number[]} */
function numbers16(values) {
  return values.flatMap((value) => number(value, 2));
}

const ascii = new TextEncoder();

/**
 * What tells one client from another. The key share is X25519.
 * @typedef {{ suites: number[], groups: number[], signatures: number[], alpn: string[], versions: number[], grease: boolean }} ClientProfile
 */

const modern = [0x1301, 0x1302, 0x1303];
const elliptic = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8];
const older = [0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035];
const usualSignatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

/** @type {readonly ClientProfile[]} */
export const clientProfiles = [
  {
    suites: [...modern, ...elliptic, ...older],
    groups: [0x1d, 0x17, 0x18],
    signatures: usualSignatures,
    alpn: ['h2', 'http/1.1'],
    versions: [0x0304, 0x0303],
    grease: true,
  },
  {
    suites: [0x1302, 0x1303, 0x1301, ...elliptic, 0x009f, 0x006b, 0x0067, 0x00ff],
    groups: [0x1d, 0x17, 0x1e, 0x19, 0x18],
    signatures: [
      0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
    ],
    alpn: [],
    versions: [0x0304, 0x0303],
    grease: false,
  },
  {
    suites: [...elliptic, ...older, 0x000a, ...modern],
    groups: [0x1d, 0x17, 0x18, 0x19],
    signatures: [...usualSignatures, 0x0201, 0x0203],
    alpn: ['h2'],
    versions: [0x0304, 0x0303],
    grease: false,
  },
  {
    suites: [...modern, ...elliptic, 0x009e, 0x009f, 0x00ff],
    groups: [0x1d, 0x17, 0x18],
    signatures: usualSignatures,
    alpn: ['http/1.1'],
    versions: [0x0304, 0x0303],
    grease: false,
  },
];

/** @type {readonly ClientProfile[]} */
export const legacyProfiles = [
  {
    suites: [...elliptic, ...older, 0x00ff],
    groups: [0x17, 0x18],
    signatures: usualSignatures,
    alpn: [],
    versions: [0x0303],
    grease: false,
  },
  {
    suites: [0xc030, 0xc02c, 0x009f, ...older, 0x00ff],
    groups: [0x17, 0x18, 0x19],
    signatures: [0x0601, 0x0501, 0x0401, 0x0403],
    alpn: ['http/1.1'],
    versions: [0x0303],
    grease: false,
  },
];

/** A message whose random parts are drawn anew for each use. */
export class Template {
  /** @param {Uint8Array} bytes @param {{ at: number, length: number }[]} drawn */
  constructor(bytes, drawn) {
    this.bytes = bytes;
    this.drawn = drawn;
  }

  /** @param {Random} random @returns {Uint8Array} */
  draw(random) {
    const bytes = this.bytes.slice();
    for (const { at, length } of this.drawn) random.fill(bytes, at, at + length);
    return bytes;
  }
}

// Stands for octets that a template draws; no other part of a message holds this sequence.
const marker = 0xa5;

/** @param {Uint8Array} bytes @returns {Template} finds the runs of the marker that are 16 octets and longer */
function template(bytes) {
  const drawn = [];
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    while (end < bytes.length && bytes[end] === marker) end++;
    if (end - at >= 16) drawn.push({ at, length: end - at });
    at = end + 1;
  }
  return new Template(bytes, drawn);
}

/** @param {number} length */
function drawn(length) {
  return new Uint8Array(length).fill(marker);
}

/**
 * A ClientHello in its record.
 * @param {ClientProfile} profile @param {string} name of the server @param {number} ticketLength 0 = nothing to resume
 * @returns {Template}
 */
export function clientHello(profile, name, ticketLength = 0) {
  const { grease } = profile;
  const is13 = profile.versions.includes(0x0304);
  const resumes12 = ticketLength > 0 && !is13;
  const extensions = [
    ...(grease ? [extension(0x4a4a)] : []),
    extension(0, vector(2, [0], vector(2, ascii.encode(name)))),
    extension(23),
    extension(0xff01, [0]),
    extension(10, vector(2, numbers16(grease ? [0x8a8a, ...profile.groups] : profile.groups))),
    extension(11, [1, 0]),
    extension(35, resumes12 ? drawn(ticketLength) : []),
    extension(13, vector(2, numbers16(profile.signatures))),
  ];
  if (profile.alpn.length > 0) {
    extensions.push(extension(16, vector(2, ...profile.alpn.map((protocol) => vector(1, ascii.encode(protocol))))));
  }
  if (is13) {
    extensions.push(extension(43, vector(1, numbers16(grease ? [0x6a6a, ...profile.versions] : profile.versions))));
    extensions.push(extension(45, vector(1, [1])));
    extensions.push(extension(51, vector(2, number(0x1d, 2), vector(2, drawn(32)))));
    // pre_shared_key comes last: RFC 9846, PreSharedKeyExtension.
    if (ticketLength > 0) {
      const identity = concat(vector(2, drawn(ticketLength)), number(0x1234_5678, 4));
      extensions.push(extension(41, vector(2, identity), vector(2, vector(1, drawn(32)))));
    }
  }
  const suites = grease ? [0x2a2a, ...profile.suites] : profile.suites;
  const session = is13 || resumes12 ? drawn(32) : [];
  const body = [
    number(tls12, 2),
    drawn(32),
    vector(1, session),
    vector(2, numbers16(suites)),
    [1, 0],
    vector(2, ...extensions),
  ];
  return template(record(handshakeRecord, message(1, ...body), 0x0301));
}

/**
 * A ServerHello in its record; an echoed session id is random, which no observer can tell without keys.
 * @param {{ suite: number, is13: boolean, resumed: boolean, alpn?: string }} options @returns {Template}
 */
export function serverHello({ suite, is13, resumed, alpn }) {
  const extensions = is13
    ? [extension(43, number(0x0304, 2)), extension(51, number(0x1d, 2), vector(2, drawn(32)))]
    : [extension(0xff01, [0]), extension(23), ...(resumed ? [] : [extension(35)])];
  if (is13 && resumed) extensions.push(extension(41, number(0, 2)));
  if (!is13 && alpn) extensions.push(extension(16, vector(2, vector(1, ascii.encode(alpn)))));
  const body = [
    number(tls12, 2),
    drawn(32),
    vector(1, is13 || resumed ? drawn(32) : []),
    number(suite, 2),
    [0],
    vector(2, ...extensions),
  ];
  return template(record(handshakeRecord, message(2, ...body)));
}

/** A Certificate message (TLS <= 1.2). @param {readonly Uint8Array[]} chain leaf first; empty = none */
export function certificate(chain) {
  return record(handshakeRecord, message(11, vector(3, ...chain.map((der) => vector(3, der)))));
}

/** A ServerKeyExchange: named curve secp256r1, signed with RSA-PKCS1-SHA256. @returns {Template} */
export function serverKeyExchange() {
  return template(
    record(
      handshakeRecord,
      message(12, [3, 0, 0x17], vector(1, [4], drawn(64)), number(0x0401, 2), vector(2, drawn(256))),
    ),
  );
}

/** A CertificateRequest (TLS 1.2). @param {readonly Uint8Array[]} authorities DER names */
export function certificateRequest(authorities) {
  return record(
    handshakeRecord,
    message(
      13,
      vector(1, [1, 64]),
      vector(2, numbers16(usualSignatures)),
      vector(2, ...authorities.map((name) => vector(2, name))),
    ),
  );
}

/** ServerHelloDone. */
export const serverHelloDone = record(handshakeRecord, message(14));

/** A ClientKeyExchange with a P-256 point. @returns {Template} */
export function clientKeyExchange() {
  return template(record(handshakeRecord, message(16, vector(1, [4], drawn(64)))));
}

/** A CertificateVerify (TLS 1.2) of an RSA key. @returns {Template} */
export function certificateVerify() {
  return template(record(handshakeRecord, message(15, number(0x0804, 2), vector(2, drawn(256)))));
}

/** A NewSessionTicket (RFC 5077). @param {number} length @returns {Template} */
export function newSessionTicket(length) {
  return template(record(handshakeRecord, message(4, number(7200, 4), vector(2, drawn(length)))));
}

/** ChangeCipherSpec. */
export const changeCipherSpec = record(0x14, new Uint8Array([1]));

/** An encrypted Finished of TLS 1.2 with AES-GCM. @returns {Template} */
export function finished() {
  return template(record(handshakeRecord, drawn(40)));
}

/** An encrypted close_notify of TLS 1.2 with AES-GCM. @returns {Template} */
export function closeNotify() {
  return template(record(0x15, drawn(26)));
}
