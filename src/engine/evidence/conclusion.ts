// What a reader concludes from the content of a connection, as text that can be compared: what the report prints of it, but for
// digests and lengths of secrets. Each sight counts once, as masked secrets can't be told apart.
import type { ConnectionRecord } from '../../model/connection-record.js';
import type { ContentRecord } from '../../model/content.js';

/** Statuses that are compared whole; longer ones are sentences for people. */
const maxStatus = 40;

/** The conclusions of a record. */
export function conclusionOf(record: ConnectionRecord): string {
  const { kind, protocol, upgrade, proxyHeader, content } = record;
  // Frames too: a word that was masked must not pass for one that was overwritten on the way.
  const change = upgrade === null ? null : { ...upgrade, basis: null };
  const header = proxyHeader === null ? null : [proxyHeader.source, proxyHeader.tlvs, proxyHeader.ssl !== null];
  return JSON.stringify([kind, protocol, change, header, content === null ? null : contentOf(content)]);
}

/** Digests of what must not be read out of evidence: secrets, keys and key stores. */
export function secretsOf({ content }: ConnectionRecord): Set<string> {
  const digests: Set<string> = new Set();
  for (const { sha256Prefix } of content?.credentials ?? []) if (sha256Prefix !== null) digests.add(sha256Prefix);
  for (const { kind, sha256 } of content?.material ?? []) {
    if (kind !== 'certificate' && kind !== 'certificate-request') digests.add(sha256);
  }
  return digests;
}

function contentOf(content: ContentRecord): unknown[] {
  return [
    content.greeting,
    content.requests.map(({ frame, method, answerFrame, status }) => [
      frame,
      method,
      answerFrame,
      status !== null && status.length > maxStatus ? status.slice(0, 3) : status,
    ]),
    each(content.credentials, ({ from, kind, mechanism, where }) => [from, kind, mechanism, where]),
    each(content.logins, ({ from, kind, mechanism, outcome }) => [from, kind, mechanism, outcome]),
    each(content.servedWithoutLogin, ({ from, command, meaningful }) => [from, command, meaningful]),
    each(content.material, ({ from, kind, form, encoding, where, sha256 }) => [
      from,
      kind,
      form,
      encoding,
      where,
      kind === 'certificate' ? sha256 : null,
    ]),
    each(content.identities, ({ from, kind, where, value }) => [
      from,
      kind,
      where,
      kind === 'verification' ? value : null,
    ]),
    each(content.forwarding, ({ from, name, client, mark }) => [
      from,
      name,
      client,
      name === 'x-forwarded-proto' ? mark : null,
    ]),
  ];
}

function each<T>(sights: readonly T[], told: (sight: T) => unknown): string[] {
  return [...new Set(sights.map((sight) => JSON.stringify(told(sight))))].sort();
}
