import type { CredentialRecord } from '../../model/content.js';

/** 'a password (HTTP Basic, 18 octets, sha256 1a2b3c4d…)': what it is, never what it says. */
export function credentialText({ kind, mechanism, where, length, sha256Prefix }: CredentialRecord): string {
  const parts = [mechanism];
  if (where !== null) parts.push(where);
  if (length !== null) parts.push(`${length} octets`);
  if (sha256Prefix !== null) parts.push(`sha256 ${sha256Prefix}…`);
  return `${titles[kind]} (${parts.join(', ')})`;
}

const titles: Readonly<Record<CredentialRecord['kind'], string>> = {
  password: 'a password',
  'bearer-token': 'a bearer token',
  'api-key': 'an API key',
  'session-cookie': 'a session cookie',
  token: 'a token',
  'other-secret': 'a secret',
};
