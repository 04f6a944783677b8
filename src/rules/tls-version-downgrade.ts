import type { ConnectionRecord } from '../model/connection-record.js';
import { hopIdOf } from '../model/hop-id.js';
import type { Answer, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxRememberedPairs, remember } from './shared/bounds.js';
import { finished } from './shared/handshake-end.js';
import { isBrokenOff } from './shared/tls-progress.js';
import { versionFloor } from './shared/tls-remedies.js';
import { highestOffer, spokenVersion, versionRank } from './shared/version-order.js';

/** A program that falls back does so at once; a minute leaves room for its time-outs. */
const retrySeconds = 60;

/** Attempts of one dance that are listed: there are no more versions. */
const maxAttempts = 6;

/** Handshakes of one client with one server that were broken off, until one succeeds. */
interface Failures {
  /** The best offer among them. */
  offer: string;
  hellos: number[];
  /** When the last one began, RFC 3339. */
  began: string;
  capture: number;
}

/** A client came down to a lower version because higher ones failed. */
export const tlsVersionDowngrade: Rule = {
  about: {
    kind: 'tls-version-downgrade',
    severity: 'high',
    title: 'Client was brought down to a lower version',
    meaning:
      'One client, one server: a handshake was broken off, the client tried again with a lower highest version, and that handshake succeeded.',
    why: 'Whoever can reset connections chooses the version: the client gives up the protection of the better one without being asked (POODLE worked like that).',
    blindSpots: [
      'A server that cannot bear newer versions looks the same as an attacker that resets connections.',
      'Two programs on one host may look like one that retries; the server name, the order and the time between must fit.',
      'Attempts before the capture began.',
    ],
    remediation: {
      general:
        'Remove fallback from the client (no library in support has it), and mend or replace the server or middlebox that breaks handshakes with newer versions.',
      products: versionFloor,
    },
    cwe: [757],
    standards: ['RFC 7507', 'RFC 9325 §3.1.1'],
    scope: 'hop',
    concerns: 'tls',
  },
  begin: () => {
    const pairs = new Map<string, Failures>();
    return {
      connection(record): Answer {
        const { tls } = record;
        if (tls === null || tls.clientHello === null) return inapplicable;
        const complete = finished(tls);
        if (complete && pairs.size === 0) return clean;
        if (!complete && !isBrokenOff(record)) return inapplicable;
        const { clientHello } = tls;
        const key = `${hopIdOf(record)} ${clientHello.serverName ?? ''}`;
        const failures = pairs.get(key);
        if (!complete) {
          remember(
            pairs,
            key,
            withFailure(failures, record, clientHello.frame, highestOffer(clientHello)),
            maxRememberedPairs,
          );
          return clean;
        }
        if (failures === undefined) return clean;
        pairs.delete(key);
        const offer = highestOffer(clientHello);
        if (versionRank(offer) >= versionRank(failures.offer)) return clean;
        if (!isSoon(failures.began, record.startTime)) return clean;
        const taken = tls.serverHello?.version ?? tls.version ?? offer;
        const frames = failures.capture === record.capture ? [...failures.hellos] : [];
        frames.push(clientHello.frame);
        if (tls.serverHello !== null) frames.push(tls.serverHello.frame);
        const tries = failures.hellos.length === 1 ? 'A handshake' : `${failures.hellos.length} handshakes`;
        const detail = `${tries} with up to ${spokenVersion(failures.offer)} failed; the client tried again with up to ${spokenVersion(offer)} and got ${spokenVersion(taken)}.`;
        return { answer: 'fires', certainty: 'observed', frames, detail };
      },
    };
  },
};

function withFailure(before: Failures | undefined, record: ConnectionRecord, hello: number, offer: string): Failures {
  const { capture, startTime: began } = record;
  // What failed long ago, or in another file, was another story.
  if (before === undefined || before.capture !== capture || !isSoon(before.began, began)) {
    return { offer, hellos: [hello], began, capture };
  }
  if (versionRank(offer) > versionRank(before.offer)) before.offer = offer;
  if (before.hellos.length < maxAttempts) before.hellos.push(hello);
  before.began = began;
  return before;
}

function isSoon(earlier: string, later: string): boolean {
  return Date.parse(later) - Date.parse(earlier) <= retrySeconds * 1000;
}
