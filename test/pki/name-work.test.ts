// Comparing names with name constraints costs work, as signatures do: past it, what was not compared is told.
import { describe, expect, it } from 'vitest';
import { CertificateStore } from '../../src/pki/certificate-store.js';
import { judgeChain } from '../../src/pki/judge-chain.js';
import { SignatureWork } from '../../src/pki/signature-work.js';
import { TrustAnchors } from '../../src/pki/trust-anchors.js';
import { Verification } from '../../src/pki/verification.js';
import { authority, leaf, nameConstraints, now } from '../build/pki.js';

const root = authority('Root');
const many = (count: number, suffix: string): string[] =>
  Array.from({ length: count }, (_, at) => `DNS:host-${at}.${suffix}`);

/** The verdict on a leaf of so many names under so many constraints, and the work that is left of `work`. */
function judged(
  names: number,
  constraints: number,
  work: number,
): { trust: string; notes: readonly string[]; spent: number } {
  const bound = authority('Bound', root, {
    extensions: [nameConstraints([...many(constraints - 1, 'test'), 'DNS:example'], [])],
  });
  const store = new CertificateStore(1);
  const anchors = new TrustAnchors();
  anchors.add(root.der);
  const account = new SignatureWork(work, 0);
  const verification = new Verification(store, { anchors, lists: null });
  const chain = [leaf(bound, { subject: [['O', 'Leaf']], subjectAltNames: many(names, 'example') }), bound.der];
  const certificates = chain.map((der) => store.add(der, 0, der.length));
  const { verdict } = judgeChain(
    { certificates, role: 'server', seconds: now, authorities: [], staple: null },
    { store, anchors, lists: null, keys: verification.keys, work: account },
  );
  return { trust: verdict.trust, notes: verdict.notes, spent: work - account.left };
}

const told = 'Not all names were compared with the name constraints: they are more than are compared.';

describe('name constraints', () => {
  it('of a usual size cost next to nothing', () => {
    const without = judged(2, 1, 1e6);
    expect(without).toMatchObject({ trust: 'trusted', notes: [] });
    const some = judged(20, 10, 1e6);
    expect(some).toMatchObject({ trust: 'trusted', notes: [] });
    expect(some.spent - without.spent).toBeLessThan(50);
  });

  it('and names in hundreds are compared while there is work left', () => {
    const { trust, notes, spent } = judged(200, 200, 1e6);
    expect(trust).toBe('trusted');
    expect(notes).toEqual([]);
    expect(judged(200, 200, spent - 10)).toMatchObject({ trust: 'unknown', notes: [told] });
  });

  it('beyond the bound of one chain are not compared, and nobody is called trusted', () => {
    expect(judged(300, 300, 1e9)).toMatchObject({ trust: 'unknown', notes: [told] });
  });
});
