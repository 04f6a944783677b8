// Chains, revocation lists, stapled answers and trust bundles in any shape. Beyond not failing: nothing may count as trusted
// that the seeds' keys did not sign.
import { strict as assert } from 'node:assert';
import { chainSeeds } from './chain-seeds.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {(path: string) => Promise<any>} Load */

/** The moment at which the seeds are in order. */
const seconds = Date.parse('2026-06-01T12:00:00Z') / 1000;
const roles = /** @type {const} */ (['server', 'client']);

/** Parts, each behind two octets of length. @param {Uint8Array[]} parts */
function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [part.length >> 8, part.length & 0xff, ...part]));
}

/** @param {Uint8Array} bytes @returns {Uint8Array[]} */
function split(bytes) {
  const parts = [];
  for (let at = 0; at + 2 <= bytes.length && parts.length < 16; ) {
    const length = (bytes[at] << 8) | bytes[at + 1];
    parts.push(bytes.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return parts;
}

/** @param {Load} load @param {Seeds} seeds */
export async function chains(load, seeds) {
  const { CertificateStore } = await load('pki/certificate-store');
  const { Verification } = await load('pki/verification');
  const { TrustAnchors } = await load('pki/trust-anchors');
  const { RevocationLists } = await load('pki/revocation');
  const { OcspResponses } = await load('pki/ocsp-response');
  const { judgeChain, withName } = await load('pki/judge-chain');
  const { locateCertificate } = await load('wire/x509/certificate-ranges');
  const { root, middle, leaf, list, staple } = chainSeeds;
  /** What the signature of a certificate covers. @param {Uint8Array} der */
  const signed = (der) => {
    const tbs = locateCertificate(der, 0, der.length).tbsCertificate;
    return tbs === null ? '' : Buffer.from(der.subarray(tbs.start, tbs.end)).toString('latin1');
  };
  const vouchedFor = new Set([root, middle, leaf].map(signed));
  const some = seeds.certificates.slice(0, 40);
  return {
    seeds: [
      joined(staple, list, leaf, middle, root),
      joined(staple, list, leaf),
      joined(new Uint8Array(0), list, leaf, leaf, middle, middle),
      ...some.map((one) => joined(staple, list, one, middle, root)),
    ],
    run(/** @type {Uint8Array} */ bytes) {
      const [answer = new Uint8Array(0), revoked = new Uint8Array(0), ...chain] = split(bytes);
      const anchors = new TrustAnchors();
      anchors.add(root);
      const lists = new RevocationLists();
      lists.add(revoked);
      const store = new CertificateStore(1);
      const verification = new Verification(store, { anchors, lists });
      const certificates = chain.map((one) => store.add(one, 0, one.length));
      const response = new OcspResponses(1).read(answer, 0, answer.length);
      for (const role of certificates.length === 0 ? [] : roles) {
        const shown = { certificates, role, seconds, authorities: [], staple: response };
        const { verdict, from, until } = judgeChain(shown, verification);
        assert.ok(from <= seconds && seconds < until, 'a verdict that does not hold at its own time');
        assert.ok(verdict.path.length > 0 && verdict.path.length <= 12, 'a path without end');
        withName(verdict, certificates[0], 'host.example');
        if (verdict.trust !== 'trusted') continue;
        for (const sha256 of verdict.path.slice(0, -1)) {
          const { der } = store.find(sha256);
          assert.ok(vouchedFor.has(signed(der)), 'trust in what nobody vouched for');
        }
      }
      // A bundle of any octets: read or refused.
      const other = new TrustAnchors();
      other.add(bytes);
      for (const one of chain) other.add(one);
    },
  };
}
