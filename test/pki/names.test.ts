import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CertificateFacts } from '../../src/pki/certificate-facts.js';
import { NameComparisons, violationOf } from '../../src/pki/name-constraints.js';
import { commonName, coverOf, matchesHost } from '../../src/pki/server-name.js';
import { SignatureWork } from '../../src/pki/signature-work.js';
import { canonicalName } from '../../src/wire/x509/canonical-name.js';
import { parseCertificate } from '../../src/wire/x509/certificate.js';
import { nameConstraints } from '../build/pki.js';
import {
  bmpString,
  buildCertificate,
  type CertificateOptions,
  der,
  type NameParts,
  name,
  octetString,
  printableString,
  sequence,
  utf8String,
} from '../build/x509.js';

function factsOf(options: CertificateOptions): CertificateFacts {
  const octets = buildCertificate({ signature: Uint8Array.of(1), ...options });
  const content = parseCertificate(octets, 0, octets.length);
  return new CertificateFacts({ sha256: '', ...content, usedAs: [], firstFrame: 0 }, octets);
}

describe('a server name', () => {
  const covers = (names: readonly string[], wanted: string): string =>
    coverOf(factsOf({ subjectAltNames: names }).record, wanted);

  it('is compared without regard to case and a final dot', () => {
    expect(covers(['DNS:Host.Example'], 'host.EXAMPLE.')).toBe('covered');
    expect(covers(['DNS:host.example'], 'host.example.org')).toBe('not-covered');
  });

  it('fits a wildcard by its leftmost label only (RFC 9525 §6.3)', () => {
    expect(matchesHost('*.example.org', 'a.example.org')).toBe(true);
    expect(matchesHost('*.example.org', 'a.b.example.org')).toBe(false);
    expect(matchesHost('*.example.org', 'example.org')).toBe(false);
    expect(matchesHost('*.example.org', '.example.org')).toBe(false);
    expect(matchesHost('f*.example.org', 'foo.example.org')).toBe(false);
    expect(matchesHost('a.*.org', 'a.b.org')).toBe(false);
    expect(matchesHost('*', 'localhost')).toBe(false);
    expect(matchesHost('*.', 'a.')).toBe(false);
  });

  it('that is an address is covered by addresses alone', () => {
    expect(covers(['IP:10.0.0.1'], '10.0.0.1')).toBe('covered');
    expect(covers(['IP:10.0.0.1'], '10.0.0.2')).toBe('not-covered');
    expect(covers(['DNS:10.0.0.1'], '10.0.0.1')).toBe('not-covered');
    expect(covers(['IP:2001:db8::1'], '2001:DB8:0:0:0:0:0:1')).toBe('covered');
    expect(covers(['IP:2001:db8::1'], '[2001:db8::1]')).toBe('covered');
    expect(covers(['IP:2001:db8::1'], '2001:db8::2')).toBe('not-covered');
  });

  it('is compared with the common name only where no name of a host or address is there', () => {
    const subject: NameParts = [
      ['O', 'x'],
      ['CN', 'host.example'],
    ];
    expect(coverOf(factsOf({ subject }).record, 'host.example')).toBe('common-name');
    expect(coverOf(factsOf({ subject, subjectAltNames: ['email:a@b'] }).record, 'host.example')).toBe('common-name');
    expect(coverOf(factsOf({ subject, subjectAltNames: ['DNS:other'] }).record, 'host.example')).toBe('not-covered');
    expect(commonName('CN=a\\,b,O=x')).toBe('a,b');
    expect(commonName('O=x+CN=y')).toBe('y');
    expect(commonName('OU=CN,O=x')).toBe(null);
  });

  it('is not what a workload is known by', () => {
    expect(covers(['URI:spiffe://mesh.example/ns/a'], 'outbound.svc')).toBe('spiffe');
  });

  it('never matches across a NUL', () => {
    expect(covers(['DNS:good.example\0.evil.example'], 'good.example')).toBe('not-covered');
  });
});

