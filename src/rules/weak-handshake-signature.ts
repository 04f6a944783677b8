import type { Rule, Sighting } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { signatureSchemeName } from '../registry/signature-schemes.js';
import { choiceStands } from './shared/tls-progress.js';
import { weakHashOfScheme } from './shared/weak-hash.js';

/** The handshake itself was signed with MD5 or SHA-1. */
export const weakHandshakeSignature: Rule = {
  about: {
    kind: 'weak-handshake-signature',
    severity: 'medium',
    title: 'Handshake signed with a broken hash',
    meaning: 'In TLS 1.2 the ServerKeyExchange or the client’s CertificateVerify is signed with MD5 or SHA-1.',
    why: 'Collisions of MD5 and SHA-1 can be made on purpose: an attacker in the path can reuse a signature for another handshake (SLOTH) and so pass for the client or the server.',
    blindSpots: [
      'Before TLS 1.2 every handshake is signed with MD5 and SHA-1 together: `deprecated-tls-version` tells.',
      'The CertificateVerify of TLS 1.3 is encrypted, and SHA-1 is not allowed there.',
    ],
    remediation: {
      general:
        'Leave MD5 and SHA-1 out of the signature algorithms of both sides; a peer that has nothing else needs an update.',
      products: {
        nginx: 'ssl_conf_command SignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256;',
        HAProxy: 'bind … sigalgs ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256 (2.8 or newer).',
        Apache: 'SSLOpenSSLConfCmd SignatureAlgorithms ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256',
        Node: "sigalgs: 'ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256'",
        Go: 'Update Go and remove GODEBUG=tlssha1=1 (Go 1.25 and newer leave SHA-1 out of TLS 1.2).',
        Java: 'Keep rsa_pkcs1_sha1, ecdsa_sha1 and dsa_sha1, each with usage HandshakeSignature, in jdk.tls.disabledAlgorithms (the default of Java 25, and of updates of older releases).',
      },
    },
    cwe: [328],
    standards: ['RFC 9155'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      if (tls === null || tls.version !== 'TLSv1.2') return inapplicable;
      const { serverKeyExchange, signatures } = tls;
      const server = serverKeyExchange?.signatureAlgorithm ?? null;
      const client = signatures?.clientCertificateVerify?.scheme ?? null;
      if (server === null && client === null) return inapplicable;
      const serverHash = server === null ? null : weakHashOfScheme(server);
      const clientHash = client === null ? null : weakHashOfScheme(client);
      if ((serverHash === null && clientHash === null) || !choiceStands(tls)) return clean;
      const found: Sighting[] = [];
      if (serverHash !== null)
        found.push(sighting('server', 'ServerKeyExchange', server!, serverHash, serverKeyExchange!.frame));
      if (clientHash !== null) {
        found.push(
          sighting('client', 'CertificateVerify', client!, clientHash, signatures!.clientCertificateVerify!.frame),
        );
      }
      return found;
    },
  }),
};

function sighting(who: string, message: string, scheme: number, hash: string, frame: number): Sighting {
  const name = signatureSchemeName(scheme) ?? `0x${scheme.toString(16).padStart(4, '0')}`;
  const detail = `The ${who} signed its ${message} with ${hash} (${name}).`;
  return { answer: 'fires', certainty: 'observed', frames: [frame], detail };
}
