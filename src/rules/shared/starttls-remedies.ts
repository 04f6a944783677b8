// What makes an upgrade to TLS compulsory.
import type { RuleMetadata } from '../../model/rule.js';

/** In general, for the protocols that have one. */
export const requireUpgrade: string =
  'Make the upgrade compulsory on both ends, or use the port that speaks TLS from its first byte. Mail: Postfix smtpd_tls_security_level = encrypt (submission) and smtp_tls_security_level = verify, dane or secure; MTA-STS or DANE between domains; Dovecot ssl = required. PostgreSQL: hostssl lines only, clients with sslmode=verify-full. MySQL: require_secure_transport = ON, clients with --ssl-mode=VERIFY_IDENTITY. LDAP: olcSecurity tls=1 and ldaps. FTP: require AUTH TLS with PROT P.';

/** In clients. */
export const requireUpgradeInClients: RuleMetadata['remediation']['products'] = {
  Node: 'nodemailer: requireTLS: true (or secure: true); pg: ssl: { rejectUnauthorized: true, ca }',
  Go: 'smtp.Client.StartTLS with a tls.Config and stop on its error; pgx: sslmode=verify-full',
  Python:
    "smtplib: server.starttls(context=ssl.create_default_context()) and stop on its error; psycopg: sslmode='verify-full'",
  Java: 'mail.smtp.starttls.required=true with mail.smtp.ssl.checkserveridentity=true; JDBC sslmode=verify-full',
};
