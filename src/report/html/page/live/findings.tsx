import { useEffect, useRef, useState } from 'preact/hooks';
import { count, countOf } from '../../../quantities.js';
import { type LiveFinding, maxLiveFindings } from '../../live-data.js';
import { Copyable, Section } from '../parts.js';
import { linkTo, useView } from '../state.js';
import { SeverityBadge } from '../words.js';

/** Findings that are shown at once. */
const atOnce = 10;

/** Findings that are added when more are asked for. */
const atATime = 30;

/** New findings are announced this often at most, as whoever listens must be let finish. Milliseconds. */
const announcePause = 6_000;

/** Findings as they were told, newest first. */
export function FindingsSection({ findings, total }: { findings: readonly LiveFinding[]; total: number }) {
  const { printing } = useView();
  const [limit, setLimit] = useState(atOnce);
  const shown = findings.slice(0, printing ? maxLiveFindings : limit);
  const rest = findings.length - shown.length;
  const of = findings.length === total ? '' : ` of ${count(total)}`;
  const held = total === maxLiveFindings ? ' The page holds no more than that.' : '';
  return (
    <Section
      id="findings"
      title="Findings"
      note={`${count(findings.length)}${of} as they were told, the newest first.${held}`}
    >
      <Announcer findings={findings} />
      {findings.length === 0 && <p class="none">{total === 0 ? 'Nothing was found so far.' : 'No finding matches.'}</p>}
      <ol class="told" aria-label="Findings, newest first">
        {shown.map((finding) => (
          <Finding key={finding.number} finding={finding} />
        ))}
      </ol>
      {rest > 0 && (
        <button type="button" class="more" onClick={() => setLimit(limit + atATime)}>
          Show {count(Math.min(rest, atATime))} more{rest > atATime ? ` of ${count(rest)}` : ''}
        </button>
      )}
    </Section>
  );
}

const whyWords = { new: '', raised: 'more severe than before', repeated: 'goes on' } as const;

function Finding({ finding }: { finding: LiveFinding }) {
  const { severity, certainty, kind, title, detail, remediation, wiresharkFilter, time, why } = finding;
  return (
    <li class={`cause ${severity}`}>
      <header>
        <SeverityBadge severity={severity} />
        <h3>{title}</h3>
        <code class="kind">{kind}</code>
      </header>
      <p class="where">
        <Place finding={finding} /> <span class={`certainty ${certainty}`}>{certainty}</span>
        {why !== 'new' && <span class="certainty">{whyWords[why]}</span>}
        <Clock time={time} />
      </p>
      <p class="detail">{detail}</p>
      {(remediation !== '' || wiresharkFilter !== '') && (
        <details>
          <summary>What to do</summary>
          {remediation !== '' && <p class="remediation">{remediation}</p>}
          {wiresharkFilter !== '' && <Copyable text={wiresharkFilter} label="the Wireshark filter" />}
        </details>
      )}
    </li>
  );
}

function Place({ finding: { hop, client, server } }: { finding: LiveFinding }) {
  if (hop !== null) return <HopLink id={hop} />;
  return <span class="place">{client !== null && server !== null ? `${client} → ${server}` : (server ?? client)}</span>;
}

/** A hop by its id, as a link to it. */
export function HopLink({ id }: { id: string }) {
  return (
    <a class="place" href={linkTo(`hop-${id}`)}>
      {id.replace('->', ' → ')}
    </a>
  );
}

/** '14:02:11' of a time in RFC 3339, with the day for who points at it. */
export function Clock({ time }: { time: string | null }) {
  if (time === null) return null;
  return (
    <time class="clock" dateTime={time} title={`${time.slice(0, 19).replace('T', ' ')} UTC`}>
      {time.slice(11, 19)}
    </time>
  );
}

// Says what is new to who can't see the list; the list itself changes too often to be read out.
function Announcer({ findings }: { findings: readonly LiveFinding[] }) {
  const [words, setWords] = useState('');
  const newest = findings[0]?.number ?? 0;
  const said = useRef(newest);
  const due = useRef(0);
  const latest = useRef(findings);
  latest.current = findings;
  useEffect(() => {
    if (newest <= said.current) {
      said.current = newest;
      return;
    }
    const timer = window.setTimeout(
      () => {
        const fresh = latest.current.filter(({ number }) => number > said.current);
        const [last] = fresh;
        if (last === undefined) return;
        said.current = last.number;
        due.current = performance.now() + announcePause;
        const place = last.hop ?? last.server ?? last.client ?? '';
        setWords(`${countOf(fresh.length, 'new finding')}: ${last.severity}, ${last.title}, ${place}`);
      },
      Math.max(0, due.current - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [newest]);
  return (
    <p class="hidden-words" aria-live="polite">
      {words}
    </p>
  );
}
