// Headers in which a proxy tells a backend who the TLS client is. Their names are not standardised but for RFC 9440's; they are
// told by the words in them.
import type { IdentityRecord } from '../../model/content.js';

/** What a header says of the TLS client. */
export interface IdentityFact {
  kind: IdentityRecord['kind'];
  value: string | null;
}

/** One of these makes a name one of a TLS client's properties. */
const subjectMatter =
  /(?:^|-)(?:ssl|tls|mtls|x509|spiffe|cert|certificate)(?:-|$)|client-?(?:cert|verif|s?-?dn|cn|subject|fingerprint|san)|peer-?(?:cert|cn|dn|subject|identity)|clientcert|(?:^|-)(?:dn|subject|principal)(?:-|$)/;
/** Without one of these only where the value is a distinguished name: subjects of mails have such names, too. */
const strongMatter = /ssl|tls|x509|spiffe|cert|peer|client/;
/** RFC 4514 §2, or as OpenSSL writes it in one line: '/C=US/CN=x'. */
const distinguishedName = /^"?(?:\/?[A-Za-z][A-Za-z0-9.]{0,31}=[^,/]*(?:, ?|(?=\/)))*\/?(?:CN|UID|emailAddress)=[^,/]/i;
/** What is said of a connection, not of a client; or what is no header of a proxy at all. */
const otherMatter = /^(?:x-forwarded-ssl|front-end-https|upgrade-insecure-requests|x-ssl-offloaded|x-forwarded-proto)$/;

/** By the words of a name, the first that fits. */
const kinds: readonly (readonly [words: RegExp, kind: IdentityRecord['kind'], hasValue: boolean])[] = [
  [/verif|authenticated|auth$|present|validat/, 'verification', true],
  [/fingerprint|thumbprint|sha-?1|sha-?256|hash/, 'fingerprint', false],
  [/issuer|(?:^|-)i-?dn|serial|not-?before|not-?after|v-?start|v-?end|remain|expir/, 'tls-info', false],
  [/info/, 'subject', true],
  [/subject|principal|(?:^|-)s?-?dn(?:-|$)|-dn$/, 'subject', true],
  [
    /(?:^|-)cn$|common-?name|spiffe|(?:^|-)san(?:s)?(?:-|$)|alt-?name|client-?id$|user-?name|(?:^|-)user$|identity$|email/,
    'name',
    true,
  ],
  [/cert|chain|leaf|(?:^|-)pem(?:-|$)/, 'certificate', false],
  [/cipher|protocol|version|session|curve|alpn|sni|server-name|keysize|key-size/, 'tls-info', false],
];

const longestValue = 1_024;

/** What a request's header says of the TLS client, by its name in lower case; none for all other headers. */
export function identityFacts(name: string, value: string): readonly IdentityFact[] {
  const plain = name.replaceAll('_', '-');
  if (plain === 'x-forwarded-client-cert') return forwardedClientCertificate(value);
  if (!subjectMatter.test(plain) || otherMatter.test(plain) || value === '' || value === '-' || value === '(null)') {
    return none;
  }
  if (!strongMatter.test(plain) && !distinguishedName.test(decoded(value).slice(0, longestValue))) return none;
  for (const [words, kind, hasValue] of kinds) {
    if (words.test(plain)) return [{ kind, value: hasValue ? decoded(value).slice(0, longestValue) : null }];
  }
  return none;
}

const none: readonly IdentityFact[] = [];

/**
 * Envoy's header: elements behind commas, each `key=value` behind semicolons, values quoted where they hold one of those.
 * 'By' is the proxy's own name.
 */
function forwardedClientCertificate(value: string): IdentityFact[] {
  const facts: IdentityFact[] = [];
  for (const [, key, quoted, plain] of value.slice(0, maxForwarded).matchAll(pair)) {
    const text = (quoted ?? plain ?? '').slice(0, longestValue);
    switch (key!.toLowerCase()) {
      case 'hash':
        facts.push({ kind: 'fingerprint', value: null });
        break;
      case 'cert':
      case 'chain':
        facts.push({ kind: 'certificate', value: null });
        break;
      case 'subject':
        if (text !== '') facts.push({ kind: 'subject', value: text });
        break;
      case 'uri':
      case 'dns':
        if (text !== '') facts.push({ kind: 'name', value: text });
        break;
    }
    if (facts.length >= mostFacts) break;
  }
  return facts;
}

const pair = /([A-Za-z]{2,12})=(?:"((?:[^"\\]|\\.)*)"|([^;,"]*))/g;
const maxForwarded = 65_536;
const mostFacts = 16;

function decoded(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(/%([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
