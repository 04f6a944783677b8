import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityPattern, namePattern, workloadPattern } from '../../src/policy/pattern.js';

/** The pattern as a regular expression, which the code does not use: it may backtrack. */
function reference(source: string, separator: string): RegExp {
  const escaped = source.replace(/\*+|[^*]/g, (part) =>
    part === '*' ? `[^\\${separator}]*` : part.startsWith('*') ? '.*' : part.replace(/[.\\/,^$+?()[\]{}|-]/g, '\\$&'),
  );
  return new RegExp(`^${escaped}$`, 's');
}

describe('a pattern', () => {
  it.each([
    ['*.shop.example', 'api.shop.example', true],
    ['*.shop.example', 'a.b.shop.example', false],
    ['**.shop.example', 'a.b.shop.example', true],
    ['*.shop.example', 'shop.example', false],
    ['API.shop.example.', 'api.SHOP.example', true],
    ['api-*.example', 'api-.example', true],
    ['*', 'localhost', true],
    ['*', 'a.b', false],
    ['**', '', true],
  ])('of names %s says of %s: %s', (pattern, name, fits) => {
    expect(namePattern(pattern).matches(name)).toBe(fits);
  });

  it.each([
    ['spiffe://corp.example/ns/*/sa/api', 'spiffe://corp.example/ns/shop/sa/api', true],
    ['spiffe://corp.example/ns/*', 'spiffe://corp.example/ns/shop/sa/api', false],
    ['spiffe://corp.example/ns/**', 'spiffe://corp.example/ns/shop/sa/api', true],
    ['spiffe://corp.example/**', 'spiffe://corp.example.evil/ns/shop', false],
    ['URI:spiffe://corp.example/a', 'spiffe://corp.example/a', true],
    ['DNS:*.corp.example', 'db.corp.example', true],
    ['email:*@corp.example', 'ops@corp.example', true],
    ['CN=*,O=Acme', 'CN=api,O=Acme', true],
    ['CN=*,O=Acme', 'CN=api,OU=x,O=Acme', false],
    ['CN=api', 'CN=API', false],
  ])('of identities %s says of %s: %s', (pattern, identity, fits) => {
    expect(identityPattern(pattern).matches(identity)).toBe(fits);
  });

  it('of workloads ends its wildcard at a slash', () => {
    expect(workloadPattern('shop/*').matches('shop/api')).toBe(true);
    expect(workloadPattern('*').matches('shop/api')).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '/'), maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/'), maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, name) => {
        expect(workloadPattern(pattern).matches(name)).toBe(reference(pattern, '/').test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for a text made to make it backtrack', () => {
    const started = performance.now();
    expect(workloadPattern('*a'.repeat(200)).matches(`${'a'.repeat(4000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('matches nothing that is longer than any name', () => {
    expect(namePattern('**').matches('a'.repeat(5000))).toBe(false);
  });
});
