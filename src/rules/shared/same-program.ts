// Whether two ClientHellos look like one program's: a host runs many, and what one offers says nothing of another.
import type { ClientHelloRecord } from '../../model/connection-record.js';
import { isGrease } from '../../registry/grease.js';

const renegotiationScsv = 0x00ff;
const fallbackScsv = 0x5600;

/**
 * Whether a lower offer may be the same program's as a higher one: the same server name, and no suite that the higher offer did
 * not have, in the same order. Suites of TLS 1.3, GREASE and signalling values come and go with the version.
 */
export function mayBeSameProgram(higher: ClientHelloRecord, lower: ClientHelloRecord): boolean {
  if (higher.serverName !== lower.serverName) return false;
  let at = 0;
  for (const suite of lower.cipherSuites) {
    if (suite === renegotiationScsv || suite === fallbackScsv || isGrease(suite)) continue;
    while (at < higher.cipherSuites.length && higher.cipherSuites[at] !== suite) at++;
    if (at === higher.cipherSuites.length) return false;
  }
  return true;
}
