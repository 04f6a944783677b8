import { secondsFrom } from '../../../base/time.js';
import { hopStates } from '../../../model/hop.js';
import type { CaptureInfo, Summary } from '../../../model/report.js';
import { preflightText } from '../../preflight.js';
import { count, countOf, duration, moment, size } from '../../quantities.js';
import { Chip, Copyable } from './parts.js';
import { toggled, usePage } from './state.js';
import { Mark, stateWords } from './words.js';

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** The answer before everything else: grade, sentence, and how the hops and findings divide. */
export function Answer() {
  const { report, filters, setFilters } = usePage();
  const { summary, health, captures, hops } = report;
  const states = hopStates.map((state) => ({ state, hops: hops.filter((hop) => hop.mtls === state).length }));
  const found = states.filter((entry) => entry.hops > 0);
  return (
    <section id="answer" aria-labelledby="answer-title" class="answer">
      <Grade grade={summary.grade} score={summary.score} />
      <div class="said">
        <h1 id="answer-title">
          <span class="hidden-words">{summary.grade === null ? 'Not graded. ' : `Grade ${summary.grade}. `}</span>
          {summary.sentence}
        </h1>
        {health.grade === 'poor' && (
          <p class="warning">
            <Mark tone="cleartext" /> The capture is poor: this answer covers only what it shows. See the next section.
          </p>
        )}
        {hops.length + report.findings.length > 0 && (
          <div class="states">
            {hops.length > 0 && (
              <>
                <div class="division" aria-hidden="true">
                  {found.map(({ state, hops: part }) => (
                    <span key={state} class={`part ${state}`} style={{ flexGrow: String(part) }} />
                  ))}
                </div>
                <div class="chips" role="group" aria-label="Hops by state">
                  <span class="chips-name">{countOf(hops.length, 'hop')}</span>
                  {found.map(({ state, hops: part }) => (
                    <Chip
                      key={state}
                      tone={state}
                      on={filters.states.has(state)}
                      onToggle={() => setFilters({ states: toggled(filters.states, state) })}
                    >
                      <Mark tone={state} />
                      {count(part)} {stateWords[state]}
                    </Chip>
                  ))}
                </div>
              </>
            )}
            <div class="chips" role="group" aria-label="Findings by severity">
              <span class="chips-name">{countOf(report.findings.length, 'finding')}</span>
              {severities
                .filter((severity) => summary.findings[severity] > 0)
                .map((severity) => (
                  <Chip
                    key={severity}
                    tone={severity}
                    on={filters.severities.has(severity)}
                    onToggle={() => setFilters({ severities: toggled(filters.severities, severity) })}
                  >
                    {count(summary.findings[severity])} {severity}
                  </Chip>
                ))}
            </div>
          </div>
        )}
        <p class="source">{sourceText(captures)}</p>
      </div>
    </section>
  );
}

/** The grade as a large letter, and the score below it. */
export function Grade({ grade, score }: Pick<Summary, 'grade' | 'score'>) {
  return (
    <div class={`grade grade-${grade ?? 'none'}`}>
      <span class="letter" aria-hidden="true">
        {grade ?? '–'}
      </span>
      <span class="score">{score === null ? 'not graded' : `${score} of 100`}</span>
    </div>
  );
}

function sourceText(captures: readonly CaptureInfo[]): string {
  const [first] = captures;
  if (first === undefined) return 'No capture was read.';
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0);
  const octets = captures.reduce((sum, capture) => sum + capture.bytes, 0);
  const starts = captures.flatMap(({ firstTime }) => firstTime ?? []).sort();
  const ends = captures.flatMap(({ lastTime }) => lastTime ?? []).sort();
  const names = captures.length === 1 ? first.path : `${first.path} and ${countOf(captures.length - 1, 'more file')}`;
  const parts = [names, `${countOf(packets, 'packet')}, ${size(octets)}`];
  if (starts[0] !== undefined) {
    parts.push(`${moment(starts[0])}, ${duration(secondsFrom(starts[0], ends.at(-1) ?? starts[0]))}`);
  }
  return parts.join(' · ');
}

