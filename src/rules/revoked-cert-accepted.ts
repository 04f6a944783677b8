import { type Answer, clean, inapplicable, type Rule, type RuleMetadata } from '../model/rule.js';
import { type Flaw, judgeFlaw, problemOf } from './shared/chain-problem.js';

const about: RuleMetadata = {
  kind: 'revoked-cert-accepted',
  severity: 'high',
  title: 'Revoked certificate accepted',
  meaning:
    'A certificate was on a revocation list (--crl) or revoked in a stapled OCSP answer that was valid at the time of the ' +
    'packets, and the peer went on; on either side.',
  why: 'A certificate is revoked because its key is known to others or its holder must be kept out: now it opens the door all the same.',
  blindSpots: [
    'Without --crl or a stapled OCSP answer there is nothing to judge by.',
    'TLS 1.3 encrypts certificates: without keys nothing is said.',
    'A revocation that the peer could not have heard of yet looks the same as one that it ignores.',
  ],
  remediation: {
    general:
      'Have the verifying end check revocation, and keep its lists fresh; or issue certificates that live for hours and need none. ' +
      'Replace the key of the revoked certificate.',
    products: {
      nginx:
        'For clients: ssl_crl crl.pem (lists for the whole chain), or ssl_ocsp on; towards backends: proxy_ssl_crl.',
      HAProxy: 'crl-file crl.pem on the bind line, or on the server line for backends.',
      Envoy: 'crl in the validation_context.',
      Apache:
        'SSLCARevocationFile crl.pem and SSLCARevocationCheck chain; for backends SSLProxyCARevocationFile and SSLProxyCARevocationCheck chain.',
      Node: 'crl in the options of the secure context; with it every certificate of the chain needs a list.',
      Go: 'Nothing built in: check x509.RevocationList in tls.Config.VerifyConnection (VerifyPeerCertificate is not called on resumptions).',
      Python: 'context.load_verify_locations("ca-and-crl.pem") and context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF.',
      Java: 'PKIXRevocationChecker in the PKIXBuilderParameters of the trust manager.',
      Istio: 'ca.crl in the secret of the Gateway; workload certificates are short-lived instead.',
    },
  },
  cwe: [299],
  standards: ['RFC 5280 6.3', 'RFC 6960', 'RFC 6066 8'],
  scope: 'hop',
  concerns: 'tls',
};

const ofServer: Flaw = { side: 'server', find: (verdict) => problemOf(verdict, 'revoked') };
const ofClient: Flaw = { side: 'client', find: (verdict) => problemOf(verdict, 'revoked') };

/** Revoked at the time of the packets, and accepted. */
export const revokedCertAccepted: Rule = {
  about,
  begin: () => ({
    connection(record): Answer {
      const server = judgeFlaw(ofServer, record);
      if (isFiring(server)) return server;
      const client = judgeFlaw(ofClient, record);
      return isFiring(client) || server === inapplicable || (server === clean && client !== inapplicable)
        ? client
        : server;
    },
  }),
};

function isFiring(answer: Answer): boolean {
  return 'answer' in answer && answer.answer === 'fires';
}
