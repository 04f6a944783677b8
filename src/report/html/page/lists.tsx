// The lists of hops, flows and certificates.
import { useMemo } from 'preact/hooks';
import { certificateName, keyText, type TimeSpan, validityIn } from '../../certificate-lines.js';
import { count, countOf, size } from '../../quantities.js';
import { type PageCertificate, verdicts } from '../page-data.js';
import { byNumber, byText, hopColumns } from './hop-columns.js';
import { Chip, Section } from './parts.js';
import { linkTo, toggled, usePage } from './state.js';
import { ValidityBar, validityWords } from './validity.js';
import type { Flow, PageHop } from './view.js';
import { type Column, VirtualTable } from './virtual-table.js';
import { clockText, dayMilliseconds, Mark, timeText, VerdictTag, verdictTone, verdictWords } from './words.js';

const reportHopColumns: readonly Column<PageHop>[] = [
  ...hopColumns,
  {
    name: 'flows',
    title: 'Flows',
    cell: ({ flows }) => count(flows.length),
    compare: byNumber(({ flows }) => flows.length),
    numeric: true,
  },
  {
    name: 'findings',
    title: 'Findings',
    cell: ({ findings }) => (findings.length === 0 ? '–' : count(findings.length)),
    compare: byNumber(({ findings }) => findings.length),
    numeric: true,
  },
];

/** Every hop, worst first. */
export function HopsSection({ hops, address }: { hops: readonly PageHop[]; address: string }) {
  const { report } = usePage();
  const shown = hops.length === report.hops.length ? '' : ` of ${count(report.hops.length)}`;
  return (
    <Section
      id="hops"
      title="Hops"
      note={
        hops.length === 0 && shown === ''
          ? 'None.'
          : `${count(hops.length)}${shown}: each client with each service it uses, the worst first.`
      }
    >
      <VirtualTable
        label="Hops"
        layout="hops-row"
        columns={reportHopColumns}
        rows={hops}
        rowHeight={34}
        keyOf={({ id }) => id}
        linkOf={({ anchor }) => linkTo(anchor)}
        selected={linkTo(address)}
        none="No hop matches."
      />
    </Section>
  );
}

const flowColumns = (overDays: boolean): readonly Column<Flow>[] => [
  { name: 'id', title: 'Flow', cell: ({ id }) => id, compare: byNumber(({ id }) => id), numeric: true },
  {
    name: 'start',
    title: 'Start, UTC',
    cell: ({ start }) => (overDays ? timeText(start, 0) : clockText(start)),
    compare: byNumber(({ start }) => start),
  },
  { name: 'client', title: 'Client', cell: ({ client }) => client, compare: byText(({ client }) => client) },
  { name: 'server', title: 'Server', cell: ({ server }) => server, compare: byText(({ server }) => server) },
  {
    name: 'verdict',
    title: 'Verdict',
    cell: ({ verdict, inferred }) => <VerdictTag verdict={verdict} inferred={inferred} />,
    compare: byNumber(({ verdict }) => verdicts.indexOf(verdict)),
  },
  { name: 'spoken', title: 'Speaks', cell: ({ spoken }) => spoken, compare: byText(({ spoken }) => spoken) },
  {
    name: 'name',
    title: 'Server name',
    cell: ({ serverName }) => <span title={serverName ?? ''}>{serverName ?? '–'}</span>,
    compare: byText(({ serverName }) => serverName ?? ''),
  },
  {
    name: 'octets',
    title: 'Payload',
    cell: ({ octets }) => size(octets.client + octets.server),
    compare: byNumber(({ octets }) => octets.client + octets.server),
    numeric: true,
  },
];

function lastsDays(flows: readonly Flow[]): boolean {
  const [first] = flows;
  return first !== undefined && flows.some(({ end }) => Math.abs(end - first.start) > dayMilliseconds);
}

