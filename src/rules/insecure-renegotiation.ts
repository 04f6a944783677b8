import type { ClientHelloRecord } from '../model/connection-record.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { tlsExtensions } from '../registry/tls-extensions.js';
import { choiceStands } from './shared/tls-progress.js';

const renegotiationScsv = 0x00ff;

/** A server without secure renegotiation. */
export const insecureRenegotiation: Rule = {
  about: {
    kind: 'insecure-renegotiation',
    severity: 'medium',
    title: 'Server without secure renegotiation',
    meaning:
      'In TLS 1.2 or older the client announced RFC 5746, and the ServerHello does not carry renegotiation_info.',
    why: 'If the server renegotiates, an attacker can put own requests in front of those of a client that authenticates later; client certificates asked for by renegotiation then vouch for them (CVE-2009-3555).',
    blindSpots: [
      'A server that never renegotiates is safe without RFC 5746; passive capture does not tell.',
      'Where the client does not announce RFC 5746, a server must not answer it: nothing can be said.',
    ],
    remediation: {
      general:
        'Update the TLS library of the server (OpenSSL 0.9.8m, 2010, or newer), switch renegotiation off, or offer TLS 1.3, which has none.',
      products: {
        nginx: 'Update OpenSSL; nginx refuses renegotiation by clients since 0.8.23.',
        Apache:
          'SSLInsecureRenegotiation off, and set SSLVerifyClient for the whole virtual host instead of a directory.',
        Node: 'Update Node; do not set crypto.constants.SSL_OP_LEGACY_SERVER_CONNECT.',
        Java: 'Remove -Dsun.security.ssl.allowUnsafeRenegotiation=true.',
        Python: 'context.options |= ssl.OP_NO_RENEGOTIATION',
      },
    },
    cwe: [327],
    standards: ['RFC 5746', 'RFC 9325 §3.5'],
    scope: 'server',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      const hello = tls?.serverHello ?? null;
      if (tls === null || hello === null || hello.secureRenegotiation === null) return inapplicable;
      if (hello.secureRenegotiation) return clean;
      if (tls.clientHello === null) return { answer: 'unobservable', because: 'the ClientHello is not in the capture' };
      if (!announces(tls.clientHello)) return unannounced;
      if (!choiceStands(tls)) return clean;
      const detail = 'The client announced RFC 5746 and the ServerHello has no renegotiation_info.';
      return { answer: 'fires', certainty: 'observed', frames: [tls.clientHello.frame, hello.frame], detail };
    },
  }),
};

const unannounced = Object.freeze({
  answer: 'unobservable' as const,
  because: 'the client did not announce RFC 5746, so the server may not answer it',
});

function announces({ extensions, cipherSuites }: ClientHelloRecord): boolean {
  return extensions.includes(tlsExtensions.renegotiation_info) || cipherSuites.includes(renegotiationScsv);
}
