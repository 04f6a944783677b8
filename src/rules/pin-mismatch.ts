import type { ConnectionRecord } from '../model/connection-record.js';
import {
  type Answer,
  clean,
  inapplicable,
  type Rule,
  type RuleJudge,
  type RuleMetadata,
  type RunContext,
  type Unobservable,
} from '../model/rule.js';
import { acceptanceByClient, acceptanceFrames, certaintyOf } from './shared/acceptance.js';

const about: RuleMetadata = {
  kind: 'pin-mismatch',
  severity: 'high',
  title: 'Server shows a key that the policy does not pin',
  meaning:
    "The policy pins public keys for the segment, and none of the certificates in the server's chain holds one of them. It is told " +
    'also where the client did not go on for reasons of its own; a client that refused the chain is what pinning is for.',
  why:
    'A pin says in advance which key a service has. Another key is a renewal that nobody told the policy of, a host that answers in ' +
    'the place of another, or somebody in the path with a certificate that a trusted CA was made to issue.',
  blindSpots: [
    'Without a policy that pins keys there is nothing to judge by, and nothing is said.',
    'TLS 1.3 encrypts certificates: without keys nothing is said. A resumed session shows none.',
    'A pin of a CA that the server leaves out of its chain (a root) is not found.',
  ],
  remediation: {
    general:
      'Find out whose key it is: after a renewal put the new pin (SHA-256 of the SubjectPublicKeyInfo) beside the old one in the ' +
      'policy; otherwise treat the path to the server as not trustworthy until it is explained.',
    products: {},
  },
  cwe: [295],
  standards: ['RFC 7469 2.4'],
  scope: 'hop',
  concerns: 'tls',
};

/** The server's key is none of those that the policy pins. */
export const pinMismatch: Rule = {
  about,
  begin: (context: RunContext): RuleJudge => ({ connection: (record) => judge(record, context) }),
};

function judge(record: ConnectionRecord, context: RunContext): Answer {
  const pins = context.demands(record)?.pins ?? null;
  if (pins === null) return inapplicable;
  const session = record.tls!;
  const shown = session.serverCertificates;
  if (shown === null || shown.length === 0) {
    return session.facts.serverCertificate.state === 'hidden' ? notShown : inapplicable;
  }
  let isWhole = true;
  for (const sha256 of shown) {
    const key = context.publicKey(sha256);
    if (key === null) isWhole = false;
    else if (pins.has(key)) return clean;
  }
  if (!isWhole) return notKept;
  if (acceptanceByClient(record, session) === 'refused') return clean;
  const leaf = context.publicKey(shown[0]!)!;
  return {
    answer: 'fires',
    certainty: certaintyOf('server', session),
    frames: acceptanceFrames('server', record, session),
    detail:
      `The server's key has SHA-256 ${leaf} and its chain of ${shown.length} holds none of the ${pins.size} keys that the policy ` +
      `pins for ${context.demands(record)!.segment}.`,
  };
}

const notShown: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: "the server's certificate can't be read",
});

const notKept: Unobservable = Object.freeze({
  answer: 'unobservable',
  because: "a certificate of the chain could not be kept or read, and its key isn't known",
});
