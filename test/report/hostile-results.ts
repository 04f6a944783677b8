// Results whose every text from the wire tries to be more than text, for formats that others interpret.
import type { Finding } from '../../src/model/finding.js';
import { capture, certificate, cleartext, connection, finding, hop, tlsSession } from '../build/records.js';
import type { Results } from './printed.js';

/** Markup of HTML, XML and Markdown, mentions, links, terminal control, direction marks, what XML and UTF-8 can't write. */
export const hostileTexts: readonly string[] = [
  '</code><script>alert(1)</script>',
  ']]></failure><!--',
  '`` ` ```` @everyone #1 https://evil.example www.evil.example',
  '| a | b |\n|---|---|\n# heading \\| `x` \\',
  '[click](javascript:alert(1)) {0} ![i](//evil.example/x.png)',
  '\u001b[2J\u0000\u202e\u200b\ud800\ufffe\uffff&amp;&#60;',
  '=HYPERLINK("http://evil.example")',
  '"quoted", \'single\'',
];

/** A finding, a hop and more for each of them, and a flood of the first. */
export function hostileResults(): Results & { findings: Finding[] } {
  const hello = { ...tlsSession().clientHello! };
  return {
    flows: hostileTexts.flatMap((text, at) => [
      connection({ id: 2 * at + 1, protocol: text, tls: tlsSession({ clientHello: { ...hello, serverName: text } }) }),
      cleartext({ id: 2 * at + 2, protocol: text }),
    ]),
    captures: [capture({ endedEarly: hostileTexts[0]! }, { path: `a b/${hostileTexts[4]}.pcap` }), capture()],
    certificates: hostileTexts.map((text, at) =>
      certificate({ sha256: `${at}`.repeat(64), subject: text, issuer: text, subjectAltNames: [`DNS:${text}`] }),
    ),
    hops: hostileTexts.map((text) =>
      hop({ id: text, server: { ip: '::1', port: 443, name: text }, why: text, protocols: [text], identities: [text] }),
    ),
    findings: hostileTexts.map((text, at) =>
      finding({
        kind: at === 0 ? 'missing-client-cert-request' : 'cleartext-http',
        hop: text,
        client: null,
        detail: text,
        wiresharkFilter: text,
        capture: at % 2,
        suppressed: at === 7 ? { reason: text, expires: '2027-01-01' } : null,
      }),
    ),
  };
}
