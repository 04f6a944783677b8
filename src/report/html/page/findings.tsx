import { useEffect, useMemo, useState } from 'preact/hooks';
import { count, countOf } from '../../quantities.js';
import { Copyable, Section } from './parts.js';
import { linkTo, usePage } from './state.js';
import type { PageFinding } from './view.js';
import { SeverityBadge } from './words.js';

/** Cases of a cause that are shown at once. */
const casesAtOnce = 20;
/** Cases that are open from the start. */
const casesOpen = 3;
/** Flows and frames of a case that are shown. */
const evidenceShown = 12;

interface Cause {
  key: string;
  cases: PageFinding[];
  /** What to do, where it is the same for every case. */
  remediation: string | null;
}

/** Findings grouped by their cause, with what proves each and what to do. */
export function FindingsSection({ findings, address }: { findings: readonly PageFinding[]; address: string }) {
  const { report } = usePage();
  const causes = useMemo(() => causesOf(findings), [findings]);
  const shown = findings.length === report.findings.length ? '' : ` of ${count(report.findings.length)}`;
  return (
    <Section
      id="findings"
      title="Findings"
      note={`${count(findings.length)}${shown}, by cause, the most severe first.`}
    >
      {causes.length === 0 && (
        <p class="none">
          {report.findings.length === 0
            ? 'Nothing was found in what the captures show. What they don’t show is not judged.'
            : 'No finding matches.'}
        </p>
      )}
      {causes.map((cause) => (
        <CauseBlock key={cause.key} cause={cause} address={address} />
      ))}
    </Section>
  );
}

function causesOf(findings: readonly PageFinding[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.kind}`;
    const cause = causes.get(key);
    if (cause === undefined) causes.set(key, { key, cases: [finding], remediation: finding.remediation });
    else {
      cause.cases.push(finding);
      if (cause.remediation !== finding.remediation) cause.remediation = null;
    }
  }
  return [...causes.values()];
}

function CauseBlock({ cause, address }: { cause: Cause; address: string }) {
  const { printing } = usePage();
  const [first] = cause.cases;
  const wanted = cause.cases.findIndex(({ anchor }) => anchor === address);
  const [limit, setLimit] = useState(casesOpen);
  const needed = printing ? casesAtOnce : Math.max(limit, wanted + 1);
  useEffect(() => {
    if (wanted < 0) return;
    const target = document.getElementById(address);
    target?.scrollIntoView({ block: 'start' });
    target?.focus({ preventScroll: true });
  }, [wanted, address]);
  if (first === undefined) return null;
  const rest = cause.cases.length - needed;
  return (
    <article class={`cause ${first.severity}`}>
      <header>
        <SeverityBadge severity={first.severity} />
        <h3>{first.title}</h3>
        <code class="kind">{first.kind}</code>
        <span class="cases">{countOf(cause.cases.length, 'case')}</span>
      </header>
      {cause.remediation !== null && cause.remediation !== '' && (
        <p class="remediation">
          <strong>What to do:</strong> {cause.remediation}
        </p>
      )}
      <ul class="cases-list">
        {cause.cases.slice(0, needed).map((finding) => (
          <Case
            key={finding.anchor}
            finding={finding}
            isWanted={finding.anchor === address}
            remediation={cause.remediation === null}
            titled={finding.title !== first.title}
          />
        ))}
      </ul>
      {rest > 0 && (
        <button type="button" class="more" onClick={() => setLimit(needed + casesAtOnce)}>
          Show {count(Math.min(rest, casesAtOnce))} more{rest > casesAtOnce ? ` of ${count(rest)}` : ''}
        </button>
      )}
      <References finding={first} />
    </article>
  );
}

interface CaseProps {
  finding: PageFinding;
  isWanted: boolean;
  remediation: boolean;
  titled: boolean;
}

function Case({ finding, isWanted, remediation, titled }: CaseProps) {
  const { report } = usePage();
  const { anchor, certificate } = finding;
  const known =
    certificate === null || certificate === undefined ? undefined : report.certificateByHash.get(certificate);
  return (
    <li id={anchor} tabIndex={-1} class={`case${isWanted ? ' wanted' : ''}`}>
      <div class="case-head">
        <Place finding={finding} />
        <span class={`certainty ${finding.certainty}`}>{finding.certainty}</span>
        <a class="permalink" href={linkTo(anchor)} aria-label={`Link to finding ${anchor}`}>
          #
        </a>
      </div>
      {titled && <p class="case-title">{finding.title}</p>}
      <p>{finding.detail}</p>
      {remediation && finding.remediation !== '' && (
        <p class="remediation">
          <strong>What to do:</strong> {finding.remediation}
        </p>
      )}
      {finding.suppressed !== null && (
        <p class="suppressed">
          Suppressed by the policy: {finding.suppressed.reason}
          {finding.suppressed.expires === null ? '' : ` (until ${finding.suppressed.expires})`}
        </p>
      )}
      <p class="evidence">
        {finding.frames.length > 0 && <Frames frames={finding.frames} />}
        {finding.flows.length > 0 && <Flows finding={finding} />}
        {known !== undefined && (
          <span>
            Certificate <a href={linkTo(`cert-${known.sha256}`)}>{known.subject || known.sha256.slice(0, 12)}</a>
          </span>
        )}
      </p>
      {finding.wiresharkFilter !== '' && <Copyable text={finding.wiresharkFilter} label="the Wireshark filter" />}
    </li>
  );
}

// The hop, or whichever end the finding is about.
function Place({ finding }: { finding: PageFinding }) {
  const { report } = usePage();
  const hop = finding.hop === null ? undefined : report.hopById.get(finding.hop);
  const { client, server } = finding;
  const text =
    client !== null && server !== null
      ? `${client} → ${server}`
      : (finding.hop ?? server ?? client ?? 'the whole capture');
  return hop === undefined ? (
    <span class="place">{text}</span>
  ) : (
    <a class="place" href={linkTo(hop.anchor)}>
      {text}
    </a>
  );
}

function Frames({ frames }: { frames: readonly number[] }) {
  const shown = frames.slice(0, evidenceShown);
  return (
    <span>
      {frames.length === 1 ? 'Frame' : 'Frames'} <span class="numbers">{shown.join(', ')}</span>
      {frames.length > shown.length ? ', …' : ''}
    </span>
  );
}

function Flows({ finding }: { finding: PageFinding }) {
  const { report } = usePage();
  const shown = finding.flows.slice(0, evidenceShown);
  return (
    <span>
      {finding.count === 1 ? 'Flow ' : `${count(finding.count)} flows: `}
      {shown.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          {report.flowById.has(id) ? <a href={linkTo(`flow-${id}`)}>{id}</a> : `${id} (not in this page)`}
        </span>
      ))}
      {finding.count > shown.length ? ', …' : ''}
    </span>
  );
}

function References({ finding }: { finding: PageFinding }) {
  const { cwe, standards } = finding.references;
  if (cwe.length + standards.length === 0) return null;
  return <p class="references">{[...cwe, ...standards].join(' · ')}</p>;
}
