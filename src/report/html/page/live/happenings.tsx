import { useState } from 'preact/hooks';
import { count } from '../../../quantities.js';
import type { LiveHappening } from '../../live-data.js';
import { Section } from '../parts.js';
import { useView } from '../state.js';
import { Mark, StateTag } from '../words.js';
import type { LivePicture } from './feed.js';
import { Clock, HopLink } from './findings.js';

/** Events that are shown at once. */
const atOnce = 12;

/** Hops that changed their state, and what happened to the sniffing itself; newest first. */
export function HappeningsSection({ happenings, hopById }: Pick<LivePicture, 'happenings' | 'hopById'>) {
  const { printing } = useView();
  const [limit, setLimit] = useState(atOnce);
  const shown = printing ? happenings : happenings.slice(0, limit);
  const rest = happenings.length - shown.length;
  return (
    <Section
      id="events"
      title="Events"
      note="Hops that changed their state, packets lost, interfaces that went and came."
    >
      {happenings.length === 0 ? (
        <p class="none">{hopById.size === 0 ? 'Nothing happened so far.' : 'No hop changed its state so far.'}</p>
      ) : (
        <ol class="happenings" aria-label="Events, newest first">
          {shown.map((happening) => (
            <li key={happening.number}>
              <Clock time={happening.time} />
              <Happening happening={happening} />
            </li>
          ))}
        </ol>
      )}
      {rest > 0 && (
        <button type="button" class="more" onClick={() => setLimit(limit + atOnce)}>
          Show {count(Math.min(rest, atOnce))} more{rest > atOnce ? ` of ${count(rest)}` : ''}
        </button>
      )}
    </Section>
  );
}

/** One event, without its time. */
export function Happening({ happening, ofHop = false }: { happening: LiveHappening; ofHop?: boolean }) {
  if ('text' in happening) {
    return (
      <p>
        <Mark tone="unknown" /> {happening.text}
      </p>
    );
  }
  return (
    <div>
      <p class="change">
        {!ofHop && <HopLink id={happening.hop} />}
        <StateTag state={happening.before} />
        <span aria-hidden="true">→</span>
        <span class="hidden-words">became</span>
        <StateTag state={happening.after} />
      </p>
      <p class="quiet">{happening.why}</p>
    </div>
  );
}
