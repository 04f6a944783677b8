import type { ChainProblem, ChainVerdict, ConnectionRecord, SignatureCheck } from '../model/connection-record.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleMetadata,
  type RunContext,
  type Sighting,
  type Unobservable,
} from '../model/rule.js';
import type { Side } from '../model/side.js';
import { acceptanceOf, certaintyOf, dataFrame } from './shared/acceptance.js';
import { problemOf } from './shared/chain-problem.js';
import { verifyServers } from './shared/verification-advice.js';

const about: RuleMetadata = {
  kind: 'invalid-handshake-signature',
  severity: 'critical',
  title: 'Handshake signature that does not verify was accepted',
  meaning:
    'A ServerKeyExchange, a CertificateVerify or a signature in a certificate chain does not verify over the captured bytes, and ' +
    'the peer went on with the connection.',
  why:
    'The signature is the proof that the certificate belongs to whoever shows it. An end that goes on without it can be talked ' +
    'to by anybody who has seen the certificate, which is public.',
  blindSpots: [
    'Verified over the bytes as captured: damage in the capture itself would look the same; connections with gaps are left out.',
    'Signatures of TLS 1.3 need keys. Algorithms that are not supported here are not checked.',
    'Of the many handshakes of one certificate only some are verified again.',
  ],
  remediation: {
    general:
      'Update or replace the TLS library of the end that went on, and look for code that overrides its verification. Treat the ' +
      'connection as intercepted until the cause is known.',
    products: verifyServers,
  },
  cwe: [347],
  standards: ['RFC 5246 7.4.3', 'RFC 5246 7.4.8', 'RFC 8446 4.4.3', 'RFC 9846', 'RFC 5280 6.1.3'],
  scope: 'hop',
  concerns: 'tls',
};

/** A signature does not verify over the captured bytes, and the peer went on. */
export const invalidHandshakeSignature: Rule = {
  about,
  begin: (context) => ({ connection: (record) => judge(record, context) }),
};

function judge(record: ConnectionRecord, context: RunContext): Answer {
  const session = record.tls!;
  const { signatures, serverVerification, clientVerification } = session;
  if (signatures === null && serverVerification === null && clientVerification === null) return inapplicable;
  const exchange = invalid(signatures?.serverKeyExchange);
  const server = invalid(signatures?.serverCertificateVerify);
  const client = invalid(signatures?.clientCertificateVerify);
  const serverChain = forgedIn(serverVerification, session.serverCertificates, context);
  const clientChain = forgedIn(clientVerification, session.clientCertificates, context);
  if (exchange === null && server === null && client === null && serverChain === null && clientChain === null)
    return clean;
  if (record.gaps.length > 0) return damaged;
  const shown =
    (exchange &&
      sight(record, 'server', exchange.frame, `ServerKeyExchange: ${exchange.because ?? 'does not verify'}`)) ??
    (server &&
      sight(
        record,
        'server',
        server.frame,
        `the server's CertificateVerify: ${server.because ?? 'does not verify'}`,
      )) ??
    (client &&
      sight(
        record,
        'client',
        client.frame,
        `the client's CertificateVerify: ${client.because ?? 'does not verify'}`,
      )) ??
    (serverChain &&
      sight(record, 'server', certificateFrame(record, 'server'), serverChain.detail.replace(/\.$/, ''))) ??
    (clientChain && sight(record, 'client', certificateFrame(record, 'client'), clientChain.detail.replace(/\.$/, '')));
  return shown ?? clean;
}

/** A sighting where the peer of `side` went on; null where it did not. */
function sight(record: ConnectionRecord, side: Side, frame: number, what: string): Sighting | null {
  const session = record.tls!;
  if (acceptanceOf(side, record, session) !== 'accepted') return null;
  const peer = side === 'client' ? 'server' : 'client';
  const data = dataFrame({ state: 'seen', frames: [frame] }, record);
  return {
    answer: 'fires',
    certainty: certaintyOf(side, session),
    frames: data > 0 ? [frame, data] : [frame],
    detail: `The signature in frame ${frame} does not verify (${what}), and the ${peer} went on.`,
  };
}

function invalid(check: SignatureCheck | null | undefined): SignatureCheck | null {
  return check?.result === 'invalid' ? check : null;
}

function certificateFrame(record: ConnectionRecord, side: Side): number {
  const { facts } = record.tls!;
  const fact = side === 'client' ? facts.clientCertificate : facts.serverCertificate;
  return fact.state === 'seen' ? (fact.frames[0] ?? record.firstFrame) : record.firstFrame;
}

/**
 * A certificate that bears a signature which its issuer did not make. Names are not enough to say who the issuer is (a CA may
 * have changed its key, and sample CAs share their names with their servers): an issuer that was shown must have the key identifier
 * that the certificate names.
 */
function forgedIn(
  verdict: ChainVerdict | null,
  shown: readonly string[] | null,
  context: RunContext,
): ChainProblem | null {
  const problem = verdict === null ? null : problemOf(verdict, 'bad-signature');
  if (problem === null || shown === null) return null;
  const named = context.certificate(problem.certificate)?.authorityKeyId ?? null;
  if (named === null) return null;
  const isIssuer = (sha256: string): boolean =>
    sha256 !== problem.certificate && context.certificate(sha256)?.subjectKeyId === named;
  return shown.some(isIssuer) ? problem : null;
}

const damaged: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: 'bytes of the connection are missing, so that the signature may have been read wrongly',
});
