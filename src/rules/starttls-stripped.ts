import { formatEndpoint } from '../base/address.js';
import { type Clocks, oneClock } from '../model/clock.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { CredentialRecord, UpgradeRecord } from '../model/content.js';
import type { Hop } from '../model/hop.js';
import { hopIdOf } from '../model/hop-id.js';
import type { Answer, LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxRememberedPairs, maxWaiting } from './shared/bounds.js';
import { requireUpgrade, requireUpgradeInClients } from './shared/starttls-remedies.js';
import { upgradeText } from './shared/upgrade-text.js';

/** A dialogue in which an upgrade was, or was not, offered. */
interface Dialogue {
  id: number;
  capture: number;
  clientIp: string;
  serverIp: string;
  server: string;
  hop: string;
  greeting: string | null;
  /** Length and digest of the first secret that the client showed; null without one. */
  secret: string | null;
  mechanism: string;
  outcome: UpgradeRecord['outcome'];
  frame: number;
  /** Milliseconds since 1970. */
  begins: number;
  ends: number;
}

/** Something in the path took the offer of TLS away. */
export const starttlsStripped: Rule = {
  about: {
    kind: 'starttls-stripped',
    severity: 'critical',
    title: 'Offer of TLS removed in the path',
    meaning:
      'The offer to upgrade to TLS was overwritten or removed on its way to the client: the bytes show it, or the same server was seen to offer it behind the host that the client speaks to.',
    why: 'Somebody in the path keeps the session in cleartext and reads it, passwords included. Some firewalls do the same in the name of inspection.',
    blindSpots: [
      'A removed offer leaves no trace on one hop: it takes both sides of the device, or an overwritten line.',
      'Hops are joined by time, and by the name in the greeting of the server, a password that crosses both, or what all of them carry.',
    ],
    remediation: {
      general: `Find the device between the two hops. ${requireUpgrade}`,
      products: requireUpgradeInClients,
    },
    cwe: [757],
    standards: ['RFC 3207 §6', 'RFC 8314 §3'],
    scope: 'hop',
    concerns: 'cleartext',
  },
  begin: () => {
    const offered: Dialogue[] = [];
    /** Those whose request for TLS was overwritten. */
    const asked: Dialogue[] = [];
    const withheld: Dialogue[] = [];
    return {
      connection(record): Answer {
        const { upgrade } = record;
        if (upgrade === null) return inapplicable;
        if (upgrade.outcome === 'stripped') {
          note(asked, record);
          const frames = [upgrade.offeredFrame, upgrade.answeredFrame, upgrade.wentOnFrame].filter(
            (frame) => frame !== null,
          );
          const detail = upgradeText(upgrade);
          return {
            answer: 'fires',
            certainty: 'observed',
            frames: frames.length > 0 ? frames : [record.firstFrame],
            detail,
          };
        }
        if (upgrade.outcome === 'not-offered' || (upgrade.outcome === 'refused' && upgrade.wentOnFrame !== null)) {
          note(withheld, record);
        }
        if (upgrade.offeredFrame !== null) note(offered, record);
        return clean;
      },
      finish: ({ hops, clocks = oneClock }) => joined(withheld, [...offered, ...asked], pathsOf(hops), clocks),
    };
  },
};

function note(dialogues: Dialogue[], record: ConnectionRecord): void {
  const { upgrade, content, client, server } = record;
  if (upgrade === null || content === null || dialogues.length >= maxWaiting) return;
  dialogues.push({
    id: record.id,
    capture: record.capture,
    clientIp: client.ip,
    serverIp: server.ip,
    server: formatEndpoint(server.ip, server.port),
    hop: hopIdOf(record),
    greeting: content.greeting,
    secret: secretOf(content.credentials),
    mechanism: upgrade.mechanism,
    outcome: upgrade.outcome,
    frame: upgrade.offeredFrame ?? upgrade.wentOnFrame ?? record.firstFrame,
    begins: Date.parse(record.startTime),
    ends: Date.parse(record.endTime),
  });
}

function secretOf(credentials: readonly CredentialRecord[]): string | null {
  for (const { from, length, sha256Prefix } of credentials) {
    if (from === 'client' && sha256Prefix !== null) return `${length} ${sha256Prefix}`;
  }
  return null;
}

