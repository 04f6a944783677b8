// Which names of form fields, JSON members, query parameters and headers say that a secret follows.
import type { CredentialRecord } from '../../model/content.js';

/** What a name says of its value. */
export type SecretKind = CredentialRecord['kind'];

/** By the end of a name, without its separators: 'db_password' and 'newPassword' are passwords. Longer ends come first. */
const endings: readonly (readonly [ending: string, kind: SecretKind])[] = [
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['passwort', 'password'],
  ['motdepasse', 'password'],
  ['accesstoken', 'bearer-token'],
  ['refreshtoken', 'bearer-token'],
  ['idtoken', 'bearer-token'],
  ['bearertoken', 'bearer-token'],
  ['authtoken', 'token'],
  ['sessiontoken', 'token'],
  ['securitytoken', 'token'],
  ['apitoken', 'api-key'],
  ['apikey', 'api-key'],
  ['secretkey', 'other-secret'],
  ['clientsecret', 'other-secret'],
  ['secretaccesskey', 'other-secret'],
  ['privatetoken', 'api-key'],
];

/** Names that must be the whole one: as an end they say too little. */
const whole: ReadonlyMap<string, SecretKind> = new Map([
  ['pass', 'password'],
  ['pwd', 'password'],
  ['pw', 'password'],
  ['userpass', 'password'],
  ['jpassword', 'password'],
  ['token', 'token'],
  ['jwt', 'bearer-token'],
  ['secret', 'other-secret'],
  ['secretid', 'other-secret'],
  ['assertion', 'bearer-token'],
  ['clientassertion', 'bearer-token'],
]);

/** Headers that carry a key of an application; by their names without a leading 'x-'. */
const keyHeaders: ReadonlyMap<string, SecretKind> = new Map([
  ['api-key', 'api-key'],
  ['apikey', 'api-key'],
  ['api-token', 'api-key'],
  ['auth-token', 'token'],
  ['auth-key', 'api-key'],
  ['access-token', 'bearer-token'],
  ['amz-security-token', 'token'],
  ['vault-token', 'token'],
  ['consul-token', 'token'],
  ['nomad-token', 'token'],
  ['subject-token', 'token'],
  ['gitlab-token', 'token'],
  ['functions-key', 'api-key'],
  ['goog-api-key', 'api-key'],
  ['rapidapi-key', 'api-key'],
  ['master-key', 'api-key'],
  ['private-token', 'api-key'],
  ['job-token', 'token'],
  ['deploy-token', 'token'],
  ['circle-token', 'token'],
  ['figma-token', 'token'],
  ['dd-api-key', 'api-key'],
  ['dd-application-key', 'api-key'],
  ['ocp-apim-subscription-key', 'api-key'],
  ['algolia-api-key', 'api-key'],
  ['influxdb-token', 'token'],
  ['secret-key', 'other-secret'],
  ['client-secret', 'other-secret'],
]);

/** The last two letters of all those names, a bit each: of nearly every name they say that it is none. */
const lastLetters = lastLettersOf([...endings.map(([ending]) => ending), ...whole.keys()]);

function lastLettersOf(names: readonly string[]): Uint8Array {
  const table = new Uint8Array(36 * 36);
  for (const name of names) table[pairOf(name)] = 1;
  return table;
}

/** The last two letters or digits of a name as a number, whatever stands behind or between them; -1 where there are none. */
function pairOf(name: string): number {
  let last = -1;
  for (let at = name.length - 1; at >= 0; at--) {
    const value = letterValue(name.charCodeAt(at));
    if (value < 0) continue;
    if (last >= 0) return value * 36 + last;
    last = value;
  }
  return -1;
}

/** 0 to 35 of an ASCII letter of either case or a digit; -1 of everything else. */
function letterValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return code < 0x80 && lower >= 0x61 && lower <= 0x7a ? lower - 0x57 : -1;
}

/** What the name of a field, member or parameter says; null where it says nothing. Hostile text. */
export function secretKind(name: string): SecretKind | null {
  const pair = pairOf(name);
  if (pair < 0 || lastLetters[pair] === 0) return null;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const exact = whole.get(plain);
  if (exact !== undefined) return exact;
  for (const [ending, kind] of endings) if (plain.endsWith(ending)) return kind;
  return null;
}

/** What the name of a header in lower case says; null where it says nothing. */
export function keyHeaderKind(name: string): SecretKind | null {
  return keyHeaders.get(name.startsWith('x-') ? name.slice(2) : name) ?? null;
}

/** Whether a value says nothing: an empty field, a mask, a placeholder. */
export function isNoSecret(value: string): boolean {
  return value.length === 0 || /^(?:null|undefined|true|false|none|\*+|x+|•+|\d)$/i.test(value);
}
