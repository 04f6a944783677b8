import type { ContentRecord } from '../model/content.js';
import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { severityOnPath } from './shared/on-the-wire.js';
import { serviceOf } from './shared/services.js';

/** A data store or control service served somebody who had not logged in. */
export const unauthenticatedService: Rule = {
  about: {
    kind: 'unauthenticated-service',
    severity: 'high',
    title: 'Service answers without any login',
    meaning:
      'A data store or control service served commands that touch data or control, and the client had neither logged in nor shown a certificate.',
    why: 'Whoever reaches the port reads, changes and deletes, and often runs code.',
    blindSpots: [
      'The login may have happened before the capture began: connections without their beginning are not judged.',
      'Inside TLS it is seen with keys only.',
      'A filter by address in front of the service is not seen.',
    ],
    remediation: {
      general:
        'Require a login, best by client certificate over TLS, and let the service listen only where its clients are: Redis ACL or requirepass, MongoDB security.authorization: enabled, memcached SASL or TLS with ssl_verify_mode, etcd --client-cert-auth, Elasticsearch xpack.security.enabled: true, PostgreSQL no trust lines in pg_hba.conf.',
      products: {},
    },
    cwe: [306],
    standards: ['NIST SP 800-207 §2.1'],
    scope: 'server',
    concerns: 'cleartext',
  },
  begin: () => ({
    connection(record): Answer {
      const { content, tls } = record;
      if (content === null) return inapplicable;
      if (content.servedWithoutLogin.length === 0) return content.logins.length > 0 ? clean : inapplicable;
      // The handshake was the login, or may have been.
      if (tls !== null && tls.clientAuth.status !== 'not-requested' && tls.clientAuth.status !== 'declined')
        return inapplicable;
      if (!record.sawSyn && record.transport === 'tcp') {
        return {
          answer: 'unobservable',
          because: 'the beginning of the connection, where a login would stand, is not in the capture',
        };
      }
      for (const { command, frame, answerFrame, meaningful } of content.servedWithoutLogin) {
        if (!meaningful) continue;
        const service = serviceOf(record.protocol)?.title ?? record.protocol ?? 'The service';
        return {
          answer: 'fires',
          certainty: content.decrypted ? 'decrypted' : 'observed',
          severity: severityOnPath(record, 'high', 'low'),
          frames: [frame, answerFrame],
          detail: `${service} served ${command} to a client that had not logged in${asNobody(content)}.`,
        };
      }
      return clean;
    },
  }),
};

/** How the server let everybody in: ' (trust)', ' (anonymous)'; '' where nothing was asked. */
function asNobody({ logins }: ContentRecord): string {
  const login = logins.find(({ kind }) => kind === 'none');
  return login === undefined ? '' : ` (${login.mechanism})`;
}