/** Every flow that the page holds. */
export function FlowsSection({ flows, address }: { flows: readonly Flow[]; address: string }) {
  const { report, filters, setFilters } = usePage();
  const present = useMemo(
    () => verdicts.filter((verdict) => report.flows.some((flow) => flow.verdict === verdict)),
    [report],
  );
  const columns = useMemo(() => flowColumns(lastsDays(report.flows)), [report]);
  const leftOut = report.flowsLeftOut;
  const total = report.flows.length;
  return (
    <Section
      id="flows"
      title="Flows"
      note={
        total === 0
          ? 'None.'
          : `${count(flows.length)}${flows.length === total ? '' : ` of ${count(total)}`}. Open one to see its handshake.`
      }
    >
      {leftOut > 0 && (
        <p class="warning">
          <Mark tone="unknown" /> The page holds the first {countOf(total, 'flow')}; {count(leftOut)} more are left out.
          Hops and findings cover all of them; the flows themselves are in <code>--format ndjson</code>.
        </p>
      )}
      <div class="chips" role="group" aria-label="Filter flows by verdict">
        {present.map((verdict) => (
          <Chip
            key={verdict}
            tone={verdictTone(verdict)}
            on={filters.verdicts.has(verdict)}
            onToggle={() => setFilters({ verdicts: toggled(filters.verdicts, verdict) })}
          >
            <Mark tone={verdictTone(verdict)} /> {verdictWords[verdict]}
          </Chip>
        ))}
        {filters.hop !== null && (
          <Chip on={true} onToggle={() => setFilters({ hop: null })}>
            only {filters.hop} ×
          </Chip>
        )}
      </div>
      <VirtualTable
        label="Flows"
        layout="flows-row"
        columns={columns}
        rows={flows}
        rowHeight={32}
        keyOf={({ id }) => id}
        linkOf={({ id }) => linkTo(`flow-${id}`)}
        selected={linkTo(address)}
        none="No flow matches."
      />
    </Section>
  );
}

const validityOrder = ['expired', 'not yet valid', 'unknown', 'valid'];

function certificateColumns(span: TimeSpan): readonly Column<PageCertificate>[] {
  return [
    {
      name: 'name',
      title: 'Certificate',
      cell: (certificate) => <span title={certificate.subject}>{certificateName(certificate)}</span>,
      compare: byText(certificateName),
    },
    {
      name: 'used',
      title: 'Shown by',
      cell: ({ usedAs }) => usedAs.join(', ') || '–',
      compare: byText(({ usedAs }) => usedAs.join()),
    },
    {
      name: 'issuer',
      title: 'Issued by',
      cell: ({ issuer, selfSigned }) => <span title={issuer}>{selfSigned ? 'itself' : issuer || '–'}</span>,
      compare: byText(({ issuer }) => issuer),
    },
    {
      name: 'key',
      title: 'Key, signature',
      cell: (certificate) => `${keyText(certificate)}, ${certificate.signatureAlgorithm}`,
      compare: byText(keyText),
    },
    {
      name: 'validity',
      title: 'Validity when captured',
      cell: (certificate) => (
        <span class="validity">
          <ValidityBar certificate={certificate} span={span} />
          {validityWords(certificate, span)}
        </span>
      ),
      compare: (a, b) =>
        validityOrder.indexOf(validityIn(a, span)) - validityOrder.indexOf(validityIn(b, span)) ||
        (a.notAfter < b.notAfter ? -1 : 1),
    },
    {
      name: 'problems',
      title: 'Problems',
      cell: ({ problems, parseError }) => (
        <span class={problems.length > 0 || parseError !== null ? 'bad' : ''} title={parseError ?? problems.join(', ')}>
          {problems.join(', ') || (parseError === null ? 'none seen' : 'unreadable')}
        </span>
      ),
      compare: byNumber(({ problems }) => problems.length),
    },
  ];
}

/** Every certificate, once. */
export function CertificatesSection(props: {
  certificates: readonly PageCertificate[];
  span: TimeSpan;
  address: string;
}) {
  const { report } = usePage();
  const { certificates, span } = props;
  const columns = useMemo(() => certificateColumns(span), [span]);
  const shown = certificates.length === report.certificates.length ? '' : ` of ${count(report.certificates.length)}`;
  return (
    <Section
      id="certificates"
      title="Certificates"
      note={
        certificates.length === 0 && shown === ''
          ? 'None.'
          : `${count(certificates.length)}${shown}, each once. Validity is judged at the time of the capture, not of today.`
      }
    >
      <VirtualTable
        label="Certificates"
        layout="certificates-row"
        columns={columns}
        rows={certificates}
        rowHeight={34}
        keyOf={({ sha256 }) => sha256}
        linkOf={({ sha256 }) => linkTo(`cert-${sha256}`)}
        selected={linkTo(props.address)}
        none={report.certificates.length === 0 ? 'No certificate was seen in clear.' : 'No certificate matches.'}
      />
    </Section>
  );
}
