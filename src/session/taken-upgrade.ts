// How a change to TLS is told where it was taken.
import type { UpgradeRecord } from '../model/content.js';

/**
 * The record of a change to TLS that was seen: TLS begins in `frame` after `protocol` (null: after something unknown).
 * `told` is what the protocol's follower said of it, null where there is none.
 */
export function takenUpgrade(told: UpgradeRecord | null, protocol: string | null, frame: number): UpgradeRecord {
  if (told?.outcome === 'taken') return told;
  const before = protocol === null ? 'octets of no protocol known here' : `${protocol} in cleartext`;
  return {
    mechanism: told?.mechanism ?? mechanismOf(protocol),
    outcome: 'taken',
    offeredFrame: told?.offeredFrame ?? null,
    requestedFrame: told?.requestedFrame ?? null,
    answeredFrame: told?.answeredFrame ?? null,
    wentOnFrame: null,
    basis: `TLS begins in frame ${frame}, after ${before}`,
  };
}

/** What each protocol calls its change to TLS, where its dialogue is not followed. */
const mechanisms: Readonly<Record<string, string>> = {
  smtp: 'STARTTLS',
  lmtp: 'STARTTLS',
  imap: 'STARTTLS',
  xmpp: 'STARTTLS',
  irc: 'STARTTLS',
  pop3: 'STLS',
  ftp: 'AUTH TLS',
  ldap: 'StartTLS',
  postgresql: 'SSLRequest',
  mysql: 'SSLRequest',
  mssql: 'PRELOGIN',
  http: 'CONNECT',
  socks: 'SOCKS',
  rdp: 'RDP negotiation',
};

function mechanismOf(protocol: string | null): string {
  return (protocol === null ? undefined : mechanisms[protocol]) ?? 'unknown';
}
