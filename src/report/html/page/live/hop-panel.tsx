import { hopName } from '../hop-map.js';
import { HopStory } from '../hop-story.js';
import { Panel } from '../panel-frame.js';
import { Facts } from '../parts.js';
import { SeverityBadge } from '../words.js';
import type { LivePicture, ShownHop } from './feed.js';
import { Clock, HopLink } from './findings.js';
import { Happening } from './happenings.js';

/** Entries of each list that are shown. */
const maxShown = 20;

/** A hop: its state and why, its way over proxies, and what was told of it. */
export function LiveHopPanel({ hop, picture }: { hop: ShownHop; picture: LivePicture }) {
  const findings = picture.findings.filter((finding) => finding.hop === hop.id).slice(0, maxShown);
  const changes = picture.happenings.filter((one) => 'hop' in one && one.hop === hop.id).slice(0, maxShown);
  return (
    <Panel title={hopName(hop)} kind="hop">
      <HopStory hop={hop} most={maxShown} HopLink={HopLink} />
      {findings.length > 0 && (
        <>
          <h3>Findings</h3>
          <ul class="short-findings">
            {findings.map((finding) => (
              <li key={finding.number}>
                <SeverityBadge severity={finding.severity} /> <span>{finding.title}</span> <Clock time={finding.time} />
              </li>
            ))}
          </ul>
        </>
      )}
      {changes.length > 0 && (
        <>
          <h3>Changes</h3>
          <ol class="happenings">
            {changes.map((change) => (
              <li key={change.number}>
                <Clock time={change.time} />
                <Happening happening={change} ofHop />
              </li>
            ))}
          </ol>
        </>
      )}
      <Facts
        facts={[
          ['Speaks', [...hop.versions, ...hop.protocols].join(', ') || '–'],
          ['So since', hop.since === null ? '–' : `${hop.since.slice(0, 19).replace('T', ' ')} UTC`],
          ['Hop', <code>{hop.id}</code>],
        ]}
      />
    </Panel>
  );
}
