import type { ChainVerdict, ConnectionRecord, HandshakeSignatures, TlsSession } from '../../model/connection-record.js';

/**
 * Whether two records that seem to be of one connection say different things: somebody between the two places changes what
 * passes. Then each is told by itself. What one of them doesn't show contradicts nothing.
 */
export function contradict(a: ConnectionRecord, b: ConnectionRecord): boolean {
  if (a.tls !== null && b.tls !== null) return sessionsDiffer(a.tls, b.tls);
  return a.kind !== b.kind && a.gaps.length === 0 && b.gaps.length === 0 && isWhole(a) && isWhole(b);
}

/** Everything of both directions was there. */
function isWhole({ sawSyn, closed, bytes }: ConnectionRecord): boolean {
  return sawSyn && closed === 'fin' && bytes.client > 0 && bytes.server > 0;
}

function sessionsDiffer(a: TlsSession, b: TlsSession): boolean {
  return (
    differ(a.clientHello?.ja4, b.clientHello?.ja4) ||
    differ(a.clientHello?.serverName, b.clientHello?.serverName) ||
    differ(a.serverHello?.cipherSuite.id, b.serverHello?.cipherSuite.id) ||
    differ(a.serverHello?.version, b.serverHello?.version) ||
    differ(a.serverCertificates?.join(), b.serverCertificates?.join()) ||
    differ(a.clientCertificates?.join(), b.clientCertificates?.join()) ||
    // By clocks years apart the same certificate is valid at one place and expired at the other.
    differ(problemsOf(a.serverVerification), problemsOf(b.serverVerification)) ||
    differ(problemsOf(a.clientVerification), problemsOf(b.clientVerification)) ||
    signaturesDiffer(a.signatures, b.signatures)
  );
}

function problemsOf(verdict: ChainVerdict | null): string | null {
  return verdict === null ? null : verdict.problems.map(({ code, certificate }) => `${code} ${certificate}`).join();
}

function signaturesDiffer(a: HandshakeSignatures | null, b: HandshakeSignatures | null): boolean {
  for (const name of ['serverKeyExchange', 'serverCertificateVerify', 'clientCertificateVerify'] as const) {
    if (resultOf(a, name) * resultOf(b, name) < 0) return true;
  }
  return false;
}

/** 1 = valid, -1 = invalid, 0 = not told. */
function resultOf(signatures: HandshakeSignatures | null, name: keyof HandshakeSignatures): number {
  const result = signatures?.[name]?.result;
  return result === 'valid' ? 1 : result === 'invalid' ? -1 : 0;
}

function differ(a: string | number | null | undefined, b: string | number | null | undefined): boolean {
  return a !== null && a !== undefined && b !== null && b !== undefined && a !== b;
}
