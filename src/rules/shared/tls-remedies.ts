// What mends weak TLS, product by product; several kinds share a cause and so its cure.
import type { RuleMetadata } from '../../model/rule.js';

type Products = RuleMetadata['remediation']['products'];

/** Floor of the protocol version, on both sides of a proxy. */
export const versionFloor: Products = {
  nginx: 'ssl_protocols TLSv1.2 TLSv1.3; and towards upstreams proxy_ssl_protocols TLSv1.2 TLSv1.3;',
  HAProxy:
    'ssl-default-bind-options ssl-min-ver TLSv1.2 and ssl-default-server-options ssl-min-ver TLSv1.2 in the global section.',
  Envoy: 'common_tls_context: { tls_params: { tls_minimum_protocol_version: TLSv1_2 } }',
  Apache: 'SSLProtocol -all +TLSv1.2 +TLSv1.3; towards backends SSLProxyProtocol -all +TLSv1.2 +TLSv1.3',
  Caddy: 'tls { protocols tls1.2 tls1.3 } (the default).',
  Node: "tls.createServer({ minVersion: 'TLSv1.2', … }) (the default); remove --tls-min-v1.0 and secureProtocol.",
  Go: '&tls.Config{MinVersion: tls.VersionTLS12}; remove GODEBUG tls10server=1.',
  Python: 'context.minimum_version = ssl.TLSVersion.TLSv1_2',
  Java: 'Keep TLSv1 and TLSv1.1 in jdk.tls.disabledAlgorithms (java.security), and do not name them in SSLParameters.setProtocols().',
  Istio:
    'Gateway: tls.minProtocolVersion: TLSV1_2; within the mesh meshConfig.meshMTLS.minProtocolVersion: TLSV1_2 or TLSV1_3.',
};

/** TLS 1.3 switched on. */
export const versionCeiling: Products = {
  nginx: 'ssl_protocols TLSv1.2 TLSv1.3; (nginx 1.13 or newer with OpenSSL 1.1.1 or newer).',
  HAProxy: 'Remove no-tlsv13 and ssl-max-ver from bind and from ssl-default-bind-options.',
  Envoy: 'tls_params: { tls_maximum_protocol_version: TLSv1_3 } (servers default to it).',
  Apache: 'SSLProtocol -all +TLSv1.2 +TLSv1.3 (2.4.37 or newer with OpenSSL 1.1.1 or newer).',
  Caddy: 'Remove an upper bound from tls { protocols … }.',
  Node: "Remove maxVersion (and --tls-max-v1.2); 'TLSv1.3' is the default.",
  Go: 'Remove MaxVersion from tls.Config; TLS 1.3 is the default.',
  Python: 'Remove context.maximum_version and ssl.OP_NO_TLSv1_3; do not use the PROTOCOL_TLSv1_x constants.',
  Java: 'Name TLSv1.3 in SSLParameters.setProtocols() (Java 11, or 8u261 and newer).',
  Istio: 'Remove tls.maxProtocolVersion from the Gateway.',
};

/** Suites with ephemeral keys and authenticated encryption only. */
export const strongSuites: Products = {
  nginx: 'ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;',
  HAProxy: 'ssl-default-bind-ciphers ECDHE+AESGCM:ECDHE+CHACHA20 and the same for ssl-default-server-ciphers.',
  Envoy:
    'tls_params: { cipher_suites: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-RSA-AES256-GCM-SHA384] }',
  Apache: 'SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20',
  Caddy: 'Remove tls { ciphers … }: the default suites are sound.',
  Node: "tls.createServer({ ciphers: 'ECDHE+AESGCM:ECDHE+CHACHA20', … })",
  Go: 'Leave tls.Config.CipherSuites nil, or take nothing from tls.InsecureCipherSuites().',
  Python: "context.set_ciphers('ECDHE+AESGCM:ECDHE+CHACHA20')",
  Java: 'Keep RC4, DES, 3DES_EDE_CBC, anon, NULL and (against static RSA) TLS_RSA_* in jdk.tls.disabledAlgorithms.',
  Istio: 'Gateway: tls.cipherSuites: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256]',
};

/** Refusing weak certificates and signatures where they are verified. */
export const certificateStrength: Products = {
  nginx:
    'Replace ssl_certificate and ssl_certificate_key; @SECLEVEL=2 in ssl_ciphers makes OpenSSL refuse weak certificates of clients too.',
  HAProxy:
    'Replace the crt file; @SECLEVEL=2 in ssl-default-bind-ciphers makes OpenSSL refuse weak certificates of clients too.',
  Envoy: 'Replace tls_certificates; Envoy itself refuses RSA keys under 2048 bits.',
  Apache:
    'Replace SSLCertificateFile and SSLCertificateKeyFile; @SECLEVEL=2 in SSLCipherSuite makes OpenSSL refuse weak certificates of clients too.',
  Node: "Replace cert and key; '@SECLEVEL=2' in ciphers makes OpenSSL refuse weak certificates of the peer.",
  Go: 'Replace the certificate; since Go 1.18 crypto/x509 refuses SHA-1 signatures, unless an old GODEBUG x509sha1=1 says otherwise.',
  Python:
    "Replace the certificate; '@SECLEVEL=2' in context.set_ciphers() makes OpenSSL refuse weak certificates of the peer.",
  Java: 'Have MD2, MD5, SHA1 usage TLSServer and RSA keySize < 2048 in jdk.certpath.disabledAlgorithms (java.security; the defaults are weaker).',
};
