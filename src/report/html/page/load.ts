// Reads what the report's sink wrote into the page. Details of flows are parsed a piece at a time, when one is opened.
import type { Finding } from '../../../model/finding.js';
import { type Hop, hopStates } from '../../../model/hop.js';
import {
  blocks,
  type FlowDetail,
  type FlowRow,
  flowsInPiece,
  type PageCertificate,
  type PageSummary,
  type Text,
  verdicts,
} from '../page-data.js';
import type { Flow, PageFinding, PageHop, Report } from './view.js';

/** Reads the blocks of `document`. */
export function loadReport(document: Document): Report {
  const pieces = (block: string): HTMLScriptElement[] => [
    ...document.querySelectorAll<HTMLScriptElement>(`script[data-block="${block}"]`),
  ];
  const array = <T>(block: string): T[] => pieces(block).flatMap((piece) => JSON.parse(piece.text) as T[]);
  const strings = array<string>(blocks.strings);
  const text = (place: Text): string => (typeof place === 'string' ? place : (strings[place] ?? ''));
  const summary = array<PageSummary>(blocks.summary)[0];
  if (summary === undefined) throw new Error('the report breaks off: it was not written to its end');
  const flows = array<FlowRow>(blocks.rows).map((row) => flowOf(row, text));
  const flowById = new Map(flows.map((flow) => [flow.id, flow]));
  const findings = anchored(array<Finding>(blocks.findings));
  const hops = linkedHops(array<Hop>(blocks.hops), flowById, findings);
  const certificates = array<PageCertificate>(blocks.certificates);
  const details = pieces(blocks.details);
  const places = new Map(flows.map((flow, place) => [flow.id, place]));
  let parsed: { piece: number; details: FlowDetail[] } | null = null;
  return {
    ...summary,
    captures: array(blocks.captures),
    certificates,
    certificateByHash: new Map(certificates.map((certificate) => [certificate.sha256, certificate])),
    hops,
    hopById: new Map(hops.map((hop) => [hop.id, hop])),
    findings,
    flows,
    flowById,
    text,
    detailOf({ id }) {
      const place = places.get(id);
      if (place === undefined) return null;
      const piece = Math.floor(place / flowsInPiece);
      if (parsed?.piece !== piece) {
        const script = details[piece];
        parsed = { piece, details: script === undefined ? [] : (JSON.parse(script.text) as FlowDetail[]) };
      }
      return parsed.details[place % flowsInPiece] ?? null;
    },
  };
}

/** 'ip:port', '[v6]:port'. */
export function endpoint(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function flowOf(row: FlowRow, text: (place: Text) => string): Flow {
  const [id, verdict, clientIp, clientPort, serverIp, serverPort, spoken, serverName, start, end, first, last] = row;
  return {
    id,
    verdict: verdicts[verdict] ?? 'untold',
    client: endpoint(text(clientIp), clientPort),
    server: endpoint(text(serverIp), serverPort),
    spoken: text(spoken),
    serverName: serverName === null ? null : text(serverName),
    start,
    end,
    firstFrame: first,
    lastFrame: last,
    octets: { client: row[12], server: row[13] },
    inferred: row[14] === 1,
    hop: null,
  };
}

// Numbered within their kind: the address stays when another kind of finding comes or goes.
function anchored(findings: Finding[]): PageFinding[] {
  const numbers = new Map<string, number>();
  return findings.map((finding) => {
    const number = (numbers.get(finding.kind) ?? 0) + 1;
    numbers.set(finding.kind, number);
    return { ...finding, anchor: `finding-${finding.kind}-${number}` };
  });
}

// Worst first, each with its flows, findings and the hops it is carried on by.
function linkedHops(hops: Hop[], flowById: Map<number, Flow>, findings: PageFinding[]): PageHop[] {
  const linked = hops.map((hop): PageHop => ({ ...hop, anchor: `hop-${hop.id}`, findings: [], forwardsTo: [] }));
  const byId = new Map(linked.map((hop) => [hop.id, hop]));
  for (const hop of linked) {
    for (const id of hop.flows) {
      const flow = flowById.get(id);
      if (flow !== undefined) flow.hop = hop;
    }
    for (const { hop: front } of hop.forwardedFrom) byId.get(front)?.forwardsTo.push(hop.id);
  }
  for (const finding of findings) if (finding.hop !== null) byId.get(finding.hop)?.findings.push(finding);
  return linked.sort((a, b) => hopStates.indexOf(a.mtls) - hopStates.indexOf(b.mtls) || a.firstFrame - b.firstFrame);
}
