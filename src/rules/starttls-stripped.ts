import { formatEndpoint } from '../base/address.js';
import type { ConnectionRecord } from '../model/connection-record.js';
import type { Answer, LateSighting, Rule } from '../model/rule.js';
import { clean, inapplicable } from '../model/rule.js';
import { maxWaiting } from './bounds.js';
import { requireUpgrade, requireUpgradeInClients } from './starttls-remedies.js';
import { upgradeText } from './upgrade-text.js';

/** A dialogue in which an upgrade was, or was not, offered. */
interface Dialogue {
  id: number;
  capture: number;
  clientIp: string;
  serverIp: string;
  server: string;
  greeting: string;
  mechanism: string;
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
      'Hops are joined by the greeting of the server and by time.',
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
    const withheld: Dialogue[] = [];
    return {
      connection(record): Answer {
        const { upgrade } = record;
        if (upgrade === null) return inapplicable;
        if (upgrade.outcome === 'stripped') {
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
        if (upgrade.outcome === 'not-offered') note(withheld, record);
        else if (upgrade.offeredFrame !== null) note(offered, record);
        return clean;
      },
      finish: () => joined(withheld, offered),
    };
  },
};

function note(dialogues: Dialogue[], record: ConnectionRecord): void {
  const { upgrade, content, client, server } = record;
  if (upgrade === null || content === null || content.greeting === null || dialogues.length >= maxWaiting) return;
  dialogues.push({
    id: record.id,
    capture: record.capture,
    clientIp: client.ip,
    serverIp: server.ip,
    server: formatEndpoint(server.ip, server.port),
    greeting: content.greeting,
    mechanism: upgrade.mechanism,
    frame: upgrade.offeredFrame ?? upgrade.wentOnFrame ?? record.firstFrame,
    begins: Date.parse(record.startTime),
    ends: Date.parse(record.endTime),
  });
}

/** Front legs without the offer whose back leg, from the host in between, had it: the same greeting at the same time. */
function* joined(withheld: readonly Dialogue[], offered: readonly Dialogue[]): Generator<LateSighting> {
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
    const back = byClient.get(front.serverIp)?.find((other) => isBehind(front, other));
    if (back === undefined) continue;
    told.add(hop);
    yield {
      answer: 'fires',
      certainty: 'inferred',
      frames: back.capture === front.capture ? [front.frame, back.frame] : [front.frame],
      detail: `${front.mechanism} is missing here, and ${back.server} offered it to ${back.clientIp} with the same greeting at the same time (connection ${back.id}, frame ${back.frame}).`,
      capture: front.capture,
      flows: [front.id, back.id],
      count: 1,
      client: front.clientIp,
      server: front.server,
    };
  }
}

function isBehind(front: Dialogue, back: Dialogue): boolean {
  return (
    back.greeting === front.greeting &&
    back.mechanism === front.mechanism &&
    back.server !== front.server &&
    back.begins <= front.ends &&
    front.begins <= back.ends
  );
}
