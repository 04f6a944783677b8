import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/policy.js';
import { readPolicy } from '../../src/policy/read-policy.js';

const kinds = ['cleartext-http', 'missing-client-cert-request', 'weak-cert-key'];

/** What is wrong with a file, as 'line:column: message'. */
function problems(text: string): string[] {
  const { errors } = readPolicy(text, 'policy.yaml', kinds);
  return (errors ?? []).map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

function sound(text: string): Policy {
  const reading = readPolicy(text, 'policy.yaml', kinds);
  if (reading.policy === null) throw new Error(reading.errors.map(({ message }) => message).join('; '));
  return reading.policy;
}

/** A policy of one segment with these lines in it. */
const segment = (...lines: string[]): string =>
  ['version: 1', 'segments:', '  - name: a', ...lines.map((line) => `    ${line}`)].join('\n');

const exception = (...lines: string[]): string =>
  [
    segment('require: tls'),
    'exceptions:',
    `  - owner: ops`,
    '    reason: why',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');

describe('a policy file', () => {
  it('is read with the line of every requirement', () => {
    const policy = sound(
      [
        'version: 1',
        'severities: {weak-cert-key: critical}',
        'segments:',
        '  - name: payments',
        '    servers: [10.0.2.0/24, 2001:db8::9]',
        '    ports: [8443, 9000-9010]',
        '    server-names: "*.pay.example"',
        '    require: mutual',
        '    min-version: 1.2',
        '    suites: [TLS_AES_*, "0xc02f"]',
        `    pins: [sha256/HEgnKUZu++CM0N4vjn+tvWVv+sG6fHPlOCnoe15VS+w=, ${'AB:'.repeat(31)}CD]`,
        '    client-identities: spiffe://corp.example/**',
        '    max-ticket-lifetime: 12h',
        '    server-ca: ca.pem',
        '    tags: pci',
        'exceptions:',
        '  - kinds: cleartext-http',
        '    requirements: [mutual]',
        '    segments: payments',
        '    owner: ops',
        '    reason: until then',
        '    expires: 2026-12-31',
      ].join('\n'),
    );
    const [payments] = policy.segments;
    expect(payments!.requirements.map(({ line, requires }) => `${line} ${requires}`)).toEqual([
      '8 mutual',
      '9 min-version TLSv1.2',
      '10 suites (2)',
      '11 pins (2)',
      '12 client-identities spiffe://corp.example/**',
      '13 max-ticket-lifetime 12h',
      '14 server-ca ca.pem',
    ]);
    expect(payments!.selectors.ports).toEqual([
      [8443, 8443],
      [9000, 9010],
    ]);
    const [, , suites, pins, , lifetime] = payments!.requirements.map(({ demand }) => demand);
    expect(suites).toMatchObject({ ids: new Set([0x1301, 0x1302, 0x1304, 0x1305, 0xc02f]) });
    expect(pins).toEqual({
      kind: 'pins',
      digests: new Set(['1c482729466efbe08cd0de2f8e7fadbd656ffac1ba7c73e53829e87b5e554bec', `${'ab'.repeat(31)}cd`]),
    });
    expect(lifetime).toEqual({ kind: 'max-ticket-lifetime', seconds: 43_200 });
    expect(policy.severities.get('weak-cert-key')).toBe('critical');
    expect(policy.exceptions[0]).toMatchObject({ line: 17, expires: '2026-12-31', owner: 'ops' });
  });

  it.each([
    ['an empty file', '', ['1:1: the file is empty: a policy begins with `version: 1`']],
    [
      'no YAML',
      'version: 1\nsegments: [',
      ['2:12: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a list', '- a', ['1:1: the policy is a list, and must be a block of keys']],
    ['another version', segment('require: tls').replace('1', '2'), ['1:10: version is `2`, and none of 1']],
    ['no segments', 'version: 1', ['1:1: segments is missing']],
    ['an empty list of segments', 'version: 1\nsegments: []', ['2:11: segments is an empty list']],
    [
      'a misspelt key',
      segment('require: tls', 'min-verison: 1.2'),
      ['5:5: min-verison is no key of a segment; did you mean min-version?'],
    ],
    [
      'a key of nowhere',
      `${segment('require: tls')}\nfoo: 1`,
      ['5:1: foo is no key of a policy; keys here: version, segments, severities, exceptions'],
    ],
    [
      'a misspelt requirement',
      segment('require: mutaul'),
      ['4:14: require is `mutaul`, and none of mutual, tls, cleartext-ok; did you mean mutual?'],
    ],
    [
      'a key that is a list',
      segment('require: tls', '? [a, b]\n    : c'),
      ['5:7: a key is a list, a map or an alias: keys are words'],
    ],
    ['a key twice', segment('require: tls', 'require: mutual'), ['5:5: Map keys must be unique']],
    [
      'a name that is a number',
      segment('require: tls').replace('name: a', 'name: 7'),
      ['3:11: name is `7`, and must be a text'],
    ],
    [
      'a segment without a line',
      segment('ports: 1'),
      [expect.stringMatching(/^3:5: segment a says nothing that must hold; add one of require, /)],
    ],
    [
      'a wrong address',
      segment('require: tls', 'servers: [10.0.0.1, 10.0.0.256]'),
      ['5:25: servers `10.0.0.256` is no address and no range: 10.0.0.9, 10.0.0.0/8, 2001:db8::/32'],
    ],
    [
      'a prefix that is too long',
      segment('require: tls', 'clients: 10.0.0.0/33'),
      ['5:14: clients `10.0.0.0/33` is no address and no range: 10.0.0.9, 10.0.0.0/8, 2001:db8::/32'],
    ],
    [
      'a port beyond the last',
      segment('require: tls', 'ports: 65536'),
      ['5:12: ports `65536` is no port and no range: 443, 8000-8999'],
    ],
    [
      'a range turned round',
      segment('require: tls', 'ports: [9-1]'),
      ['5:13: ports `9-1` is no port and no range: 443, 8000-8999'],
    ],
    [
      'a version that is none',
      segment('min-version: TLSv1.4'),
      ['4:18: min-version `TLSv1.4` is none of SSLv3, TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3'],
    ],
    [
      'a suite that is none',
      segment('suites: TLS_AES_128_GCM_SHA265'),
      [
        "4:13: suites `TLS_AES_128_GCM_SHA265` names no cipher suite (IANA's names, * as wildcard); did you mean TLS_AES_128_GCM_SHA256?",
      ],
    ],
    [
      'a pin that is none',
      segment('pins: abc'),
      [expect.stringMatching(/^4:11: pins `abc` is no SHA-256 of a public key/)],
    ],
    [
      'a time that is none',
      segment('max-ticket-lifetime: soon'),
      ['4:26: max-ticket-lifetime `soon` is no time: 3600 (seconds), 90m, 12h, 7d'],
    ],
    [
      'a severity that is none',
      segment('require: tls', 'severity: hgih'),
      [expect.stringMatching(/^5:15: severity is `hgih`, .* did you mean high\?$/)],
    ],
    [
      'a kind of finding that is none',
      segment('require: tls', 'severities: {cleartext-htpp: low}'),
      ['5:18: there is no kind of finding cleartext-htpp; did you mean cleartext-http?'],
    ],
    [
      'a segment twice',
      `${segment('require: tls')}\n  - name: a\n    require: tls`,
      ['5:11: there is a segment a already, on line 3'],
    ],
    [
      'an exception without an owner',
      exception('kinds: cleartext-http', 'expires: 2026-12-31')
        .replace('owner: ops', 'kinds: weak-cert-key')
        .replace('    kinds: cleartext-http\n', ''),
      ['6:5: owner is missing'],
    ],
    [
      'an exception of nothing',
      exception('expires: 2026-12-31'),
      [expect.stringMatching(/^6:5: an exception names the kinds of findings/)],
    ],
    [
      'a day that is none',
      exception('kinds: cleartext-http', 'expires: 2026-02-30'),
      ['9:14: expires `2026-02-30` is no day: 2026-12-31'],
    ],
    [
      'an exception for a segment that is none',
      exception('requirements: tls', 'segments: b', 'expires: 2026-12-31'),
      ['9:15: there is no segment b; did you mean a?'],
    ],
    [
      'an exception from a requirement that is none',
      exception('requirements: mutal', 'expires: 2026-12-31'),
      ['8:19: there is no requirement mutal; did you mean mutual?'],
    ],
    [
      'an alias that unfolds without end',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
        .split('')
        .map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`)
        .join('\n')}`,
      [expect.stringMatching(/alias/i)],
    ],
  ])('is refused for %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('is told everything that is wrong with it, in the order of the file', () => {
    const found = problems(segment('require: mutal', 'ports: 1', 'servres: 10.0.0.1', 'severity: 3'));
    expect(found.map((line) => line.split(':')[0])).toEqual(['4', '6', '7']);
  });

  it('never makes a regular expression, or a throw, of what is in it', () => {
    for (const text of [
      'version: 1\nsegments:\n  - name: "("\n    require: tls\n    server-names: "(((*"',
      '%',
      '\0',
      '&a *a',
      '{{{{',
      `${'['.repeat(5000)}`,
    ]) {
      expect(() => readPolicy(text, 'x', kinds)).not.toThrow();
    }
  });
});

describe('a file that is no YAML', () => {
  it('is told by its first errors: the rest come of them', () => {
    const told = problems(Array.from({ length: 40 }, () => 'key `a`: `b`').join('\n'));
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toMatch(/^\d+:\d+: and \d+ more from here on$/);
  });
});
