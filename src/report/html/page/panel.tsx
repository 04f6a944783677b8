// What is open beside the lists: a flow with its ladder, a hop, or a certificate with its chain.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { certificateName, keyText, type TimeSpan } from '../../certificate-lines.js';
import { count, countOf, duration, size } from '../../quantities.js';
import type { FactDetail, FlowDetail, PageCertificate, Text } from '../page-data.js';
import { hopName } from './hop-map.js';
import { Ladder } from './ladder.js';
import { Copyable, Facts } from './parts.js';
import { linkTo, usePage } from './state.js';
import { ValidityBar, validityWords } from './validity.js';
import type { Flow, PageHop } from './view.js';
import { Mark, SeverityBadge, StateTag, stateMeanings, timeText, VerdictTag } from './words.js';

/** Names of a certificate, and hops of a list, that are shown. */
const maxShown = 40;
/** A chain is never longer than this; a circle of issuers would be. */
const maxChain = 12;

/** What `address` names, or null where it names nothing that opens beside the lists. */
export function DetailPanel({ address, span, flows }: { address: string; span: TimeSpan; flows: readonly Flow[] }) {
  const { report } = usePage();
  const flow = /^flow-\d+$/.test(address) ? report.flowById.get(Number(address.slice(5))) : undefined;
  if (flow !== undefined) return <FlowPanel flow={flow} span={span} flows={flows} />;
  const hop = address.startsWith('hop-') ? report.hopById.get(address.slice(4)) : undefined;
  if (hop !== undefined) return <HopPanel hop={hop} />;
  const certificate = address.startsWith('cert-') ? report.certificateByHash.get(address.slice(5)) : undefined;
  if (certificate !== undefined) return <CertificatePanel certificate={certificate} span={span} />;
  if (!/^(?:flow|hop|cert)-/.test(address)) return null;
  return (
    <Panel title="Not in this page" kind="nothing">
      <p>
        Nothing in this page has the address <code>{address}</code>.
      </p>
    </Panel>
  );
}

