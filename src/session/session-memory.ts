import { ByteTable } from '../base/byte-table.js';
import { CertificateStore } from '../pki/certificate-store.js';
import { ClientHelloShapes } from '../wire/tls/client-hello-shapes.js';
import { ServerHelloShapes } from '../wire/tls/server-hello-shapes.js';
import { maxRememberedRequestOctets, maxRememberedRequests } from './limits.js';
import { OctetPool } from './octet-pool.js';
import type { RequestContent } from './request-content.js';
import { ResumptionIndex } from './resumption-index.js';

/** What the sessions of a run share: memories of what repeats, and budgets. */
export class SessionMemory {
  readonly clientHellos: ClientHelloShapes;
  readonly serverHellos: ServerHelloShapes;
  readonly certificates: CertificateStore;
  readonly requests: ByteTable<RequestContent>;
  readonly resumptions: ResumptionIndex;
  readonly octets: OctetPool = new OctetPool();

  /** `seed` is drawn per run. */
  constructor(seed: number) {
    this.clientHellos = new ClientHelloShapes(seed);
    this.serverHellos = new ServerHelloShapes(seed);
    this.certificates = new CertificateStore(seed);
    this.requests = new ByteTable(seed, maxRememberedRequests, maxRememberedRequestOctets);
    this.resumptions = new ResumptionIndex(seed);
  }
}
