import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selftest } from '../../src/engine/selftest/selftest.js';
import { makeThrowawayCertificates } from '../../src/engine/selftest/throwaway-certificates.js';

describe('the self-test', () => {
  it('is judged right, with keys and without, by every stack of this machine', async () => {
    const { results, stacks } = await selftest();
    if (stacks.openssl === null) console.warn('SKIPPED: no openssl here, so only Node made handshakes with itself');
    expect(results).toHaveLength(stacks.openssl === null ? 12 : 36);
    expect(results.filter(({ withoutKeys, withKeys }) => withoutKeys === 'wrong' || withKeys === 'wrong')).toEqual([]);
    expect(results.filter(({ withKeys }) => withKeys !== 'right')).toEqual([]);
  }, 60_000);

  it('issues certificates that others read and trust', () => {
    const now = new Date('2026-11-22T00:00:00Z');
    const { authority, server, client } = makeThrowawayCertificates('selftest.example', now);
    const issuer = new X509Certificate(authority);
    const leaf = new X509Certificate(server.certificate);
    expect([issuer.ca, leaf.ca]).toEqual([true, false]);
    expect([leaf.checkIssued(issuer), leaf.verify(issuer.publicKey)]).toEqual([true, true]);
    expect(leaf.checkHost('selftest.example')).toBe('selftest.example');
    expect(new X509Certificate(client.certificate).subject).toBe('CN=self-test client');
    expect(new Date(leaf.validFrom) < now && now < new Date(leaf.validTo)).toBe(true);
  });
});