/** What the captures can't show, and what to do about it. */
export function Preflight() {
  const { report, printing } = usePage();
  const { health, summary, captures } = report;
  const commands = new Set<string>();
  return (
    <>
      <p class={`health ${health.grade}`}>
        {health.sentence.charAt(0).toUpperCase()}
        {health.sentence.slice(1)}
      </p>
      {health.together.length > 0 && <p>{health.together.join('; ')}.</p>}
      {summary.preflight.length > 0 && (
        <ul class="preflight">
          {summary.preflight.map((item) => (
            <li key={item.what}>
              <p>
                <strong>{preflightText(item)}</strong>: {item.consequence}.
              </p>
              <Advice text={item.advice} commands={commands} />
            </li>
          ))}
        </ul>
      )}
      {captures.length > capturesOpen ? (
        <details class="captures" open={printing}>
          <summary>{countOf(captures.length, 'capture')}, one by one</summary>
          <CaptureTable captures={captures} />
        </details>
      ) : (
        <CaptureTable captures={captures} />
      )}
    </>
  );
}

/** Captures in the table; a directory holds thousands. */
const maxCaptures = 200;
/** Captures that are listed without being asked for. */
const capturesOpen = 5;

function CaptureTable({ captures }: { captures: readonly CaptureInfo[] }) {
  return (
    <>
      <div class="wide">
        <table>
          <caption class="hidden-words">Captures</caption>
          <thead>
            <tr>
              <th scope="col">Capture</th>
              <th scope="col">Format</th>
              <th scope="col">Link</th>
              <th scope="col" class="numeric">
                Packets
              </th>
              <th scope="col" class="numeric">
                Size
              </th>
              <th scope="col">First packet</th>
              <th scope="col" class="numeric">
                Cut
              </th>
              <th scope="col" class="numeric">
                Dropped
              </th>
              <th scope="col">Read to its end</th>
            </tr>
          </thead>
          <tbody>
            {captures.slice(0, maxCaptures).map((capture) => (
              <CaptureRow key={capture.path} capture={capture} />
            ))}
          </tbody>
        </table>
      </div>
      {captures.length > maxCaptures && <p class="note">… and {count(captures.length - maxCaptures)} more files</p>}
    </>
  );
}

function CaptureRow({ capture }: { capture: CaptureInfo }) {
  const { health } = capture;
  return (
    <tr>
      <th scope="row">{capture.path}</th>
      <td>
        {capture.format}
        {capture.compression === null ? '' : `, ${capture.compression}`}
      </td>
      <td>{capture.linkTypes.join(', ')}</td>
      <td class="numeric">{count(capture.packets)}</td>
      <td class="numeric">{size(capture.bytes)}</td>
      <td>{capture.firstTime === null ? '–' : moment(capture.firstTime)}</td>
      <td class="numeric">{count(health.truncatedPackets)}</td>
      <td class="numeric">{health.droppedPackets === null ? 'not said' : count(health.droppedPackets)}</td>
      <td>{health.endedEarly ?? (health.damage.length === 0 ? 'yes' : `damaged: ${health.damage[0]}`)}</td>
    </tr>
  );
}

// Advice is words, or words and a command after the last colon. A command that mends several things is written once.
function Advice({ text, commands }: { text: string; commands: Set<string> }) {
  const [, words = text, command] = /^(.*): ((?:tcpdump|analyze|dumpcap) .*)$/.exec(text) ?? [];
  if (command === undefined) return <p class="advice">{text}.</p>;
  if (commands.has(command)) return <p class="advice">{words}, with the command above.</p>;
  commands.add(command);
  return (
    <div class="advice">
      <p>{words}:</p>
      <Copyable text={command} label="the command" />
    </div>
  );
}
