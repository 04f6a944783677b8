import { ByteTable } from '../../base/byte-table.js';
import { CertificateStore } from '../../pki/certificate-store.js';
import { OcspResponses } from '../../pki/ocsp-response.js';
import { type TrustMaterial, Verification } from '../../pki/verification.js';
import { ClientHelloShapes } from '../../wire/tls/client-hello-shapes.js';
import { ServerHelloShapes } from '../../wire/tls/server-hello-shapes.js';
import { PendingQuestions } from '../content/pending-questions.js';
import type { RequestContent } from '../content/request-content.js';
import { maxRememberedRequestOctets, maxRememberedRequests } from '../limits.js';
import { OctetPool } from '../octet-pool.js';
import { KeptHellos } from '../resting/kept-hellos.js';
import { KeptQuestions } from '../resting/kept-questions.js';
import { SecretStore } from '../secrets/secret-store.js';
import { ChainVerdicts } from '../tls/chain-verdicts.js';
import { HandshakeSignatureReader } from '../tls/handshake-signatures.js';
import { AddressNames } from './address-names.js';
import { AnnouncedEndpoints } from './announced-endpoints.js';
import { RandomIndex } from './random-index.js';
import { ResumptionIndex } from './resumption-index.js';
import { TicketLinks } from './ticket-links.js';

/** What the sessions of a run share: memories of what repeats, and budgets. */
export class SessionMemory {
  readonly clientHellos: ClientHelloShapes;
  readonly serverHellos: ServerHelloShapes;
  readonly certificates: CertificateStore;
  readonly requests: ByteTable<RequestContent>;
  readonly resumptions: ResumptionIndex;
  readonly ticketLinks: TicketLinks;
  readonly announced: AnnouncedEndpoints = new AnnouncedEndpoints();
  readonly addressNames: AddressNames = new AddressNames();
  /** The same, as the sink of those who read names. */
  readonly nameTold = (ip: string, name: string): void => this.addressNames.answered(ip, name);
  readonly clientRandoms: RandomIndex;
  readonly serverRandoms: RandomIndex;
  readonly octets: OctetPool = new OctetPool();
  readonly pending: PendingQuestions = new PendingQuestions();
  readonly questions: KeptQuestions = new KeptQuestions();
  readonly hellos: KeptHellos = new KeptHellos();
  readonly secrets: SecretStore;
  readonly staples: OcspResponses;
  readonly verification: Verification;
  verdicts: ChainVerdicts;
  readonly signatures: HandshakeSignatureReader;

  /** `seed` is drawn per run; `trust` is what a person gave to judge certificates by, or null. */
  constructor(seed: number, trust: TrustMaterial | null = null, secrets: SecretStore = new SecretStore()) {
    this.secrets = secrets;
    this.clientHellos = new ClientHelloShapes(seed);
    this.serverHellos = new ServerHelloShapes(seed);
    this.certificates = new CertificateStore(seed);
    this.requests = new ByteTable(seed, maxRememberedRequests, maxRememberedRequestOctets);
    this.resumptions = new ResumptionIndex(seed);
    this.ticketLinks = new TicketLinks(seed);
    this.clientRandoms = new RandomIndex(seed);
    this.serverRandoms = new RandomIndex(seed);
    this.staples = new OcspResponses(seed);
    this.verification = new Verification(this.certificates, trust);
    this.verdicts = new ChainVerdicts(this.verification);
    this.signatures = new HandshakeSignatureReader(this.verification, () => !this.secrets.isEmpty);
  }

  /** Another capture begins: what is sampled of it, and what was judged by a part, does not depend on those before. */
  beginCapture(): void {
    this.verdicts = new ChainVerdicts(this.verification);
    this.verification.work.begin();
    this.secrets.work.begin();
    for (const stored of this.certificates) stored.handshakes = 0;
  }
}
