import * as barewire from '../index.js';
import { UsageError } from './exit-codes.js';

/** The options that say what is meant, and how hosts are called. */
export interface IntentOptions {
  policy?: string;
  profile?: readonly string[];
  hosts?: readonly string[];
}

/** What they come to: options of an analysis. */
export interface Intent {
  policy?: barewire.LoadedPolicy;
  profiles?: readonly barewire.Profile[];
  hostNames?: readonly barewire.HostName[];
}

/** Reads the files that the options name. Throws a UsageError with a line for everything that is wrong with them. */
export async function readIntent({ policy, profile, hosts }: IntentOptions): Promise<Intent> {
  const intent: Intent = {};
  if (profile !== undefined) intent.profiles = profile.map(profileNamed);
  try {
    if (policy !== undefined) intent.policy = await barewire.loadPolicy(policy);
    if (hosts !== undefined) {
      const names: barewire.HostName[] = [];
      for (const path of hosts) for (const name of await barewire.readHostsFile(path)) names.push(name);
      intent.hostNames = names;
    }
  } catch (thrown) {
    if (thrown instanceof barewire.PolicyFileError || thrown instanceof barewire.HostsFileError) {
      throw new UsageError(thrown.message, { cause: thrown });
    }
    throw thrown;
  }
  const lonely = intent.profiles?.find(({ tag }) => tag !== null && !hasTag(intent.policy, tag));
  if (lonely !== undefined) {
    throw new UsageError(
      `--profile ${lonely.name} is judged only on segments with tags: [${lonely.tag}] in the policy, and there are none`,
    );
  }
  return intent;
}

function profileNamed(name: string): barewire.Profile {
  const found = barewire.profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `--profile ${name} is not one of ${barewire.profiles.map((profile) => profile.name).join(', ')}`,
  );
}

function hasTag(loaded: barewire.LoadedPolicy | undefined, tag: string): boolean {
  return loaded?.policy.segments.some(({ tags }) => tags.includes(tag)) ?? false;
}
