import type * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';
import { type IntentOptions, readIntent } from './intent.js';

/** Reads the policy of a run of live sniffing again. One that can't be used is told in one line, and the old one stays. */
export async function readPolicyAgain(
  { policy, profile }: IntentOptions,
  analysis: barewire.LiveAnalysis,
): Promise<void> {
  if (policy === undefined) return;
  try {
    const intent = await readIntent({ policy, ...(profile && { profile }) });
    if (intent.policy !== undefined) analysis.adoptPolicy(intent.policy);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    const [first, ...others] = thrown.message.split('\n');
    const more = others.length === 0 ? '' : ` (and ${others.length} more: analyze policy check ${policy})`;
    analysis.notice(`the policy stays as it was: ${first}${more}`);
  }
}
