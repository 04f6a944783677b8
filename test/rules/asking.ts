// Asks one rule about hand-made connections.
import { Places } from '../../src/hops/places.js';
import type { CertificateRecord } from '../../src/model/certificate.js';
import type { ConnectionRecord, TlsSession } from '../../src/model/connection-record.js';
import type { ContentRecord } from '../../src/model/content.js';
import type { Severity } from '../../src/model/finding.js';
import type { Answer, Folded, LateSighting, Rule, RunContext, Sighting, WholeRun } from '../../src/model/rule.js';
import { capture, connection, tlsSession } from '../build/records.js';

/** A run in which nobody expects anything and no certificate is known; `changes` on top. */
export function runContext(changes: Partial<RunContext> = {}): RunContext {
  return { expectsMutual: () => null, certificate: () => null, publicKey: () => null, demands: () => null, ...changes };
}

/** A run context that knows these certificates. */
export function knowing(...certificates: CertificateRecord[]): RunContext {
  return runContext({ certificate: (sha256) => certificates.find((record) => record.sha256 === sha256) ?? null });
}

/** Everything that a run shows at its end; `changes` on top. */
export function wholeRun(changes: Partial<WholeRun> = {}): WholeRun {
  return { hops: [], captures: [capture()], lastTime: '2026-11-21T10:00:05.000000000Z', limits: {}, ...changes };
}

/** What a rule answers to one connection. */
export function ask(rule: Rule, record: ConnectionRecord, context: RunContext = runContext()): Answer {
  return spelled(rule.begin(context).connection!(record, new Places(1_000, 1).of(record)));
}

/** The same with its sentences made. */
function spelled(answer: Answer): Answer {
  if (Array.isArray(answer)) return answer.map((sighting: Sighting) => spelled(sighting) as Sighting);
  if (!('detail' in answer) || typeof answer.detail === 'string') return answer;
  return { ...answer, detail: answer.detail() };
}

/** 'fires', 'clean', 'inapplicable' or 'unobservable'; several sightings are 'fires'. */
export function verdict(rule: Rule, record: ConnectionRecord, context: RunContext = runContext()): string {
  const answer = ask(rule, record, context);
  return 'answer' in answer ? answer.answer : 'fires';
}

/** The sighting of a rule that must fire. */
export function sightingOf(rule: Rule, record: ConnectionRecord, context: RunContext = runContext()): Sighting {
  const answer = ask(rule, record, context);
  if ('answer' in answer && answer.answer === 'fires') return answer;
  if (Array.isArray(answer) && answer.length > 0) return answer[0] as Sighting;
  throw new Error(`${rule.about.kind} did not fire: ${JSON.stringify(answer)}`);
}

/** What a rule says of several connections and the whole. */
export function askAll(
  rule: Rule,
  records: readonly ConnectionRecord[],
  run: WholeRun = wholeRun(),
  context: RunContext = runContext(),
): { answers: Answer[]; late: LateSighting[]; weigh: (finding: Partial<Folded>) => Severity | null } {
  const judge = rule.begin(context);
  const places = new Places(1_000, 1);
  const answers = records.map((record) =>
    spelled(judge.connection?.(record, places.of(record)) ?? ({ answer: 'inapplicable' } as const)),
  );
  const late = [...(judge.finish?.(run) ?? [])];
  return {
    answers,
    late,
    weigh: (finding) =>
      judge.weigh!(
        {
          hop: null,
          client: null,
          server: null,
          certificate: null,
          severity: rule.about.severity,
          certainty: 'observed',
          count: 1,
          ...finding,
        },
        run,
      ),
  };
}

/** A TLS connection whose ServerHello chose this. */
export function chose(
  suite: number,
  version: NonNullable<TlsSession['version']> = 'TLSv1.2',
  changes: Partial<TlsSession> = {},
): ConnectionRecord {
  const session = tlsSession();
  return connection({
    tls: tlsSession({
      version,
      serverHello: { ...session.serverHello!, version, cipherSuite: { id: suite, name: '' } },
      ...changes,
    }),
  });
}

/** The same connection with a client that offers `versions`. */
export function offering(versions: readonly string[], record: ConnectionRecord): ConnectionRecord {
  const hello = record.tls!.clientHello!;
  return {
    ...record,
    tls: {
      ...record.tls!,
      clientHello: {
        ...hello,
        supportedVersions: [...versions],
        legacyVersion: versions.at(-1) ?? hello.legacyVersion,
      },
    },
  };
}

/** Readable content with nothing in it; `changes` on top. */
export function content(changes: Partial<ContentRecord> = {}): ContentRecord {
  return {
    decrypted: false,
    requestCount: 0,
    requests: [],
    credentials: [],
    logins: [],
    servedWithoutLogin: [],
    material: [],
    identities: [],
    forwarding: [],
    greeting: null,
    inspection: { client: { octets: 100, ended: null }, server: { octets: 100, ended: null } },
    ...changes,
  };
}
