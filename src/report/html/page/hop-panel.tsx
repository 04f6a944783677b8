import { count, countOf } from '../../quantities.js';
import { hopName } from './hop-map.js';
import { HopStory } from './hop-story.js';
import { Panel } from './panel-frame.js';
import { Facts } from './parts.js';
import { linkTo, usePage } from './state.js';
import type { PageHop } from './view.js';
import { SeverityBadge, StateTag } from './words.js';

/** Entries of each list that are shown. */
const maxShown = 40;

/** A hop: its state and why, its way over proxies, findings and flows. */
export function HopPanel({ hop }: { hop: PageHop }) {
  const { report, setFilters } = usePage();
  return (
    <Panel title={hopName(hop)} kind="hop">
      <HopStory hop={hop} most={maxShown} HopLink={HopLink} />
      {hop.findings.length > 0 && (
        <>
          <h3>Findings</h3>
          <ul class="short-findings">
            {hop.findings.slice(0, maxShown).map((finding) => (
              <li key={finding.anchor}>
                <SeverityBadge severity={finding.severity} /> <a href={linkTo(finding.anchor)}>{finding.title}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Flows</h3>
      <p>
        {hop.flows.slice(0, maxShown).map((id, at) => (
          <span key={id}>
            {at > 0 && ', '}
            <a href={linkTo(`flow-${id}`)}>{id}</a>
          </span>
        ))}
        {hop.flowCount > Math.min(hop.flows.length, maxShown) && `, … ${countOf(hop.flowCount, 'flow')}`}
      </p>
      <p>
        <button
          type="button"
          class="more"
          onClick={() => {
            setFilters({ hop: hop.id });
            document.getElementById('flows')?.scrollIntoView();
          }}
        >
          List only these flows
        </button>
      </p>
      <Facts
        facts={[
          ['Speaks', [...hop.versions, ...hop.protocols].join(', ') || '–'],
          ['From', `${hop.startTime.slice(0, 19).replace('T', ' ')} UTC, frame ${count(hop.firstFrame)}`],
          ['To', `${hop.endTime.slice(0, 19).replace('T', ' ')} UTC`],
          ['Hop', <code>{hop.id}</code>],
        ]}
      />
      {report.flowsLeftOut > 0 && <p class="note">Flows that the page does not hold are not counted here.</p>}
    </Panel>
  );
}

function HopLink({ id }: { id: string }) {
  const { report } = usePage();
  const hop = report.hopById.get(id);
  if (hop === undefined) return <code>{id}</code>;
  return (
    <>
      <a href={linkTo(hop.anchor)}>{id.replace('->', ' → ')}</a> <StateTag state={hop.mtls} />
    </>
  );
}
