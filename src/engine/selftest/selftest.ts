// `analyze selftest`: handshakes whose truth is known, made with the TLS stacks of this machine, against our own verdicts on them.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientAuth, ConnectionRecord } from '../../model/connection-record.js';
import { analyze } from '../analyze.js';
import { type HandshakePlan, makeHandshake, selftestName, writeCertificates } from './handshakes.js';
import { recordedPort } from './recording-relay.js';
import { makeThrowawayCertificates } from './throwaway-certificates.js';

/** What came of one verdict. */
export type SelftestOutcome = 'right' | 'wrong' | "can't tell";

/** One handshake and what was said of it, without keys and with them. */
export interface SelftestResult {
  plan: HandshakePlan;
  withoutKeys: SelftestOutcome;
  withKeys: SelftestOutcome;
  /** What was said instead, or why the handshake could not be made; null where all is right. */
  trouble: string | null;
}

/** A whole self-test. */
export interface Selftest {
  /** 'Node 20.20.2 (OpenSSL 3.0.17)', and OpenSSL's own line; null where it is not installed. */
  stacks: { node: string; openssl: string | null };
  results: SelftestResult[];
}

/** Runs the self-test; `onResult` hears of each handshake as it is judged. Throws where the machine has no temporary folder. */
export async function selftest(onResult?: (result: SelftestResult) => void): Promise<Selftest> {
  const openssl = opensslVersion();
  const folder = await mkdtemp(join(tmpdir(), 'barewire-selftest-'));
  try {
    const certificates = makeThrowawayCertificates(selftestName, new Date());
    await writeCertificates(certificates, folder);
    const results: SelftestResult[] = [];
    for (const plan of plans(openssl !== null)) {
      const result = await judge(plan, folder, () => makeHandshake(plan, certificates, folder));
      results.push(result);
      onResult?.(result);
    }
    const node = `Node ${process.versions.node} (OpenSSL ${process.versions.openssl})`;
    return { stacks: { node, openssl }, results };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function opensslVersion(): string | null {
  const result = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
}

function plans(hasOpenssl: boolean): HandshakePlan[] {
  const peers = hasOpenssl
    ? (['Node to Node', 'Node to OpenSSL', 'OpenSSL to Node'] as const)
    : (['Node to Node'] as const);
  return peers.flatMap((pair) =>
    (['TLSv1.2', 'TLSv1.3'] as const).flatMap((version) =>
      (['none', 'optional', 'required'] as const).flatMap((policy) =>
        [true, false].map((presents) => ({ peers: pair, version, policy, presents })),
      ),
    ),
  );
}

async function judge(
  plan: HandshakePlan,
  folder: string,
  make: () => ReturnType<typeof makeHandshake>,
): Promise<SelftestResult> {
  try {
    const { capture, keyLog } = await make();
    const path = join(folder, 'capture.pcap');
    const keys = join(folder, 'keys.log');
    await writeFile(path, capture);
    await writeFile(keys, keyLog);
    const closed = compare(plan, await recordOf(path, []));
    const open = compare(plan, await recordOf(path, [keys]));
    const troubles = [
      closed.trouble && `without keys: ${closed.trouble}`,
      open.trouble && `with keys: ${open.trouble}`,
    ];
    const trouble = troubles.filter((text) => text !== null).join('; ') || null;
    return { plan, withoutKeys: closed.outcome, withKeys: open.outcome, trouble };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      plan,
      withoutKeys: "can't tell",
      withKeys: "can't tell",
      trouble: `the handshake was not made: ${reason}`,
    };
  }
}

async function recordOf(path: string, keylogs: readonly string[]): Promise<ConnectionRecord | null> {
  let found: ConnectionRecord | null = null;
  const flow = (record: ConnectionRecord): void => {
    if (record.server.port === recordedPort) found = record;
  };
  await analyze({ inputs: [path], keylogs, sink: { flow, end: () => {} } });
  return found;
}

/** The truth: what the client was asked and did, and what the server then may have done. */
function truth({ policy, presents }: HandshakePlan): {
  status: ClientAuth['status'];
  outcomes: ClientAuth['outcome'][];
} {
  if (policy === 'none') return { status: 'not-requested', outcomes: ['accepted'] };
  const refused = policy === 'required' && !presents;
  // A server may close without a word; whether it was a refusal then shows in nothing but the silence.
  return { status: presents ? 'presented' : 'declined', outcomes: refused ? ['rejected', 'dropped'] : ['accepted'] };
}

function compare(
  plan: HandshakePlan,
  record: ConnectionRecord | null,
): { outcome: SelftestOutcome; trouble: string | null } {
  const said = record?.tls?.clientAuth;
  if (said === undefined) return { outcome: 'wrong', trouble: 'no TLS was found' };
  const { status, outcomes } = truth(plan);
  const isRight = said.status === status && outcomes.includes(said.outcome);
  if (isRight) return { outcome: 'right', trouble: null };
  const isOpen = said.status === 'unknown' || (said.status === status && said.outcome === 'unknown');
  return { outcome: isOpen ? "can't tell" : 'wrong', trouble: `${said.status}, ${said.outcome} (${said.basis})` };
}
