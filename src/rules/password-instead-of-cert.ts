import type { ConnectionRecord } from '../model/connection-record.js';
import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';

/** Somebody logs in with a password where certificates are expected. */
export const passwordInsteadOfCert: Rule = {
  about: {
    kind: 'password-instead-of-cert',
    severity: 'medium',
    title: 'Password login where a certificate is expected',
    meaning:
      'On a hop where mutual TLS is expected (policy or --expect-mtls) the client showed no certificate and logged in with a password or a challenge-response exchange.',
    why: 'A password can be guessed, phished and copied from configuration files; the certificate was meant to end that.',
    blindSpots: [
      'Without a policy or --expect-mtls nothing is expected, and nothing said.',
      'Logins inside TLS are seen with keys only.',
    ],
    remediation: {
      general:
        'Let the service map client certificates to accounts and switch password logins off: PostgreSQL clientcert=verify-full with the cert method, MySQL REQUIRE X509, MongoDB MONGODB-X509, RabbitMQ EXTERNAL, Mosquitto use_identity_as_username, Kafka mutual TLS principals.',
      products: {
        Node: "mongodb: authMechanism 'MONGODB-X509'; pg: ssl: { ca, cert, key } without a password.",
        Python: 'psycopg: sslmode=verify-full sslcert=… sslkey=… sslrootcert=… without a password.',
        Java: 'PostgreSQL JDBC: sslmode=verify-full&sslcert=…&sslkey=…&sslrootcert=…',
        Go: 'pgx: sslmode=verify-full sslcert=… sslkey=… sslrootcert=…',
      },
    },
    cwe: [309],
    standards: [],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: (context) => ({
    connection(record: ConnectionRecord): Answer {
      const { content, tls } = record;
      if (content === null || context.expectsMutual(record) !== true) return inapplicable;
      if (tls?.clientAuth.status === 'presented') return clean;
      const login = content.logins.find(
        ({ kind, outcome }) => (kind === 'password' || kind === 'challenge-response') && outcome !== 'refused',
      );
      const password = content.credentials.find(({ kind, from }) => kind === 'password' && from === 'client');
      if (login === undefined && (password === undefined || content.logins.length > 0)) return clean;
      const certainty = content.decrypted ? 'decrypted' : 'observed';
      const frame = (login ?? password)!.frame;
      const outcome = login?.outcome === 'accepted' ? ', and was accepted' : '';
      const detail = `The client logged in by ${(login ?? password)!.mechanism}${outcome}; mutual TLS is expected here.`;
      return { answer: 'fires', certainty, frames: [frame], detail };
    },
  }),
};
