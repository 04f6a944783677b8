// Authorization and Proxy-Authorization (RFC 9110 §11.6.2 and §11.7.2): credentials, and logins that show none.
import { latin1 } from '../../base/bytes.js';
import type { LoginRecord } from '../../model/content.js';
import type { ContentSink, LentOctets } from '../../model/content-sink.js';
import type { Arrival } from '../../model/stream.js';

/** A login that a header makes. */
export interface HeaderLogin {
  kind: LoginRecord['kind'];
  mechanism: string;
}

/** Schemes that prove the knowledge of a secret without showing it. */
const proofs: ReadonlyMap<string, string> = new Map([
  ['digest', 'Digest'],
  ['aws4-hmac-sha256', 'AWS4-HMAC-SHA256'],
  ['hawk', 'Hawk'],
  ['signature', 'Signature'],
  ['hoba', 'HOBA'],
  ['scram-sha-1', 'SCRAM-SHA-1'],
  ['scram-sha-256', 'SCRAM-SHA-256'],
  ['oauth', 'OAuth 1.0'],
  ['sharedkey', 'SharedKey'],
  ['eg1-hmac-sha256', 'EG1-HMAC-SHA256'],
]);
const keySchemes = /^(?:apikey|api-key|key|geniekey|splunk|token|sharedaccesssignature|bot|glpat)$/;
const longestScheme = 32;
/** NTLMSSP's message types (MS-NLMP §2.2.1): only the third proves anything. */
const ntlmSignature = 'NTLMSSP\0';
const ntlmAuthenticate = 3;

/**
 * Notes what the value of `header` (in lower case) shows, and returns the login that it is; null where it is none, as the first
 * messages of NTLM.
 */
export function readAuthorization(
  sink: ContentSink,
  arrival: Arrival,
  header: string,
  { bytes, start, end }: LentOctets,
): HeaderLogin | null {
  let schemeEnd = start;
  while (schemeEnd < end && bytes[schemeEnd] !== 0x20) schemeEnd++;
  if (schemeEnd - start > longestScheme || schemeEnd === end) {
    // No scheme: the value is the token itself.
    if (end - start < 8) return null;
    sink.credential('client', arrival, 'token', 'HTTP header', `header ${header}`, { bytes, start, end });
    return { kind: 'token', mechanism: 'token' };
  }
  const name = latin1(bytes, start, schemeEnd);
  const scheme = name.toLowerCase();
  let valueStart = schemeEnd;
  while (valueStart < end && bytes[valueStart] === 0x20) valueStart++;
  if (valueStart === end) return null;
  const value = { bytes, start: valueStart, end };
  const where = `header ${header}`;
  if (scheme === 'basic') return readBasic(sink, arrival, where, value);
  if (scheme === 'bearer') {
    sink.credential('client', arrival, 'bearer-token', 'HTTP Bearer', where, value);
    return { kind: 'token', mechanism: 'Bearer' };
  }
  if (scheme === 'ntlm' || scheme === 'negotiate') return readNegotiate(name, value);
  const proof = proofs.get(scheme);
  if (proof !== undefined) return { kind: 'challenge-response', mechanism: proof };
  const isKey = keySchemes.test(scheme);
  sink.credential('client', arrival, isKey ? 'api-key' : 'other-secret', `HTTP ${name}`, where, value);
  return { kind: 'token', mechanism: name };
}

/** RFC 7617: base64 of `user:password`. An empty password makes the user's name the secret, as some interfaces want it. */
function readBasic(sink: ContentSink, arrival: Arrival, where: string, { bytes, start, end }: LentOctets): HeaderLogin {
  const pair = Buffer.from(latin1(bytes, start, end), 'base64');
  const colon = pair.indexOf(0x3a);
  const hasPassword = colon >= 0 && colon + 1 < pair.length;
  const secret = hasPassword
    ? { bytes: pair, start: colon + 1, end: pair.length }
    : { bytes: pair, start: 0, end: colon < 0 ? pair.length : colon };
  sink.credential('client', arrival, hasPassword ? 'password' : 'api-key', 'HTTP Basic', where, secret);
  return { kind: 'password', mechanism: 'Basic' };
}

/** RFC 4559: GSS-API tokens; NTLM's messages stand for themselves there, too. */
function readNegotiate(name: string, { bytes, start, end }: LentOctets): HeaderLogin | null {
  const token = Buffer.from(latin1(bytes, start, Math.min(end, start + 64)), 'base64');
  if (token.toString('latin1', 0, ntlmSignature.length) !== ntlmSignature) {
    return { kind: 'challenge-response', mechanism: name === 'NTLM' ? 'NTLM' : 'Negotiate' };
  }
  return token[ntlmSignature.length] === ntlmAuthenticate ? { kind: 'challenge-response', mechanism: 'NTLM' } : null;
}
