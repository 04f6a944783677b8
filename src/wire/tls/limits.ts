// Every budget of the TLS parsers. A message over one keeps what was read up to it and gets a 'limit' fault. Real messages
// stay far below; the budgets keep a hostile one from costing more memory than it sent.

/** RFC 9846 (Record Layer): 2^14 octets of content. */
export const maxPlaintextLength = 16_384;

/** RFC 5246 §6.2.3: TLS 1.2 lets protection add 2048 octets; TLS 1.3 fewer. */
export const maxCiphertextLength: number = maxPlaintextLength + 2048;

/** Suites of one ClientHello. Scanners offer all 400 that exist. */
export const maxCipherSuites = 1024;

/** Extensions of one message. Browsers send under 20, test suites every number of one octet. */
export const maxExtensions = 1024;

/** Numbers in one list of groups, signature algorithms, versions, key shares or formats. */
export const maxListNumbers = 256;

/** Names in one ALPN list. */
export const maxProtocolNames = 64;

/** PSK identities of one ClientHello. Clients offer one or two. */
export const maxPskIdentities = 32;

/** Octets of a server name that are kept; DNS allows 255 (RFC 1035 §2.3.4). */
export const maxServerNameLength = 1024;

/** Certificates of one chain. The longest seen in the wild are a server's whole trust store by mistake. */
export const maxCertificates = 64;

/** Names of authorities of one CertificateRequest. Windows sends its whole store, some hundreds. */
export const maxAuthorities = 2048;

/** Certificate types of one CertificateRequest fill their 8-bit length at most. */
export const maxCertificateTypes = 255;

/** Distinct ClientHello shapes that are remembered at a time, and the octets that their keys may take. */
export const maxClientHelloShapes = 4096;
export const maxClientHelloShapeOctets = 2_097_152;

/** Longest canonical form of a ClientHello that is remembered; real ones are under 1 KiB. */
export const maxCanonicalLength = 4096;

/** Distinct ServerHello fingerprints that are remembered at a time, and the octets of their keys. */
export const maxServerHelloShapes = 2048;
export const maxServerHelloShapeOctets = 262_144;

/** Distinct server names that are remembered at a time, and their octets: connections repeat few names. */
export const maxRememberedNames = 4096;
export const maxRememberedNameOctets = 262_144;

/** Parts of JA4 fingerprints that are remembered at a time: clients that permute their extensions share them. */
export const maxFingerprintParts = 4096;
