// How products are made to verify the other end's certificate: what most kinds about accepted certificates come down to.
import type { RuleMetadata } from '../../model/rule.js';

type Advice = RuleMetadata['remediation']['products'];

/** Servers: require a client certificate and verify its chain, dates and purpose. */
export const verifyClients: Advice = {
  nginx:
    'ssl_verify_client on; with ssl_client_certificate client-ca.pem; not optional_no_ca. Where it must stay optional, refuse ' +
    'requests unless $ssl_client_verify is SUCCESS.',
  HAProxy:
    'bind … ssl crt server.pem ca-file client-ca.pem verify required; and no crt-ignore-err or ca-ignore-err on the bind line.',
  Envoy:
    'require_client_certificate: true, a validation_context with trusted_ca, trust_chain_verification left at VERIFY_TRUST_CHAIN, ' +
    'allow_expired_certificate left false; match_typed_subject_alt_names to say which clients.',
  Apache: 'SSLVerifyClient require (never optional_no_ca) with SSLCACertificateFile client-ca.pem and SSLVerifyDepth.',
  Caddy: 'client_auth with mode require_and_verify and a trust_pool; mode request or require alone verifies nothing.',
  Node: 'requestCert: true and rejectUnauthorized: true with the CA of the clients as ca; with false, socket.authorized must be checked.',
  Go: 'ClientAuth: tls.RequireAndVerifyClientCert with ClientCAs; RequestClientCert and RequireAnyClientCert verify nothing.',
  Python: 'context.verify_mode = ssl.CERT_REQUIRED and context.load_verify_locations("client-ca.pem").',
  Java: 'setNeedClientAuth(true) and the default PKIX trust manager: no X509TrustManager with an empty checkClientTrusted.',
  Istio:
    'In the mesh PeerAuthentication STRICT; at a Gateway tls.mode: MUTUAL (OPTIONAL_MUTUAL serves clients without a certificate).',
};

/** Clients: verify the server's chain, dates, purpose and name. */
export const verifyServers: Advice = {
  nginx:
    'Towards backends: proxy_ssl_verify on; proxy_ssl_trusted_certificate backend-ca.pem; proxy_ssl_name and ' +
    'proxy_ssl_server_name on. It is off by default.',
  HAProxy:
    'server … ssl verify required ca-file backend-ca.pem sni str(backend.example) verifyhost backend.example; never verify none.',
  Envoy:
    'In the UpstreamTlsContext: sni, and a validation_context with trusted_ca and match_typed_subject_alt_names; without a ' +
    'validation_context nothing is verified.',
  Apache: 'SSLProxyVerify require, SSLProxyCACertificateFile, SSLProxyCheckPeerName on, SSLProxyCheckPeerExpire on.',
  Caddy: 'In the transport: tls_trust_pool file backend-ca.pem and tls_server_name; never tls_insecure_skip_verify.',
  Node: 'No rejectUnauthorized: false and no NODE_TLS_REJECT_UNAUTHORIZED=0; ca: for a private CA; checkServerIdentity left alone.',
  Go: 'tls.Config without InsecureSkipVerify, with RootCAs for a private CA and ServerName where the address is not the name.',
  Python:
    'ssl.create_default_context(cafile="ca.pem") for clients; no CERT_NONE, no check_hostname = False, no verify=False.',
  Java:
    'No trust-all TrustManager; SSLParameters.setEndpointIdentificationAlgorithm("HTTPS") where sockets or engines are used ' +
    'directly.',
  Istio:
    'DestinationRule tls.mode SIMPLE or MUTUAL with caCertificates and subjectAltNames for services outside of the mesh.',
};
