import { severities } from '../../../../model/finding.js';
import { hopStates } from '../../../../model/hop.js';
import { count, countOf, duration, size } from '../../../quantities.js';
import type { LiveState } from '../../live-data.js';
import { Grade } from '../answer.js';
import { Chip } from '../parts.js';
import { toggled, useView } from '../state.js';
import { clockText, Mark, stateWords } from '../words.js';
import type { LivePicture } from './feed.js';
import { Rates } from './rates.js';

/** Seconds after which it is worth a word that packets are read late. */
const longLag = 2;

interface Props {
  /** What is shown, and what there is. */
  picture: LivePicture;
  latest: LivePicture;
  paused: boolean;
  pause(paused: boolean): void;
  connect(): void;
}

/** The answer so far, how the page and the analyzer stand, and the rates. */
export function LiveAnswer({ picture, latest, paused, pause, connect }: Props) {
  const { filters, setFilters } = useView();
  const { state, hops, samples } = picture;
  const states = hopStates.map((one) => ({ state: one, part: hops.filter(({ mtls }) => mtls === one).length }));
  const found = states.filter(({ part }) => part > 0);
  const silent = state?.interfaces.filter(({ sniffing }) => !sniffing) ?? [];
  return (
    <section id="answer" aria-labelledby="answer-title" class="answer">
      <Grade grade={state?.grade ?? null} score={state?.score ?? null} />
      <div class="said">
        <div class="connection-line">
          <ConnectionWords picture={latest} />
          {latest.connection === 'ended' && (
            <button type="button" onClick={connect}>
              Connect again
            </button>
          )}
          {(latest.connection !== 'ended' || paused) && (
            <button type="button" aria-pressed={paused} onClick={() => pause(!paused)}>
              {paused ? 'Go on' : 'Pause'}
            </button>
          )}
        </div>
        <h1 id="answer-title">
          {state?.grade != null && <span class="hidden-words">Grade {state.grade}. </span>}
          {state?.sentence ?? 'Waiting for the first connection.'}
        </h1>
        {paused && <p class="warning">{pausedWords(picture, latest)}</p>}
        {silent.length > 0 && latest.connection === 'live' && (
          <p class="warning">
            <Mark tone="cleartext" /> {silent.map(({ name }) => name).join(', ')}: not sniffed at the moment. What
            passes there isn’t seen.
          </p>
        )}
        {hops.length > 0 && (
          <div class="states">
            <div class="division" aria-hidden="true">
              {found.map(({ state: one, part }) => (
                <span key={one} class={`part ${one}`} style={{ flexGrow: String(part) }} />
              ))}
            </div>
            <div class="chips" role="group" aria-label="Hops by state">
              <span class="chips-name">{countOf(hops.length, 'hop')}</span>
              {found.map(({ state: one, part }) => (
                <Chip
                  key={one}
                  tone={one}
                  on={filters.states.has(one)}
                  onToggle={() => setFilters({ states: toggled(filters.states, one) })}
                >
                  <Mark tone={one} />
                  {count(part)} {stateWords[one]}
                </Chip>
              ))}
            </div>
          </div>
        )}
        {state !== null && <SeverityChips findings={state.findings} />}
        {state !== null && <p class="source">{sourceText(state)}</p>}
      </div>
      <Rates samples={samples} state={state} />
    </section>
  );
}

function SeverityChips({ findings }: Pick<LiveState, 'findings'>) {
  const { filters, setFilters } = useView();
  const present = severities.filter((severity) => findings[severity] > 0);
  if (present.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label="Findings by severity">
      <span class="chips-name">
        {countOf(
          present.reduce((sum, severity) => sum + findings[severity], 0),
          'finding',
        )}
      </span>
      {present.map((severity) => (
        <Chip
          key={severity}
          tone={severity}
          on={filters.severities.has(severity)}
          onToggle={() => setFilters({ severities: toggled(filters.severities, severity) })}
        >
          {count(findings[severity])} {severity}
        </Chip>
      ))}
    </div>
  );
}

function ConnectionWords({ picture: { connection, since } }: Pick<Props, 'picture'>) {
  const at = clockText(since).slice(0, 8);
  const words = {
    waiting: 'Connecting to the analyzer …',
    live: 'Live',
    lost: `Connection to the analyzer lost at ${at}, trying again. What is shown is from before.`,
    ended: `The analyzer ended at ${at}. This is what it knew last.`,
  };
  return (
    <p class={`connection ${connection}`} role="status">
      <span class="dot" aria-hidden="true" />
      {words[connection]}
    </p>
  );
}

function pausedWords(picture: LivePicture, latest: LivePicture): string {
  const newest = picture.findings[0]?.number ?? 0;
  const more = latest.findings.filter(({ number }) => number > newest).length;
  return `Paused. ${more === 0 ? 'No new finding since.' : `${countOf(more, 'new finding')} since.`}`;
}

function sourceText({ seconds, interfaces, memory, lagSeconds, written }: LiveState): string {
  const names = interfaces.map(({ name }) => (name === '-' ? 'standard input' : name)).join(', ');
  const parts = [`${names}, for ${duration(seconds)}`];
  if (lagSeconds !== null && lagSeconds >= longLag)
    parts.push(`packets read ${duration(lagSeconds)} after they passed`);
  parts.push(`${size(memory)} of memory`);
  if (written !== null) {
    parts.push(
      `${count(written.packets)} kept${written.lost === 0 ? '' : `, ${count(written.lost)} could not be kept`}`,
    );
  }
  return parts.join(' · ');
}
