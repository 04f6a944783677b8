// Builders of TLS octets for tests and benchmarks: small functions that nest as the structures do. Each returns octets that
// nobody else holds.
//
//   record(22, message(1, clientHelloBody({ extensions: [serverName('a.example')] })))

/** A ClientHello to build. What is left out takes the value of a plain TLS 1.2 hello. */
export interface ClientHelloParts {
  version?: number;
  /** 32 octets; fewer give a hello that contradicts the specification. */
  random?: Uint8Array;
  sessionId?: Uint8Array;
  /** DTLS only. */
  cookie?: Uint8Array;
  cipherSuites?: readonly number[];
  compressionMethods?: readonly number[];
  /** Undefined leaves the whole block out, as SSLv3 does. */
  extensions?: readonly Uint8Array[] | undefined;
}

/** A ServerHello to build. */
export interface ServerHelloParts {
  version?: number;
  random?: Uint8Array;
  sessionId?: Uint8Array;
  cipherSuite?: number;
  compression?: number;
  extensions?: readonly Uint8Array[] | undefined;
}

/** Octets from numbers and octets, in order. */
export function octets(...parts: readonly (number | Uint8Array)[]): Uint8Array {
  const whole: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') whole.push(part & 0xff);
    else for (const octet of part) whole.push(octet);
  }
  return Uint8Array.from(whole);
}

/** Octets from hexadecimal; blanks are ignored. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  );
}

/** Octets of text, one a character. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** `length` octets that count up from `from`: recognisable filler. */
export function filler(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => from + at);
}

/** A 16-bit number. */
export function uint16(value: number): Uint8Array {
  return octets(value >>> 8, value);
}

/** A 24-bit number. */
export function uint24(value: number): Uint8Array {
  return octets(value >>> 16, value >>> 8, value);
}

