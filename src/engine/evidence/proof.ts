// Whether a file of evidence shows its finding by itself: it is analysed again, as anybody may.
import type { Finding } from '../../model/finding.js';
import { type AnalyzeOptions, analyze } from '../analyze.js';
import type { EvidenceFinding, PayloadShown } from './manifest.js';

/** What an analysis is told besides its inputs. */
export type Judged = Omit<AnalyzeOptions, 'inputs' | 'sink' | 'onProgress' | 'onWarning' | 'signal'>;

/** What the file was made of, for who wants to know why it does not show enough. */
export interface Made {
  payload: PayloadShown;
  isDecrypted: boolean;
  hasKeylogs: boolean;
}

/** What a finding is known by. */
type Subject = Pick<EvidenceFinding, 'kind' | 'severity' | 'certainty' | 'hop' | 'client' | 'server'>;

/** Analyses a file of evidence; null = its finding is found in it again, else why not. */
export async function whyNotFoundAgain(
  path: string,
  finding: Subject,
  options: Judged,
  made: Made,
): Promise<string | null> {
  const found: Finding[] = [];
  const take = (other: Finding): void => {
    if (other.kind === finding.kind) found.push(other);
  };
  await analyze({ ...options, inputs: [path], sink: { finding: take, end() {} } });
  const same = found.filter(
    ({ hop, client, server }) => hop === finding.hop && client === finding.client && server === finding.server,
  );
  const { severity, certainty } = finding;
  if (same.some((other) => other.severity === severity && other.certainty === certainty)) return null;
  const [other] = same;
  if (other !== undefined) {
    return `the file shows it as ${other.severity} and ${other.certainty}, not as ${severity} and ${certainty}: ${reasonOf(made)}`;
  }
  return reasonOf(made);
}

function reasonOf({ payload, isDecrypted, hasKeylogs }: Made): string {
  if (payload === 'headers') return 'names, certificates and payload are cut, as hosts are replaced';
  if (isDecrypted && !hasKeylogs)
    return 'it rests on keys that the capture itself carries, and evidence never holds keys';
  if (payload === 'stripped') return 'the payload that shows it is cut';
  return 'it rests on more packets or other connections than the file may hold, or on octets that are masked';
}
