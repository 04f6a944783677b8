import type { CertificateStore } from './certificate-store.js';
import type { JudgementSources } from './judge-chain.js';
import { maxImportedKeys, requestedSignatureWork, requestedWorkPerConnection } from './limits.js';
import type { RevocationLists } from './revocation.js';
import { SignatureWork } from './signature-work.js';
import { ImportedKeys } from './stored-certificate.js';
import type { TrustAnchors } from './trust-anchors.js';

/** What a person gave to judge certificates by; null where nothing of the kind was given. */
export interface TrustMaterial {
  anchors: TrustAnchors | null;
  lists: RevocationLists | null;
}

/** All that the signatures and chains of a run are verified with: one account of work, one set of keys. */
export class Verification implements JudgementSources {
  readonly store: CertificateStore;
  readonly anchors: TrustAnchors | null;
  readonly lists: RevocationLists | null;
  readonly keys: ImportedKeys = new ImportedKeys(maxImportedKeys);
  readonly work: SignatureWork;

  constructor(store: CertificateStore, material: TrustMaterial | null) {
    this.store = store;
    this.anchors = material?.anchors ?? null;
    this.lists = material?.lists ?? null;
    this.work =
      material === null ? new SignatureWork() : new SignatureWork(requestedSignatureWork, requestedWorkPerConnection);
  }
}
