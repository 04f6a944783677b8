import type { CredentialRecord } from '../model/content.js';
import type { Severity } from '../model/finding.js';
import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { encryptListener } from './shared/cleartext-remedies.js';
import { credentialText } from './shared/credential-text.js';
import { clearContent, staysOnHost } from './shared/on-the-wire.js';

/** Something that lets its reader in crossed in clear. */
export const cleartextCredentials: Rule = {
  about: {
    kind: 'cleartext-credentials',
    severity: 'critical',
    title: 'Credentials in cleartext',
    meaning: 'A password, bearer token, API key or session cookie crossed in clear.',
    why: 'Whoever reads it is let in as its owner, here and wherever else it is used.',
    blindSpots: [
      'Whether the server accepted it is told where the answer was seen; a refused password is often right somewhere else.',
      'Credentials in protocols and places that are not known here; content beyond what is inspected of a connection.',
      'Challenge-response logins show no password: `auth-exchange-in-clear`.',
    ],
    remediation: {
      general:
        'Put the service under TLS first, then replace every credential that crossed: take all of them for known to others. Client certificates need no secret to cross at all.',
      products: encryptListener,
    },
    cwe: [319, 523],
    standards: ['RFC 9325', 'RFC 6750 §5.3', 'RFC 7617 §4'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => ({
    connection(record) {
      const content = clearContent(record);
      if (content === null) return inapplicable;
      const [first] = content.credentials;
      if (first === undefined) return clean;
      let worst = first;
      for (const credential of content.credentials) if (severityOf(worst) !== 'critical') worst = credential;
      const more = content.credentials.length - 1;
      const detail = `${capital(credentialText(worst))} crossed in clear${more === 0 ? '' : `, and ${more} more on this connection`}.`;
      const frames = content.credentials.map(({ frame }) => frame);
      const severity = staysOnHost(record) ? 'low' : severityOf(worst);
      return { answer: 'fires', certainty: 'observed', severity, frames, detail };
    },
  }),
};

/** Cookies and community strings open less, for less long, than what identifies a person or a program. */
function severityOf({ kind }: CredentialRecord): Severity {
  return kind === 'session-cookie' || kind === 'other-secret' ? 'high' : 'critical';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
