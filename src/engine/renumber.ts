import type { ConnectionRecord } from '../model/connection-record.js';

/** Puts a record, and what it names, behind others: `ids` connections and `captures` captures come before. */
export function renumber(record: ConnectionRecord, ids: number, captures: number): void {
  record.id += ids;
  record.capture += captures;
  for (const seen of record.alsoSeen ?? []) {
    seen.id += ids;
    seen.capture += captures;
  }
  if (record.translatedFrom !== undefined) record.translatedFrom.flow += ids;
  const { tls } = record;
  if (tls === null) return;
  if (tls.resumedFrom !== null) tls.resumedFrom += ids;
  if (tls.sameClientRandom !== null) tls.sameClientRandom.flow += ids;
  if (tls.sameServerRandom !== null) tls.sameServerRandom.flow += ids;
}