/** Hops in front of others, as `back front`. */
function pathsOf(hops: readonly Hop[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { id, forwardedFrom } of hops) {
    for (const { hop } of forwardedFrom) if (paths.size < maxRememberedPairs) paths.add(`${id} ${hop}`);
  }
  return paths;
}

/**
 * Front legs without the offer whose back leg, from the host in between, had it, and front legs whose question was refused
 * though it never crossed the back leg: of one path, at the same time.
 */
function* joined(
  withheld: readonly Dialogue[],
  offered: readonly Dialogue[],
  paths: ReadonlySet<string>,
  clocks: Clocks,
): Generator<LateSighting> {
  const byClient = new Map<string, Dialogue[]>();
  for (const dialogue of offered) {
    const known = byClient.get(dialogue.clientIp);
    if (known === undefined) byClient.set(dialogue.clientIp, [dialogue]);
    else known.push(dialogue);
  }
  const told = new Set<string>();
  for (const front of withheld) {
    const hop = `${front.clientIp}->${front.server}`;
    if (told.has(hop)) continue;
    const back = nearestBehind(front, byClient.get(front.serverIp) ?? [], paths, clocks);
    if (back === null) continue;
    told.add(hop);
    yield {
      answer: 'fires',
      certainty: 'inferred',
      frames: back.capture === front.capture ? [front.frame, back.frame] : [front.frame],
      detail: detailOf(front, back),
      capture: front.capture,
      flows: [front.id, back.id],
      count: 1,
      client: front.clientIp,
      server: front.server,
    };
  }
}

/** The one that began most nearly with the front leg. */
function nearestBehind(
  front: Dialogue,
  candidates: readonly Dialogue[],
  paths: ReadonlySet<string>,
  clocks: Clocks,
): Dialogue | null {
  let nearest: Dialogue | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const back of candidates) {
    const ahead = millisecondsAhead(back, front, clocks);
    if (ahead === null || !isBehind(front, back, ahead) || !isOfOnePath(front, back, paths)) continue;
    const apart = Math.abs(back.begins - ahead - front.begins);
    if (nearest !== null && apart >= least) continue;
    nearest = back;
    least = apart;
  }
  return nearest;
}

function detailOf(front: Dialogue, back: Dialogue): string {
  const sign = back.greeting !== null && back.greeting === front.greeting ? 'with the same greeting ' : '';
  const greeting = `${sign}at the same time (connection ${back.id}, frame ${back.frame})`;
  if (front.outcome === 'refused') {
    return `${front.mechanism} was asked for and refused here, and it did not arrive at ${back.server}, which ${back.clientIp} spoke to ${greeting}.`;
  }
  return `${front.mechanism} is missing here, and ${back.server} offered it to ${back.clientIp} ${greeting}.`;
}

/** By how much the clock that one was captured by runs ahead of the other's; null = their times can't be compared. */
function millisecondsAhead(one: Dialogue, other: Dialogue, clocks: Clocks): number | null {
  const ofOne = clocks(one.capture);
  const ofOther = clocks(other.capture);
  return ofOne.domain === ofOther.domain ? (ofOne.offset - ofOther.offset) * 1000 : null;
}

/**
 * A refusal is the path's where the server behind never heard the question. Times of the back leg are `ahead` milliseconds ahead.
 */
function isBehind(front: Dialogue, back: Dialogue, ahead: number): boolean {
  const refusedItself = back.outcome === 'refused' || back.outcome === 'taken';
  return (
    !(front.outcome === 'refused' && refusedItself) &&
    back.mechanism === front.mechanism &&
    back.server !== front.server &&
    back.begins - ahead <= front.ends &&
    front.begins <= back.ends - ahead
  );
}

/** Servers that call themselves differently are two; else their name tells, what both legs carry, or how the hops were joined. */
function isOfOnePath(front: Dialogue, back: Dialogue, paths: ReadonlySet<string>): boolean {
  if (front.greeting !== null && back.greeting !== null) return front.greeting === back.greeting;
  // A tunnel that somebody set up takes the offer in the client's place.
  if (back.outcome === 'taken') return false;
  return (front.secret !== null && front.secret === back.secret) || paths.has(`${back.hop} ${front.hop}`);
}
