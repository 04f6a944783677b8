// Every export of `wire/tls` that reads a range, with what it takes after the range. A test holds this list against the
// sources, so that no parser stays untried.

/** What parsers remember from one hello to the next. @typedef {{ clients: unknown, servers: unknown }} Memory */
/** @typedef {{ module: string, name: string, after: (memory: Memory) => unknown[] }} TlsParser */

const versions = [0x0301, 0x0303, 0x0304, 0xfefd];
const suites = [0x002f, 0x0033, 0x00a8, 0xc01d, 0xc02f];

/** @param {string} module @param {string} name @param {...unknown} after @returns {TlsParser} */
const parser = (module, name, ...after) => ({ module, name, after: () => after });

/** Takes the body of a handshake message, an alert or another record's content. @type {readonly TlsParser[]} */
export const bodyParsers = [
  { module: 'client-hello', name: 'parseClientHello', after: ({ clients }) => [clients, 'tls'] },
  { module: 'client-hello', name: 'parseClientHello', after: ({ clients }) => [clients, 'dtls'] },
  { module: 'server-hello', name: 'parseServerHello', after: ({ servers }) => [servers] },
  { module: 'server-hello', name: 'parseDraftHelloRetryRequest', after: ({ servers }) => [servers] },
  parser('alert', 'parseAlert'),
  parser('certificate', 'parseCompressedCertificate'),
  parser('certificate-status', 'parseCertificateStatus'),
  parser('encrypted-extensions', 'parseEncryptedExtensions'),
  parser('hello-verify-request', 'parseHelloVerifyRequest'),
  parser('key-update', 'parseKeyUpdate'),
  parser('sslv2', 'parseSslv2ClientHello'),
  parser('sslv2', 'parseSslv2ServerHello'),
  parser('sslv2', 'parseSslv2ChosenKind'),
  ...versions.flatMap((version) => [
    parser('certificate-request', 'parseCertificateRequest', version),
    parser('certificate-verify', 'parseCertificateVerify', version),
    parser('certificate', 'parseCertificate', version),
    parser('certificate', 'parseCertificate', version, 2),
    parser('new-session-ticket', 'parseNewSessionTicket', version),
    ...suites.map((suite) => parser('server-key-exchange', 'parseServerKeyExchange', suite, version)),
  ]),
];

/** Takes the first octets of a direction or a datagram. @type {readonly TlsParser[]} */
export const openingParsers = [
  parser('record', 'looksLikeClientHello'),
  parser('record', 'looksLikeServerHello'),
  parser('record', 'looksLikeAlert'),
  parser('sslv2', 'looksLikeSslv2ClientHello'),
  parser('sslv2', 'looksLikeSslv2ServerHello'),
  parser('dtls-record', 'looksLikeDtlsClientHello'),
  parser('dtls-record', 'looksLikeDtlsServerHello'),
  parser('quic', 'looksLikeQuicInitial', 1200),
  parser('quic', 'parseQuicInitial'),
  parser('quic', 'parseQuicLongHeader'),
  parser('quic-packets', 'parseQuicLongPacket'),
];
