// Whether one connection keeps to one requirement of a profile.
import type { CertificateRecord } from '../../model/certificate.js';
import type { ConnectionRecord, TlsSession, TlsVersionName } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { type CipherSuite, cipherSuite } from '../../registry/cipher-suite-properties.js';
import { namedGroupName } from '../../registry/named-groups.js';
import { signatureSchemeName } from '../../registry/signature-schemes.js';
import type { ProfileCheck, SuiteProperty } from './profile.js';

/** What a connection says; `idle` = it does not exercise the requirement, `hidden` = it does, and can't be read. */
export interface CheckAnswer {
  answer: 'conformant' | 'violated' | 'hidden' | 'idle';
  /** Half a sentence. */
  because: string;
  frames: readonly number[];
}

type Certificates = (sha256: string) => CertificateRecord | null;

const idle: CheckAnswer = Object.freeze({ answer: 'idle', because: '', frames: [] });

function hidden(because: string): CheckAnswer {
  return { answer: 'hidden', because, frames: [] };
}

function answerOf(keeps: boolean, because: string, frames: readonly number[]): CheckAnswer {
  return { answer: keeps ? 'conformant' : 'violated', because, frames };
}

/** Judges a connection with payload. */
export function judgeCheck(check: ProfileCheck, record: ConnectionRecord, certificate: Certificates): CheckAnswer {
  if (check.about === 'encrypted') return judgeEncryption(record);
  const session = record.tls;
  // A handshake that was broken off put nothing into use.
  if (session === null || isBrokenOff(session)) return idle;
  switch (check.about) {
    case 'version':
      if (session.version === null) return hidden('no ServerHello tells the version');
      return answerOf(check.allowed.includes(session.version), session.version, choiceFrames(record, session));
    case 'suite':
      return judgeSuite(session, check.versions, check.allowed);
    case 'suite-without':
      return judgeProperties(record, session, check.properties);
    case 'group':
      return judgeGroup(session, check.allowed);
    case 'dh-prime':
      return judgePrime(session, check.bits);
    case 'certificate-key':
      return judgeCertificates(record, session, check.side, certificate, ({ keyType, keyBits }) => {
        const least = check.bits[keyType];
        if (least === undefined || keyBits === null) return null;
        return { keeps: least > 0 && keyBits >= least, because: `a key of ${keyType} with ${keyBits} bits` };
      });
    case 'certificate-signature':
      return judgeCertificates(record, session, 'both', certificate, ({ signatureAlgorithm, selfSigned }) => {
        // A signature of a certificate upon itself proves nothing.
        if (selfSigned) return null;
        const keeps = !check.forbidden.some((hash) => hasHash(signatureAlgorithm, hash));
        return { keeps, because: `a certificate signed with ${signatureAlgorithm}` };
      });
    case 'certificate-lifetime':
      return judgeCertificates(record, session, 'server', certificate, ({ notBefore, notAfter }) => {
        const days = (Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000;
        if (Number.isNaN(days)) return null;
        return { keeps: days <= check.days, because: `a certificate valid for ${Math.round(days)} days` };
      });
    case 'certificate-trust':
      return judgeTrust(record, session);
    case 'handshake-signature':
      return judgeHandshakeSignatures(session, check.forbidden);
    case 'no-compression':
      if (session.serverHello === null) return hidden('no ServerHello was seen');
      return answerOf(session.serverHello.compression === 0, compressionText(session.serverHello.compression), [
        session.serverHello.frame,
      ]);
    case 'secure-renegotiation':
      if (session.serverHello === null) return hidden('no ServerHello was seen');
      if (session.serverHello.secureRenegotiation === null) return idle;
      return answerOf(
        session.serverHello.secureRenegotiation,
        session.serverHello.secureRenegotiation
          ? 'the server announces RFC 5746'
          : 'the server does not announce RFC 5746',
        [session.serverHello.frame],
      );
    case 'extended-master-secret':
      if (session.serverHello === null) return hidden('no ServerHello was seen');
      if (session.version === 'TLSv1.3') return idle;
      return answerOf(
        session.serverHello.extendedMasterSecret,
        session.serverHello.extendedMasterSecret ? 'extended_master_secret' : 'no extended_master_secret',
        [session.serverHello.frame],
      );
  }
}

function judgeEncryption(record: ConnectionRecord): CheckAnswer {
  if (record.kind === 'cleartext') {
    const named = record.protocol === null ? '' : ` (${record.protocol})`;
    return answerOf(false, `in cleartext${named}`, [record.firstFrame]);
  }
  if (record.kind === 'tls' || record.kind === 'starttls') {
    const session = record.tls;
    if (session === null || !session.established) return hidden('the handshake is not seen to end');
    const isNull = session.serverHello !== null && cipherSuite(session.serverHello.cipherSuite.id)?.cipher === 'null';
    return answerOf(
      !isNull,
      isNull ? 'TLS without encryption' : (session.version ?? 'TLS'),
      choiceFrames(record, session),
    );
  }
  return record.kind === 'opaque'
    ? hidden('encrypted or compressed, but not TLS')
    : hidden('the payload fits nothing known');
}

function judgeSuite(session: TlsSession, versions: readonly TlsVersionName[], allowed: readonly string[]): CheckAnswer {
  if (session.version !== null && !versions.includes(session.version)) return idle;
  if (session.serverHello === null) return hidden('no ServerHello tells the suite');
  const { name } = session.serverHello.cipherSuite;
  return answerOf(allowed.includes(name), name, [session.serverHello.frame]);
}

function judgeProperties(
  record: ConnectionRecord,
  session: TlsSession,
  properties: readonly SuiteProperty[],
): CheckAnswer {
  if (session.serverHello === null) return hidden('no ServerHello tells the suite');
  const suite = cipherSuite(session.serverHello.cipherSuite.id);
  if (suite === null) return hidden('the suite is not known');
  const bad = properties.some((property) => hasProperty(suite, property));
  return answerOf(!bad, suite.name, choiceFrames(record, session));
}

function hasProperty(suite: CipherSuite, property: SuiteProperty): boolean {
  const { cipher, keyBits, keyExchange, authentication, hash } = suite;
  switch (property) {
    case 'no-encryption':
      return cipher === 'null';
    case 'no-authentication':
      return authentication === 'anon';
    case 'export':
      return suite.export;
    case 'rc4':
      return cipher.startsWith('rc4');
    case 'des':
      return /^des(40)?-/.test(cipher);
    case '3des':
      return cipher.startsWith('3des');
    case 'static-rsa':
      return keyExchange === 'rsa';
    case 'static-dh':
      return keyExchange === 'dh' || keyExchange === 'ecdh';
    case 'finite-field-dh':
      return keyExchange === 'dhe';
    case 'no-forward-secrecy':
      return !suite.tls13 && !/^(ec)?dhe|sm2dhe/.test(keyExchange);
    case 'below-112-bits':
      return keyBits < 112;
    case 'below-128-bits':
      return keyBits < 128;
    case 'not-aead':
      return !suite.aead;
    case 'md5-mac':
      return hash === 'md5';
  }
}

function judgeGroup(session: TlsSession, allowed: readonly string[]): CheckAnswer {
  if (session.serverHello === null) return hidden('no ServerHello was seen');
  const group = session.serverHello.group ?? session.serverKeyExchange?.group ?? null;
  if (group === null) return idle;
  const name = namedGroupName(group) ?? `group 0x${group.toString(16)}`;
  return answerOf(allowed.includes(name), name, [session.serverKeyExchange?.frame ?? session.serverHello.frame]);
}

function judgePrime(session: TlsSession, bits: number): CheckAnswer {
  const exchange = session.serverKeyExchange;
  if (exchange !== null && exchange.primeBits !== null) {
    return answerOf(exchange.primeBits >= bits, `a prime of ${exchange.primeBits} bits`, [exchange.frame]);
  }
  const id = session.serverHello?.cipherSuite.id;
  const usesPrime = id !== undefined && cipherSuite(id)?.keyExchange === 'dhe';
  return usesPrime && session.resumed !== true ? hidden('the ServerKeyExchange was not seen') : idle;
}

/** Holds the leafs of the sides to `judge`, which answers null for what it is not about. The first that violates decides. */
function judgeCertificates(
  record: ConnectionRecord,
  session: TlsSession,
  side: Side | 'both',
  certificate: Certificates,
  judge: (certificate: CertificateRecord) => { keeps: boolean; because: string } | null,
): CheckAnswer {
  let found: CheckAnswer = idle;
  for (const one of ['server', 'client'] as const) {
    if (side !== 'both' && side !== one) continue;
    const shown = one === 'server' ? session.serverCertificates : session.clientCertificates;
    const fact = one === 'server' ? session.facts.serverCertificate : session.facts.clientCertificate;
    if (shown === null && one === 'server' && fact.state === 'hidden' && session.resumed !== true) {
      if (found === idle) found = hidden(fact.because);
      continue;
    }
    const leaf = shown?.[0] === undefined ? null : certificate(shown[0]);
    const verdict = leaf === null ? null : judge(leaf);
    if (verdict === null) continue;
    const frames = fact.state === 'seen' ? fact.frames : choiceFrames(record, session);
    if (!verdict.keeps) return answerOf(false, verdict.because, frames);
    found = answerOf(true, verdict.because, frames);
  }
  return found;
}

/** Certificates are trusted and valid, or were not accepted. */
function judgeTrust(record: ConnectionRecord, session: TlsSession): CheckAnswer {
  const verdict = session.serverVerification;
  if (verdict === null) {
    const fact = session.facts.serverCertificate;
    return fact.state === 'hidden' && session.resumed !== true ? hidden(fact.because) : idle;
  }
  const fact = session.facts.serverCertificate;
  const frames = fact.state === 'seen' ? fact.frames : choiceFrames(record, session);
  if (!session.established) return idle;
  const problem = verdict.problems.find(
    ({ code }) => code === 'expired' || code === 'not-yet-valid' || code === 'revoked',
  );
  if (problem !== undefined && verdict.clockDistrusted === null) {
    return answerOf(false, `a certificate that is ${problem.code} was accepted`, frames);
  }
  if (verdict.trust === 'untrusted')
    return answerOf(false, 'a certificate of an authority that is not trusted was accepted', frames);
  if (verdict.trust === 'unknown')
    return hidden('there is no bundle to judge trust by (--ca, or server-ca in the policy)');
  return answerOf(true, 'trusted and valid', frames);
}

function judgeHandshakeSignatures(session: TlsSession, forbidden: readonly string[]): CheckAnswer {
  const exchange = session.serverKeyExchange;
  const schemes: { scheme: number; frame: number }[] = [];
  if (exchange !== null && exchange.signatureAlgorithm !== null) {
    schemes.push({ scheme: exchange.signatureAlgorithm, frame: exchange.frame });
  }
  for (const check of [session.signatures?.serverCertificateVerify, session.signatures?.clientCertificateVerify]) {
    if (check && check.scheme !== null) schemes.push({ scheme: check.scheme, frame: check.frame });
  }
  if (schemes.length === 0) {
    return session.version === 'TLSv1.3' && session.resumed !== true && !session.decrypted
      ? hidden('TLS 1.3 encrypts its signatures')
      : idle;
  }
  for (const { scheme, frame } of schemes) {
    const name = signatureSchemeName(scheme) ?? `0x${scheme.toString(16)}`;
    if (forbidden.some((hash) => hasHash(name, hash))) return answerOf(false, name, [frame]);
  }
  const [{ scheme, frame }] = schemes as [{ scheme: number; frame: number }];
  return answerOf(true, signatureSchemeName(scheme) ?? `0x${scheme.toString(16)}`, [frame]);
}

/** Whether an algorithm's name ('sha1WithRSAEncryption', 'rsa_pkcs1_sha1', 'ecdsa-with-SHA1') says this hash. */
function hasHash(name: string, hash: string): boolean {
  return new RegExp(`(^|[^a-z])${hash}($|[^0-9])`, 'i').test(name);
}

function isBrokenOff({ established, alerts }: TlsSession): boolean {
  return !established && alerts.some(({ level }) => level === 'fatal');
}

function choiceFrames(record: ConnectionRecord, session: TlsSession): number[] {
  return [session.serverHello?.frame ?? record.firstFrame];
}

function compressionText(method: number): string {
  return method === 0 ? 'no compression' : `compression method ${method}`;
}
