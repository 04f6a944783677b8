import type { Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { choiceStands, choiceUnseen, missesChoice } from './shared/tls-progress.js';

/** TLS-level compression was negotiated. */
export const tlsCompression: Rule = {
  about: {
    kind: 'tls-compression',
    severity: 'medium',
    title: 'TLS compression in use',
    meaning: 'The ServerHello chose a compression method other than null.',
    why: 'The length of compressed records tells what secrets have in common with text of the attacker: session cookies can be guessed letter by letter (CRIME).',
    blindSpots: ['Compression inside TLS (HTTP content coding) is another matter and not seen.'],
    remediation: {
      general: 'Switch TLS compression off, and update the TLS library: none in support has it on.',
      products: {
        nginx: 'Update nginx (1.2.2, 1.3.2 or newer switch it off) and OpenSSL.',
        Apache: 'SSLCompression off',
        Python: 'context.options |= ssl.OP_NO_COMPRESSION',
        Node: 'Update Node: every version in support has it off.',
      },
    },
    cwe: [327],
    standards: ['RFC 9325 §3.3'],
    scope: 'server',
    concerns: 'tls',
  },
  begin: () => ({
    connection({ tls }) {
      const hello = tls?.serverHello ?? null;
      if (tls === null || tls.version === 'TLSv1.3') return inapplicable;
      if (hello === null) return missesChoice(tls) ? choiceUnseen : inapplicable;
      if (hello.compression === 0 || !choiceStands(tls)) return clean;
      const method = hello.compression === 1 ? 'DEFLATE' : `method ${hello.compression}`;
      return {
        answer: 'fires',
        certainty: 'observed',
        frames: [hello.frame],
        detail: `The server chose compression by ${method}.`,
      };
    },
  }),
};
