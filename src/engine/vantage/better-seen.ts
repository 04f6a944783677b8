import type { ConnectionRecord, TlsSession } from '../../model/connection-record.js';

/**
 * Whether `a` shows more of one connection than `b`: records are taken whole, never put together from several. Both directions
 * count most, then a handshake read with keys, then what is told of the handshake, missing octets, the beginning, the
 * end, and the volume. Of equals the first stays.
 */
export function isBetterSeen(a: ConnectionRecord, b: ConnectionRecord): boolean {
  for (const measure of measures) {
    const difference = measure(a) - measure(b);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

const measures: readonly ((record: ConnectionRecord) => number)[] = [
  ({ packets }) => Number(packets.client > 0 && packets.server > 0),
  ({ bytes }) => Number(bytes.client > 0) + Number(bytes.server > 0),
  ({ tls, content }) => Number(tls?.decrypted === true) + Number(content?.decrypted === true),
  ({ tls }) => (tls === null ? 0 : toldOf(tls)),
  ({ gaps }) => -gaps.reduce((octets, { length }) => octets + length, 0),
  ({ sawSyn }) => Number(sawSyn),
  ({ closed }) => Number(closed !== 'open'),
  ({ bytes }) => bytes.client + bytes.server,
];

/** How much of a handshake is told. */
function toldOf({ clientHello, serverHello, facts, clientAuth, resumedFrom }: TlsSession): number {
  let told =
    Number(resumedFrom !== null) +
    Number(clientHello !== null) +
    Number(serverHello !== null) +
    Number(clientAuth.status !== 'unknown');
  for (const { state } of Object.values(facts)) told += Number(state !== 'hidden');
  return told;
}
