// Who says who the client is: the proxy that checked it, or the client itself.
import type { IdentityRecord } from '../../model/content.js';

/** Headers by which proxies forward a certificate, and nobody else sends one. */
const proxyHeaders = /forwarded|amzn-mtls|x-arr-clientcert|ssl[-_]client|^header client-cert/;

/** A certificate under a name that clients of home-made protocols use as well. */
export function isBare(identity: Pick<IdentityRecord, 'kind' | 'where'> | null): boolean {
  return identity === null || (identity.kind === 'certificate' && !proxyHeaders.test(identity.where.toLowerCase()));
}
