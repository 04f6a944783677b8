// What puts cleartext under TLS, product by product.
import type { RuleMetadata } from '../../model/rule.js';

type Products = RuleMetadata['remediation']['products'];

/** The leg from a proxy to its backend: TLS with the backend verified and a client certificate of the proxy's own. */
export const encryptBackend: Products = {
  nginx:
    'proxy_pass https://backend; proxy_ssl_verify on; proxy_ssl_trusted_certificate ca.pem; proxy_ssl_name backend.example; proxy_ssl_server_name on; proxy_ssl_certificate proxy.pem; proxy_ssl_certificate_key proxy.key; for gRPC grpc_pass grpcs://… with grpc_ssl_verify on and its like. (proxy_ssl on exists in stream blocks only.)',
  HAProxy: 'server app 10.0.0.9:8443 ssl verify required ca-file ca.pem verifyhost backend.example crt proxy.pem',
  Envoy:
    'On the cluster: transport_socket envoy.transport_sockets.tls with UpstreamTlsContext: sni, common_tls_context.tls_certificates, and a validation_context with trusted_ca and match_typed_subject_alt_names.',
  Apache:
    'SSLProxyEngine on, ProxyPass / https://backend.example/, SSLProxyVerify require, SSLProxyCACertificateFile ca.pem, SSLProxyCheckPeerName on, SSLProxyMachineCertificateFile proxy.pem',
  Caddy:
    'reverse_proxy https://backend.example { transport http { tls_trust_pool file ca.pem; tls_client_auth proxy.pem proxy.key } }',
  Node: 'On the backend: https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, app)',
  Go: 'On the backend: http.Server with TLSConfig: &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool} and ListenAndServeTLS.',
  Python:
    "On the backend: context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile='ca.pem'); context.verify_mode = ssl.CERT_REQUIRED; context.load_cert_chain('server.pem', 'server.key')",
  Java: 'On the backend: SSLParameters.setNeedClientAuth(true); in Spring Boot server.ssl.client-auth=need with server.ssl.trust-store.',
  Istio:
    'PeerAuthentication with mtls.mode: STRICT in the namespace of the backend enforces it; a DestinationRule with ISTIO_MUTUAL sets the client side only.',
};

/** A service that listens in clear. */
export const encryptListener: Products = {
  nginx:
    'listen 443 ssl; ssl_certificate …; ssl_certificate_key …; ssl_client_certificate ca.pem; ssl_verify_client on; and on port 80 only return 301 https://$host$request_uri;',
  HAProxy:
    'bind :443 ssl crt server.pem ca-file ca.pem verify required; and on port 80 http-request redirect scheme https',
  Envoy:
    'DownstreamTlsContext with require_client_certificate: true and a validation_context on the listener’s filter chain.',
  Apache:
    'SSLEngine on, SSLCertificateFile …, SSLCACertificateFile ca.pem, SSLVerifyClient require; and on port 80 only Redirect permanent / https://…',
  Caddy: 'Name the site without http://; tls { client_auth { mode require_and_verify; trust_pool file ca.pem } }',
  Node: 'https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, app) instead of http.createServer(app)',
  Go: 'ListenAndServeTLS with &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}',
  Python:
    "context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile='ca.pem'); context.verify_mode = ssl.CERT_REQUIRED; context.load_cert_chain('server.pem', 'server.key')",
  Java: 'SSLServerSocketFactory with SSLParameters.setNeedClientAuth(true); in Spring Boot server.ssl.* with client-auth=need.',
  Istio: 'PeerAuthentication with mtls.mode: STRICT.',
};