/** A 32-bit number. */
export function uint32(value: number): Uint8Array {
  return octets(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Numbers of 16 bits each, without a length. */
export function numbers16(values: readonly number[]): Uint8Array {
  return octets(...values.map(uint16));
}

/** Content behind its 8-bit length. */
export function vector8(...content: readonly Uint8Array[]): Uint8Array {
  const body = octets(...content);
  return octets(body.length, body);
}

/** Content behind its 16-bit length. */
export function vector16(...content: readonly Uint8Array[]): Uint8Array {
  const body = octets(...content);
  return octets(uint16(body.length), body);
}

/** Content behind its 24-bit length. */
export function vector24(...content: readonly Uint8Array[]): Uint8Array {
  const body = octets(...content);
  return octets(uint24(body.length), body);
}

/** A TLS record. */
export function record(type: number, content: Uint8Array, version = 0x0301): Uint8Array {
  return octets(type, uint16(version), vector16(content));
}

/** Content cut into records of at most `most` octets: messages may be spread over many. */
export function records(type: number, content: Uint8Array, most: number, version = 0x0301): Uint8Array {
  const whole: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += most) whole.push(record(type, content.slice(at, at + most), version));
  return octets(...whole);
}

/** A handshake message: 4-octet header and body. */
export function message(type: number, body: Uint8Array): Uint8Array {
  return octets(type, uint24(body.length), body);
}

/** A change_cipher_spec record. */
export function changeCipherSpec(version = 0x0303): Uint8Array {
  return record(20, Uint8Array.of(1), version);
}

/** A plain alert record. */
export function alert(level: number, description: number, version = 0x0303): Uint8Array {
  return record(21, Uint8Array.of(level, description), version);
}

/** A DTLS record. */
export function dtlsRecord(
  type: number,
  content: Uint8Array,
  { version = 0xfefd, epoch = 0, sequence = 0 }: { version?: number; epoch?: number; sequence?: number } = {},
): Uint8Array {
  return octets(type, uint16(version), uint16(epoch), 0, 0, uint32(sequence), vector16(content));
}

/** One fragment of a DTLS handshake message; without a place the whole message in one. */
export function dtlsFragment(
  type: number,
  messageSequence: number,
  body: Uint8Array,
  offset = 0,
  length: number = body.length - offset,
): Uint8Array {
  const fragment = body.slice(offset, offset + length);
  return octets(type, uint24(body.length), uint16(messageSequence), uint24(offset), uint24(length), fragment);
}

/** An extension: type and body behind its length. */
export function extension(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  return octets(uint16(type), vector16(...body));
}

/** server_name with one host name. */
export function serverName(name: string): Uint8Array {
  return extension(0x0000, vector16(Uint8Array.of(0), vector16(ascii(name))));
}

/** supported_groups. */
export function supportedGroups(groups: readonly number[]): Uint8Array {
  return extension(0x000a, vector16(numbers16(groups)));
}

/** ec_point_formats. */
export function ecPointFormats(formats: readonly number[]): Uint8Array {
  return extension(0x000b, vector8(Uint8Array.from(formats)));
}

/** signature_algorithms. */
export function signatureAlgorithms(schemes: readonly number[]): Uint8Array {
  return extension(0x000d, vector16(numbers16(schemes)));
}

/** ALPN: a client's list, or a server's choice as a list of one. Text is one octet a character. */
export function alpn(names: readonly string[]): Uint8Array {
  return extension(0x0010, vector16(...names.map((name) => vector8(ascii(name)))));
}

/** session_ticket with that many octets. */
export function sessionTicket(length: number): Uint8Array {
  return extension(0x0023, filler(length));
}

/** supported_versions as a client sends it. */
export function supportedVersions(versions: readonly number[]): Uint8Array {
  return extension(0x002b, vector8(numbers16(versions)));
}

/** supported_versions as a server sends it. */
export function selectedVersion(version: number): Uint8Array {
  return extension(0x002b, uint16(version));
}

/** key_share as a client sends it; keys are filler of `keyLength` octets. */
export function keyShares(groups: readonly number[], keyLength = 32, from = 1): Uint8Array {
  const shares = groups.map((group) => octets(uint16(group), vector16(filler(keyLength, from))));
  return extension(0x0033, vector16(...shares));
}

/** key_share as a server sends it. */
export function keyShare(group: number, keyLength = 32): Uint8Array {
  return extension(0x0033, uint16(group), vector16(filler(keyLength, 9)));
}

/** pre_shared_key as a client sends it: identities of these lengths, a 32-octet binder for each. */
export function preSharedKeys(identityLengths: readonly number[]): Uint8Array {
  const identities = identityLengths.map((length) => octets(vector16(filler(length)), uint32(0x01020304)));
  return extension(0x0029, vector16(...identities), vector16(...identityLengths.map(() => vector8(filler(32)))));
}

/** psk_key_exchange_modes. */
export function pskModes(modes: readonly number[]): Uint8Array {
  return extension(0x002d, vector8(Uint8Array.from(modes)));
}

/** renegotiation_info of a first handshake. */
export function renegotiationInfo(): Uint8Array {
  return extension(0xff01, vector8());
}

/** Body of a ClientHello. */
export function clientHelloBody(parts: ClientHelloParts = {}): Uint8Array {
  return octets(
    uint16(parts.version ?? 0x0303),
    parts.random ?? filler(32, 0x40),
    vector8(parts.sessionId ?? octets()),
    parts.cookie === undefined ? octets() : vector8(parts.cookie),
    vector16(numbers16(parts.cipherSuites ?? [0xc02f, 0xc030])),
    vector8(Uint8Array.from(parts.compressionMethods ?? [0])),
    parts.extensions === undefined ? octets() : vector16(...parts.extensions),
  );
}

/** Body of a ServerHello. */
export function serverHelloBody(parts: ServerHelloParts = {}): Uint8Array {
  return octets(
    uint16(parts.version ?? 0x0303),
    parts.random ?? filler(32, 0x80),
    vector8(parts.sessionId ?? octets()),
    uint16(parts.cipherSuite ?? 0xc02f),
    parts.compression ?? 0,
    parts.extensions === undefined ? octets() : vector16(...parts.extensions),
  );
}

/** Body of a Certificate (TLS <= 1.2). */
export function certificateBody(certificates: readonly Uint8Array[]): Uint8Array {
  return vector24(...certificates.map((certificate) => vector24(certificate)));
}

/** Body of a Certificate (TLS 1.3); each entry may carry extensions. */
export function certificateBody13(
  entries: readonly { certificate: Uint8Array; extensions?: readonly Uint8Array[] }[],
  requestContext: Uint8Array = octets(),
): Uint8Array {
  const list = entries.map((entry) => octets(vector24(entry.certificate), vector16(...(entry.extensions ?? []))));
  return octets(vector8(requestContext), vector24(...list));
}

/** status_request of a TLS 1.3 certificate entry: the stapled OCSP response. */
export function stapledOcsp(response: Uint8Array): Uint8Array {
  return extension(0x0005, Uint8Array.of(1), vector24(response));
}

/** Body of a CertificateRequest. Leave `signatureAlgorithms` out for TLS 1.0 and 1.1. */
export function certificateRequestBody(parts: {
  types: readonly number[];
  signatureAlgorithms?: readonly number[];
  authorities: readonly Uint8Array[];
}): Uint8Array {
  return octets(
    vector8(Uint8Array.from(parts.types)),
    parts.signatureAlgorithms === undefined ? octets() : vector16(numbers16(parts.signatureAlgorithms)),
    vector16(...parts.authorities.map((name) => vector16(name))),
  );
}

/** Body of a CertificateRequest (TLS 1.3). */
export function certificateRequestBody13(
  extensions: readonly Uint8Array[],
  requestContext: Uint8Array = octets(),
): Uint8Array {
  return octets(vector8(requestContext), vector16(...extensions));
}

/** certificate_authorities. */
export function certificateAuthorities(names: readonly Uint8Array[]): Uint8Array {
  return extension(0x002f, vector16(...names.map((name) => vector16(name))));
}

/** Body of a CertificateVerify; leave the scheme out before TLS 1.2. */
export function certificateVerifyBody(signature: Uint8Array, scheme?: number): Uint8Array {
  return octets(scheme === undefined ? octets() : uint16(scheme), vector16(signature));
}

/** Body of an ECDHE ServerKeyExchange with a named curve; leave the scheme out before TLS 1.2. */
export function ecdheKeyExchangeBody(
  group: number,
  point: Uint8Array,
  signature: Uint8Array,
  scheme?: number,
): Uint8Array {
  return octets(3, uint16(group), vector8(point), certificateVerifyBody(signature, scheme));
}

/** Body of a DHE ServerKeyExchange; without a signature an anonymous one. */
export function dheKeyExchangeBody(
  prime: Uint8Array,
  publicValue: Uint8Array,
  signature?: Uint8Array,
  scheme?: number,
): Uint8Array {
  return octets(
    vector16(prime),
    vector16(Uint8Array.of(2)),
    vector16(publicValue),
    signature === undefined ? octets() : certificateVerifyBody(signature, scheme),
  );
}

/** Body of a NewSessionTicket (TLS <= 1.2). */
export function newSessionTicketBody(lifetimeSeconds: number, ticket: Uint8Array): Uint8Array {
  return octets(uint32(lifetimeSeconds), vector16(ticket));
}

/** Body of a NewSessionTicket (TLS 1.3). */
export function newSessionTicketBody13(
  lifetimeSeconds: number,
  ticket: Uint8Array,
  extensions: readonly Uint8Array[] = [],
): Uint8Array {
  return octets(
    uint32(lifetimeSeconds),
    uint32(0x0a0b0c0d),
    vector8(filler(8)),
    vector16(ticket),
    vector16(...extensions),
  );
}

/** An SSLv2 record: 2-octet header, or 3 with padding. */
export function sslv2Record(content: Uint8Array, padding?: number): Uint8Array {
  if (padding === undefined) return octets(uint16(0x8000 | content.length), content);
  return octets(uint16(content.length + padding), padding, content, filler(padding));
}

/** Body of an SSLv2 CLIENT-HELLO, after the message type. Kinds are 24-bit. */
export function sslv2ClientHelloBody(
  version: number,
  kinds: readonly number[],
  { sessionId = octets(), challenge = filler(16) }: { sessionId?: Uint8Array; challenge?: Uint8Array } = {},
): Uint8Array {
  return octets(
    uint16(version),
    uint16(kinds.length * 3),
    uint16(sessionId.length),
    uint16(challenge.length),
    ...kinds.map(uint24),
    sessionId,
    challenge,
  );
}

/** Body of an SSLv2 SERVER-HELLO, after the message type. */
export function sslv2ServerHelloBody(certificate: Uint8Array, kinds: readonly number[], sessionIdHit = 0): Uint8Array {
  return octets(
    sessionIdHit,
    1,
    uint16(0x0002),
    uint16(certificate.length),
    uint16(kinds.length * 3),
    uint16(16),
    certificate,
    ...kinds.map(uint24),
    filler(16),
  );
}

/** A hello like Chrome's: GREASE everywhere, 16 suites, 18 extensions, two key shares. */
export function chromeLikeHello(
  name = 'www.example.com',
  {
    grease = 0x1a1a,
    random = filler(32),
    keyFrom = 1,
  }: { grease?: number; random?: Uint8Array; keyFrom?: number } = {},
): Uint8Array {
  return clientHelloBody({
    random,
    sessionId: filler(32, keyFrom),
    cipherSuites: [
      ...[grease, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c],
      ...[0x009d, 0x002f, 0x0035],
    ],
    extensions: [
      extension(grease),
      serverName(name),
      extension(0x0017),
      renegotiationInfo(),
      supportedGroups([grease, 0x11ec, 0x001d, 0x0017, 0x0018]),
      ecPointFormats([0]),
      sessionTicket(0),
      alpn(['h2', 'http/1.1']),
      extension(0x0005, octets(1, 0, 0, 0, 0)),
      signatureAlgorithms([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]),
      extension(0x0012),
      extension(
        0x0033,
        vector16(
          octets(uint16(grease), vector16(Uint8Array.of(0))),
          octets(uint16(0x11ec), vector16(filler(1216, keyFrom))),
          octets(uint16(0x001d), vector16(filler(32, keyFrom))),
        ),
      ),
      pskModes([1]),
      supportedVersions([grease, 0x0304, 0x0303]),
      extension(0x001b, vector8(uint16(2))),
      extension(0x44cd, vector16(vector8(ascii('h2')))),
      extension(0xfe0d, filler(186, keyFrom)),
      extension(grease ^ 0x1010, Uint8Array.of(0)),
    ],
  });
}
