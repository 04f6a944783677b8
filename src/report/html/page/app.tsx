import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { certificateName, spanOf } from '../../certificate-lines.js';
import { count } from '../../quantities.js';
import type { PageCertificate } from '../page-data.js';
import { Answer, Preflight } from './answer.js';
import { Bar } from './bar.js';
import { FindingsSection } from './findings.js';
import { ReportMapSection } from './hop-map.js';
import { CertificatesSection, FlowsSection, HopsSection } from './lists.js';
import { DetailPanel } from './panel.js';
import { Section } from './parts.js';
import { usePrinting } from './printing.js';
import {
  type Filters,
  isFiltered,
  matches,
  noFilters,
  PageContext,
  type PageState,
  searchText,
  textsOfFinding,
  textsOfHop,
  useAddress,
  ViewContext,
  wordsOf,
} from './state.js';
import { TimelineSection } from './timeline-section.js';
import type { Flow, PageFinding, PageHop, Report } from './view.js';

/** The whole page. */
export function App({ report }: { report: Report }) {
  const [filters, setAll] = useState<Filters>(noFilters);
  const printing = usePrinting();
  const address = useAddress();
  const shown = useShown(report, filters);
  const span = useMemo(() => spanOf(report.captures), [report]);
  const setFilters = (change: Partial<Filters>): void => setAll((before) => ({ ...before, ...change }));
  // Whoever follows a link to a finding wants to see it, filtered away or not.
  useEffect(() => {
    const isThere = (findings: readonly PageFinding[]): boolean => findings.some(({ anchor }) => anchor === address);
    if (address.startsWith('finding-') && !isThere(shown.findings) && isThere(report.findings)) setAll(noFilters);
  }, [address]);
  const state = { report, filters, setFilters, printing };
  const capture = (
    <Section id="capture" title="The capture" note="What it can’t show, what that costs, and what to do about it.">
      <Preflight />
    </Section>
  );
  const poor = report.health.grade === 'poor';
  const open = /^(?:flow|hop|cert)-/.test(address);
  return (
    <Page state={state}>
      <Bar
        sections={sections}
        searched="hops, findings, flows and certificates"
        query={filters.query}
        setQuery={(query) => setFilters({ query })}
        filtered={isFiltered(filters)}
        clear={() => setAll(noFilters)}
      />
      <div class={`layout${open ? ' open' : ''}`}>
        <main>
          <Answer />
          {poor && capture}
          <ReportMapSection hops={shown.hops} address={address} />
          <FindingsSection findings={shown.findings} address={address} />
          <HopsSection hops={shown.hops} address={address} />
          <TimelineSection hops={shown.hops} address={address} />
          <FlowsSection flows={shown.flows} address={address} />
          <CertificatesSection certificates={shown.certificates} span={span} address={address} />
          {!poor && capture}
          <footer>
            Barewire {report.toolVersion}. This page holds everything it shows and loads nothing. Frames are numbered as
            Wireshark numbers them.
          </footer>
        </main>
        <DetailPanel address={address} span={span} flows={shown.flows} />
      </div>
      <p class="hidden-words" role="status">
        {isFiltered(filters)
          ? `${count(shown.hops.length)} hops, ${count(shown.findings.length)} findings, ${count(shown.flows.length)} flows match`
          : ''}
      </p>
    </Page>
  );
}

function Page({ state, children }: { state: PageState; children: ComponentChildren }) {
  return (
    <ViewContext.Provider value={state}>
      <PageContext.Provider value={state}>{children}</PageContext.Provider>
    </ViewContext.Provider>
  );
}

const sections = [
  ['map', 'Map'],
  ['findings', 'Findings'],
  ['hops', 'Hops'],
  ['timeline', 'Timeline'],
  ['flows', 'Flows'],
  ['certificates', 'Certificates'],
  ['capture', 'Capture'],
] as const;

const hopText = searchText<PageHop>(textsOfHop);
const findingText = searchText<PageFinding>(textsOfFinding);
const flowText = searchText<Flow>(({ client, server, spoken, serverName, hop }) => [
  client,
  server,
  spoken,
  serverName,
  hop?.client.name ?? null,
  hop?.server.name ?? null,
]);
const certificateText = searchText<PageCertificate>((certificate) => [
  certificateName(certificate),
  certificate.subject,
  certificate.issuer,
  certificate.sha256,
  certificate.keyType,
  ...certificate.problems,
  ...certificate.subjectAltNames,
]);

interface Shown {
  hops: readonly PageHop[];
  findings: readonly PageFinding[];
  flows: readonly Flow[];
  certificates: readonly PageCertificate[];
}

// What the search and the filters leave of each list; the lists themselves where nothing is asked.
function useShown(report: Report, { query, states, severities, verdicts, hop }: Filters): Shown {
  const words = useMemo(() => wordsOf(query), [query]);
  const hops = useMemo(
    () =>
      words.length + states.size === 0
        ? report.hops
        : report.hops.filter((one) => (states.size === 0 || states.has(one.mtls)) && matches(words, hopText(one))),
    [report, words, states],
  );
  const findings = useMemo(
    () =>
      words.length + severities.size === 0
        ? report.findings
        : report.findings.filter(
            (one) => (severities.size === 0 || severities.has(one.severity)) && matches(words, findingText(one)),
          ),
    [report, words, severities],
  );
  const flows = useMemo(
    () =>
      words.length + verdicts.size + states.size === 0 && hop === null
        ? report.flows
        : report.flows.filter(
            (one) =>
              (verdicts.size === 0 || verdicts.has(one.verdict)) &&
              (states.size === 0 || (one.hop !== null && states.has(one.hop.mtls))) &&
              (hop === null || one.hop?.id === hop) &&
              matches(words, flowText(one)),
          ),
    [report, words, verdicts, states, hop],
  );
  const certificates = useMemo(
    () =>
      words.length === 0
        ? report.certificates
        : report.certificates.filter((one) => matches(words, certificateText(one))),
    [report, words],
  );
  return { hops, findings, flows, certificates };
}