describe('name constraints', () => {
  const check = (
    permitted: readonly (string | Uint8Array)[],
    excluded: readonly (string | Uint8Array)[],
    options: CertificateOptions,
  ): boolean => {
    const authority = factsOf({ ca: true, extensions: [nameConstraints(permitted, excluded)] });
    const subject = factsOf({ subject: [], ...options });
    return (
      violationOf(authority, authority.nameConstraints!, subject, true, new NameComparisons(new SignatureWork(1e9))) ===
      null
    );
  };
  const within = (constraint: string | Uint8Array, names: readonly string[]): boolean =>
    check([constraint], [], { subjectAltNames: names });
  const network = (octets: readonly number[]): Uint8Array => der(0x87, Uint8Array.from(octets));

  it('hold hosts and what is below them', () => {
    expect(within('DNS:example.org', ['DNS:example.org'])).toBe(true);
    expect(within('DNS:example.org', ['DNS:a.b.EXAMPLE.org'])).toBe(true);
    expect(within('DNS:.example.org', ['DNS:a.example.org'])).toBe(true);
    expect(within('DNS:example.org', ['DNS:*.example.org'])).toBe(true);
    expect(within('DNS:example.org', ['DNS:badexample.org'])).toBe(false);
    expect(within('DNS:example.org', ['DNS:example.org', 'DNS:evil.test'])).toBe(false);
    expect(check([], ['DNS:example.org'], { subjectAltNames: ['DNS:a.example.org'] })).toBe(false);
    expect(check([], ['DNS:example.org'], { subjectAltNames: ['DNS:a.test'] })).toBe(true);
  });

  it('say nothing of names of another kind', () => {
    expect(within('DNS:example.org', ['URI:https://evil.test/', 'IP:10.0.0.1'])).toBe(true);
  });

  it('hold networks', () => {
    expect(within(network([10, 1, 0, 0, 255, 255, 0, 0]), ['IP:10.1.2.3'])).toBe(true);
    expect(within(network([10, 1, 0, 0, 255, 255, 0, 0]), ['IP:10.2.2.3'])).toBe(false);
    expect(within(network([10, 1, 0, 0, 255, 255, 0, 0]), ['IP:2001:db8::1'])).toBe(false);
    const six = [0x20, 1, 0xd, 0xb8, ...new Array(12).fill(0), 255, 255, 255, 255, ...new Array(12).fill(0)];
    expect(within(network(six), ['IP:2001:db8:1::1'])).toBe(true);
  });

  it('hold mailboxes of one, of a host, of a domain', () => {
    expect(within('email:a@example.org', ['email:A@example.org'])).toBe(true);
    expect(within('email:a@example.org', ['email:b@example.org'])).toBe(false);
    expect(within('email:example.org', ['email:b@example.org'])).toBe(true);
    expect(within('email:example.org', ['email:b@mail.example.org'])).toBe(false);
    expect(within('email:.example.org', ['email:b@mail.example.org'])).toBe(true);
    const inSubject: CertificateOptions = { subject: [['emailAddress', 'b@evil.test']] };
    expect(check(['email:example.org'], [], inSubject)).toBe(false);
    expect(check(['email:evil.test'], [], inSubject)).toBe(true);
  });

  it('hold the hosts of URIs', () => {
    expect(within('URI:example.org', ['URI:spiffe://example.org/a'])).toBe(true);
    expect(within('URI:.example.org', ['URI:https://u@a.example.org:8443/x'])).toBe(true);
    expect(within('URI:.example.org', ['URI:https://example.org/'])).toBe(false);
    expect(within('URI:example.org', ['URI:urn:x'])).toBe(false);
  });

  it('hold directory names by their leading parts', () => {
    const tree = der(
      0xa4,
      name([
        ['C', 'NL'],
        ['O', 'Acme'],
      ]),
    );
    expect(
      check([tree], [], {
        subject: [
          ['C', 'nl'],
          ['O', printableString('ACME')],
          ['CN', 'x'],
        ],
      }),
    ).toBe(true);
    expect(
      check([tree], [], {
        subject: [
          ['C', 'NL'],
          ['O', 'Other'],
        ],
      }),
    ).toBe(false);
    expect(
      check([], [tree], {
        subject: [
          ['C', 'NL'],
          ['O', 'Acme'],
          ['CN', 'x'],
        ],
      }),
    ).toBe(false);
  });

  it('hold the common name where it stands for a host', () => {
    expect(check(['DNS:example.org'], [], { subject: [['CN', 'www.evil.test']] })).toBe(false);
    expect(check(['DNS:example.org'], [], { subject: [['CN', 'A person']] })).toBe(true);
  });

  it('that can not be read let nothing pass', () => {
    const authority = factsOf({
      ca: true,
      extensions: [
        sequence(Uint8Array.from([6, 3, 0x55, 0x1d, 0x1e]), octetString(sequence(Uint8Array.of(0xa0, 9, 1)))),
      ],
    });
    const subject = factsOf({ subjectAltNames: ['DNS:a'] });
    expect(
      violationOf(authority, authority.nameConstraints!, subject, true, new NameComparisons(new SignatureWork(1e9))),
    ).not.toBeNull();
  });
});

describe('the canonical form of a name', () => {
  const form = (parts: NameParts): string => {
    const octets = name(parts);
    return canonicalName(octets, 0, octets.length);
  };

  it('is one for every way to write a name', () => {
    const expected = form([['O', 'Example Company']]);
    for (const value of [
      printableString('EXAMPLE COMPANY'),
      utf8String(' example  company '),
      bmpString('Example Company'),
    ]) {
      expect(form([['O', value]])).toBe(expected);
    }
  });

  it('differs where the names do', () => {
    expect(
      form([
        ['O', 'a'],
        ['CN', 'b'],
      ]),
    ).not.toBe(
      form([
        ['CN', 'b'],
        ['O', 'a'],
      ]),
    );
    expect(form([['O', 'a']])).not.toBe(form([['OU', 'a']]));
    expect(form([['O', 'a\nb']])).not.toBe(
      form([
        ['O', 'a'],
        ['O', 'b'],
      ]),
    );
  });

  it('is found of any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        expect(typeof canonicalName(octets, 0, octets.length)).toBe('string');
      }),
    );
  });
});
