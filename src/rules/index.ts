/** Every kind of finding, in the order of the catalogue. A rule that is not listed here does not exist. */
import type { Rule } from '../model/rule.js';
import { anonymousCipher } from './anonymous-cipher.js';
import { authExchangeInClear } from './auth-exchange-in-clear.js';
import { captureDrops } from './capture-drops.js';
import { captureDuplicates } from './capture-duplicates.js';
import { captureEvictions } from './capture-evictions.js';
import { captureGap } from './capture-gap.js';
import { captureMidstream } from './capture-midstream.js';
import { captureOneSided } from './capture-one-sided.js';
import { captureTruncated } from './capture-truncated.js';
import { certExpiresSoon } from './cert-expires-soon.js';
import { classicalKeyExchange } from './classical-key-exchange.js';
import { cleartextCertAuth } from './cleartext-cert-auth.js';
import { cleartextCredentials } from './cleartext-credentials.js';
import { cleartextHttp } from './cleartext-http.js';
import { cleartextIdentityHeader } from './cleartext-identity-header.js';
import { cleartextOnTlsPort } from './cleartext-on-tls-port.js';
import { cleartextProxyHop } from './cleartext-proxy-hop.js';
import { cleartextService } from './cleartext-service.js';
import { clientCertInRenegotiation } from './client-cert-in-renegotiation.js';
import { clientCertOptional } from './client-cert-optional.js';
import { clientCertRejected } from './client-cert-rejected.js';
import { clientIdentityExposed } from './client-identity-exposed.js';
import { deprecatedTlsVersion } from './deprecated-tls-version.js';
import { downgradeBelowCapability } from './downgrade-below-capability.js';
import { expiredClientCertAccepted } from './expired-client-cert-accepted.js';
import { expiredServerCertAccepted } from './expired-server-cert-accepted.js';
import { exportCipher } from './export-cipher.js';
import { fallbackScsvRejected } from './fallback-scsv-rejected.js';
import { insecureRenegotiation } from './insecure-renegotiation.js';
import { invalidHandshakeSignature } from './invalid-handshake-signature.js';
import { keySharedAcrossHosts } from './key-shared-across-hosts.js';
import { missingClientCertRequest } from './missing-client-cert-request.js';
import { mtlsStatusUnobservable } from './mtls-status-unobservable.js';
import { noForwardSecrecy } from './no-forward-secrecy.js';
import { notYetValidClientCertAccepted } from './not-yet-valid-client-cert-accepted.js';
import { notYetValidServerCertAccepted } from './not-yet-valid-server-cert-accepted.js';
import { nullCipher } from './null-cipher.js';
import { passwordInsteadOfCert } from './password-instead-of-cert.js';
import { pinMismatch } from './pin-mismatch.js';
import { plaintextCertificate } from './plaintext-certificate.js';
import { plaintextEncryptedKey } from './plaintext-encrypted-key.js';
import { plaintextPrivateKey } from './plaintext-private-key.js';
import { proxyHopWithoutMtls } from './proxy-hop-without-mtls.js';
import { repeatedClientCertRejections } from './repeated-client-cert-rejections.js';
import { repeatedHandshakeRandom } from './repeated-handshake-random.js';
import { resumedWithoutClientAuth } from './resumed-without-client-auth.js';
import { revokedCertAccepted } from './revoked-cert-accepted.js';
import { selfSignedClientCertAccepted } from './self-signed-client-cert-accepted.js';
import { selfSignedServerCertAccepted } from './self-signed-server-cert-accepted.js';
import { serverCertRejected } from './server-cert-rejected.js';
import { serverNameMismatchAccepted } from './server-name-mismatch-accepted.js';
import { serverVersionCapped } from './server-version-capped.js';
import { sessionOutlivesClientCert } from './session-outlives-client-cert.js';
import { starttlsNotUsed } from './starttls-not-used.js';
import { starttlsRefused } from './starttls-refused.js';
import { starttlsStripped } from './starttls-stripped.js';
import { tlsCompression } from './tls-compression.js';
import { tlsDowngradeSentinel } from './tls-downgrade-sentinel.js';
import { tlsHandshakeTampering } from './tls-handshake-tampering.js';
import { tlsVersionDowngrade } from './tls-version-downgrade.js';
import { unauthenticatedService } from './unauthenticated-service.js';
import { untrustedClientCertAccepted } from './untrusted-client-cert-accepted.js';
import { untrustedServerCertAccepted } from './untrusted-server-cert-accepted.js';
import { vantageLoopback } from './vantage-loopback.js';
import { weakCertKey } from './weak-cert-key.js';
import { weakCertSignature } from './weak-cert-signature.js';
import { weakCipherSuite } from './weak-cipher-suite.js';
import { weakDhGroup } from './weak-dh-group.js';
import { weakHandshakeSignature } from './weak-handshake-signature.js';
import { wrongEkuClientCertAccepted } from './wrong-eku-client-cert-accepted.js';
import { wrongEkuServerCertAccepted } from './wrong-eku-server-cert-accepted.js';

/** The catalogue. */
export const rules: readonly Rule[] = [
  // Client authentication
  missingClientCertRequest,
  clientCertOptional,
  untrustedClientCertAccepted,
  selfSignedClientCertAccepted,
  expiredClientCertAccepted,
  notYetValidClientCertAccepted,
  wrongEkuClientCertAccepted,
  revokedCertAccepted,
  clientCertRejected,
  clientCertInRenegotiation,
  mtlsStatusUnobservable,
  resumedWithoutClientAuth,
  sessionOutlivesClientCert,
  invalidHandshakeSignature,
  repeatedClientCertRejections,
  keySharedAcrossHosts,
  // Server authentication
  selfSignedServerCertAccepted,
  untrustedServerCertAccepted,
  expiredServerCertAccepted,
  notYetValidServerCertAccepted,
  serverNameMismatchAccepted,
  wrongEkuServerCertAccepted,
  pinMismatch,
  serverCertRejected,
  certExpiresSoon,
  // Versions, downgrade, strength
  deprecatedTlsVersion,
  serverVersionCapped,
  tlsVersionDowngrade,
  downgradeBelowCapability,
  fallbackScsvRejected,
  tlsDowngradeSentinel,
  tlsHandshakeTampering,
  weakCipherSuite,
  nullCipher,
  anonymousCipher,
  exportCipher,
  noForwardSecrecy,
  weakDhGroup,
  tlsCompression,
  weakCertSignature,
  weakHandshakeSignature,
  weakCertKey,
  insecureRenegotiation,
  repeatedHandshakeRandom,
  classicalKeyExchange,
  // Cleartext
  cleartextProxyHop,
  cleartextIdentityHeader,
  proxyHopWithoutMtls,
  cleartextHttp,
  cleartextService,
  cleartextCredentials,
  passwordInsteadOfCert,
  authExchangeInClear,
  unauthenticatedService,
  plaintextCertificate,
  clientIdentityExposed,
  plaintextPrivateKey,
  plaintextEncryptedKey,
  cleartextCertAuth,
  starttlsRefused,
  starttlsStripped,
  starttlsNotUsed,
  cleartextOnTlsPort,
  // Capture quality
  captureMidstream,
  captureOneSided,
  captureGap,
  captureTruncated,
  captureDuplicates,
  captureDrops,
  captureEvictions,
  vantageLoopback,
];
