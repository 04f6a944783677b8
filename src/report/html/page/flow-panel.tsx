import type { TimeSpan } from '../../certificate-lines.js';
import { count, duration, size } from '../../quantities.js';
import type { FactDetail, FlowDetail, Text } from '../page-data.js';
import { CertificateLine } from './certificate-panel.js';
import { Ladder } from './ladder.js';
import { Panel } from './panel-frame.js';
import { Facts } from './parts.js';
import { linkTo, usePage } from './state.js';
import type { Flow } from './view.js';
import { Mark, SeverityBadge, timeText, VerdictTag } from './words.js';

/** Findings of a flow that are shown. */
const maxShown = 40;

/** A flow with its ladder, and what its packets prove. */
export function FlowPanel({ flow, span, flows }: { flow: Flow; span: TimeSpan; flows: readonly Flow[] }) {
  const { report } = usePage();
  const detail = report.detailOf(flow);
  const at = flows.indexOf(flow);
  const findings = report.findings.filter((finding) => finding.flows.includes(flow.id));
  const text = (place: Text): string => report.text(place);
  return (
    <Panel title={`Flow ${flow.id}`} kind="flow">
      <nav class="steps-nav" aria-label="Neighbours in the list">
        <Neighbour flow={flows[at - 1]} words="← previous" />
        <Neighbour flow={flows[at + 1]} words="next →" />
      </nav>
      <p class="ends-line">
        {flow.client} → {flow.server}
      </p>
      <p>
        <VerdictTag verdict={flow.verdict} inferred={flow.inferred} /> <span class="spoken">{flow.spoken}</span>
      </p>
      {detail === null ? (
        <p>Its details are not in this page.</p>
      ) : (
        <>
          <p class="explanation">{text(detail.explanation)}</p>
          {findings.length > 0 && (
            <ul class="short-findings">
              {findings.slice(0, maxShown).map((finding) => (
                <li key={finding.anchor}>
                  <SeverityBadge severity={finding.severity} /> <a href={linkTo(finding.anchor)}>{finding.title}</a>
                </li>
              ))}
            </ul>
          )}
          <h3>Conversation</h3>
          <Ladder flow={flow} detail={detail} report={report} />
          {detail.facts.length > 0 && (
            <>
              <h3>What the packets prove</h3>
              <FactTable facts={detail.facts} />
            </>
          )}
          {detail.auth !== null && <p class="basis">{text(detail.auth.basis)}</p>}
          <FlowCertificates detail={detail} span={span} />
          {detail.oddities.length > 0 && (
            <>
              <h3>Oddities</h3>
              <ul>
                {detail.oddities.map((oddity) => (
                  <li key={text(oddity)}>{text(oddity)}</li>
                ))}
              </ul>
            </>
          )}
          <h3>Connection</h3>
          <Facts
            facts={[
              ['Frames', `${count(flow.firstFrame)} to ${count(flow.lastFrame)}`],
              ['Began', `${timeText(flow.start)} UTC, lasted ${duration((flow.end - flow.start) / 1000)}`],
              ['Payload', `${size(flow.octets.client)} from the client, ${size(flow.octets.server)} from the server`],
              ...(flow.hop === null ? [] : ([['Hop', <a href={linkTo(flow.hop.anchor)}>{flow.hop.id}</a>]] as const)),
              ['Capture', report.captures[detail.capture]?.path ?? '–'],
              ['Seen', detail.connection.map(text).join(' ')],
              ...(detail.ja4 === null ? [] : ([['JA4', <code>{text(detail.ja4)}</code>]] as const)),
              ...(detail.ja3 === null ? [] : ([['JA3', <code>{text(detail.ja3)}</code>]] as const)),
            ]}
          />
        </>
      )}
    </Panel>
  );
}

function Neighbour({ flow, words }: { flow: Flow | undefined; words: string }) {
  return flow === undefined ? <span class="quiet">{words}</span> : <a href={linkTo(`flow-${flow.id}`)}>{words}</a>;
}

const factSigns = { seen: 'presented', absent: 'rejected', hidden: 'unknown' } as const;

function FactTable({ facts }: { facts: readonly FactDetail[] }) {
  const { report } = usePage();
  return (
    <ul class="fact-list">
      {facts.map((fact) => (
        <li key={fact.name} class={fact.state}>
          <Mark tone={factSigns[fact.state]} />
          <b>{report.text(fact.name)}</b> <span class="fact-state">{fact.state}</span>
          <span class="fact-why">
            {fact.because !== null
              ? report.text(fact.because)
              : `${fact.state === 'absent' ? 'as ' : ''}${fact.frames.length === 1 ? 'frame' : 'frames'} ${fact.frames.join(', ')}${fact.state === 'absent' ? (fact.frames.length === 1 ? ' proves' : ' prove') : ''}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function FlowCertificates({ detail, span }: { detail: FlowDetail; span: TimeSpan }) {
  const { report } = usePage();
  const shown = (['server', 'client'] as const).filter((side) => detail.certificates[side] !== null);
  if (shown.length === 0) return null;
  return (
    <>
      <h3>Certificates shown</h3>
      {shown.map((side) => {
        const hashes = detail.certificates[side] ?? [];
        const chain = detail.chains.find((candidate) => candidate.side === side);
        return (
          <div key={side} class="side-certificates">
            <h4>
              by the {side}
              {chain !== undefined && <span class={`trust ${chain.trust}`}>{trustWords[chain.trust]}</span>}
            </h4>
            {hashes.length === 0 && <p>An empty list: it has none to show.</p>}
            <ol class="chain">
              {hashes.map((hash) => {
                const certificate = report.certificateByHash.get(report.text(hash));
                return (
                  <li key={hash}>
                    {certificate === undefined ? (
                      report.text(hash)
                    ) : (
                      <CertificateLine certificate={certificate} span={span} />
                    )}
                  </li>
                );
              })}
            </ol>
            {chain !== undefined && (
              <ul class="chain-problems">
                {chain.problems.map((problem) => (
                  <li key={problem} class="bad">
                    {report.text(problem)}
                  </li>
                ))}
                {chain.notes.map((note) => (
                  <li key={note} class="quiet">
                    {report.text(note)}
                  </li>
                ))}
              </ul>
            )}
          </div>
        );
      })}
    </>
  );
}

const trustWords = { trusted: 'trusted', untrusted: 'not trusted', unknown: 'trust can’t be told' } as const;