function Panel({ title, kind, children }: { title: string; kind: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    before.current ??= document.activeElement;
    const own = heading.current?.closest('aside');
    if (own !== null && own !== undefined) own.scrollTop = 0;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  const close = (): void => {
    history.pushState(null, '', location.pathname + location.search);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    if (before.current instanceof HTMLElement || before.current instanceof SVGElement) before.current.focus();
  };
  return (
    <aside
      class={`panel ${kind}`}
      aria-labelledby="panel-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header>
        <h2 id="panel-title" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        <button type="button" class="close" onClick={close} aria-label="Close details">
          ×
        </button>
      </header>
      {children}
    </aside>
  );
}

function FlowPanel({ flow, span, flows }: { flow: Flow; span: TimeSpan; flows: readonly Flow[] }) {
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

function CertificateLine({ certificate, span }: { certificate: PageCertificate; span: TimeSpan }) {
  return (
    <>
      <a href={linkTo(`cert-${certificate.sha256}`)}>{certificateName(certificate)}</a>
      <span class="validity">
        <ValidityBar certificate={certificate} span={span} />
        {validityWords(certificate, span)}
      </span>
    </>
  );
}

function HopPanel({ hop }: { hop: PageHop }) {
  const { report, setFilters } = usePage();
  return (
    <Panel title={hopName(hop)} kind="hop">
      <p>
        <StateTag state={hop.mtls} /> <span class={`certainty ${hop.certainty}`}>{hop.certainty}</span>
      </p>
      <p class="explanation">{hop.why}</p>
      <p class="quiet">{stateMeanings[hop.mtls]}</p>
      {hop.identities.length > 0 && (
        <>
          <h3>Client identities</h3>
          <ul>
            {hop.identities.slice(0, maxShown).map((identity) => (
              <li key={identity}>{identity}</li>
            ))}
          </ul>
        </>
      )}
      {(hop.forwardedFrom.length > 0 || hop.forwardsTo.length > 0) && (
        <>
          <h3>The way over proxies</h3>
          <ul class="way">
            {hop.forwardedFrom.slice(0, maxShown).map((front) => (
              <li key={front.hop}>
                carries requests of <HopLink id={front.hop} />{' '}
                <span class={`certainty ${front.certainty}`}>{front.certainty}</span>
                <p class="quiet">{front.basis}</p>
              </li>
            ))}
            {hop.forwardsTo.slice(0, maxShown).map((id) => (
              <li key={id}>
                is carried on by <HopLink id={id} />
              </li>
            ))}
          </ul>
        </>
      )}
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
        {hop.flows.length > maxShown && `, … ${countOf(hop.flows.length, 'flow')}`}
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

function CertificatePanel({ certificate, span }: { certificate: PageCertificate; span: TimeSpan }) {
  const { report } = usePage();
  const chain = chainOf(certificate, report.certificates);
  const findings = report.findings.filter((finding) => finding.certificate === certificate.sha256);
  const names = certificate.subjectAltNames;
  return (
    <Panel title={certificateName(certificate)} kind="certificate">
      <p class="validity">
        <ValidityBar certificate={certificate} span={span} /> {validityWords(certificate, span)}
      </p>
      {certificate.problems.length > 0 && (
        <p class="bad">
          <Mark tone="cleartext" /> {certificate.problems.join(', ')}
        </p>
      )}
      {certificate.parseError !== null && <p class="bad">Not readable to its end: {certificate.parseError}</p>}
      {findings.length > 0 && (
        <ul class="short-findings">
          {findings.slice(0, maxShown).map((finding) => (
            <li key={finding.anchor}>
              <SeverityBadge severity={finding.severity} /> <a href={linkTo(finding.anchor)}>{finding.title}</a>
            </li>
          ))}
        </ul>
      )}
      <h3>Chain by name, as far as it was seen</h3>
      <ol class="chain">
        {chain.map((link) => (
          <li key={link.sha256}>
            <CertificateLine certificate={link} span={span} />
          </li>
        ))}
        {chain.at(-1)?.selfSigned === false && (
          <li class="quiet">{chain.at(-1)?.issuer || 'no name'}: not in the capture</li>
        )}
      </ol>
      <h3>Fields</h3>
      <Facts
        facts={[
          ['Subject', certificate.subject || '(empty)'],
          ['Issuer', certificate.selfSigned ? 'itself (self-signed)' : certificate.issuer || '(empty)'],
          [
            'Names',
            names.length === 0
              ? 'none'
              : `${names.slice(0, maxShown).join(', ')}${names.length > maxShown ? `, and ${count(names.length - maxShown)} more` : ''}`,
          ],
          ['Valid', `${certificate.notBefore || '?'} to ${certificate.notAfter || '?'}`],
          ['Key', keyText(certificate)],
          ['Signature', certificate.signatureAlgorithm],
          ['Usage', [...certificate.keyUsage, ...certificate.extendedKeyUsage].join(', ') || 'not restricted'],
          [
            'CA',
            certificate.isCa
              ? `yes${certificate.pathLength === null ? '' : `, path length ${certificate.pathLength}`}`
              : 'no',
          ],
          ['Shown by', certificate.usedAs.join(', ') || '–'],
          ['First seen', `frame ${count(certificate.firstFrame)}`],
          ['Serial', certificate.serial],
          ...certificate.oddities.slice(0, maxShown).map((oddity) => ['Odd', oddity] as const),
        ]}
      />
      <Copyable text={certificate.sha256} label="the SHA-256" />
    </Panel>
  );
}

// By names and, where both are there, key identifiers: the picture of a chain. The verdict on one is told where it was shown.
function chainOf(leaf: PageCertificate, certificates: readonly PageCertificate[]): PageCertificate[] {
  const chain = [leaf];
  for (let last = leaf; !last.selfSigned && last.issuer !== '' && chain.length < maxChain; ) {
    const issuer = certificates.find(
      (candidate) =>
        candidate.subject === last.issuer &&
        !chain.includes(candidate) &&
        (last.authorityKeyId === null ||
          candidate.subjectKeyId === null ||
          last.authorityKeyId === candidate.subjectKeyId),
    );
    if (issuer === undefined) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}
