/** What a CertificateRequest asks for; one object serves all connections that were asked the same. */
export interface RequestContent {
  /** Version in whose form it was read. */
  version: number;
  types: number[];
  signatureAlgorithms: number[];
  /** Distinguished names in RFC 4514 form. */
  authorities: string[];
  /** The same in the form by which names are compared (`canonicalName`). */
  authorityNames: readonly string[];
}
