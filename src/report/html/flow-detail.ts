import { secondsOf } from '../../base/time.js';
import { beganHere } from '../../model/began-here.js';
import type { ChainVerdict, ConnectionRecord, Fact, TlsSession } from '../../model/connection-record.js';
import type { Side } from '../../model/side.js';
import { spokenText } from '../endpoints.js';
import { explanationOf } from '../explain/verdict.js';
import { count, countOf } from '../quantities.js';
import { verdictOf } from '../verdict.js';
import { flowSteps } from './flow-steps.js';
import {
  type ChainDetail,
  type FactDetail,
  type FlowDetail,
  type FlowRow,
  readings,
  type Step,
  sides,
  stepKinds,
  type Text,
  verdicts,
} from './page-data.js';
import type { StringTable } from './script-block.js';

/** Steps of a ladder, and entries of each list of a detail: a hostile connection may have thousands. */
const maxSteps = 120;
const maxEntries = 24;
const maxFrames = 10;

const rolesWords = {
  syn: 'The SYN shows who opened it.',
  handshake: 'The handshake shows who is client.',
  protocol: 'The protocol shows who is client.',
  port: 'The client is guessed from the ports.',
} as const;

const closedWords = { fin: 'Closed by FIN.', rst: 'Ended by RST.', open: 'Not seen to end.' } as const;

const factNames: readonly (readonly [keyof TlsSession['facts'], string])[] = [
  ['serverCertificate', 'server Certificate'],
  ['certificateRequest', 'CertificateRequest'],
  ['clientCertificate', 'client Certificate'],
  ['certificateVerify', 'CertificateVerify'],
];

/** Puts connection records into the words and numbers that the page shows. */
export class FlowDescriber {
  readonly #strings: StringTable;

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  /** The flow as a row of the list. */
  row(flow: ConnectionRecord): FlowRow {
    const strings = this.#strings;
    return [
      flow.id,
      verdicts.indexOf(verdictOf(flow)),
      strings.place(flow.client.ip),
      flow.client.port,
      strings.place(flow.server.ip),
      flow.server.port,
      strings.place(spokenWords(flow)),
      strings.placeOrNull(flow.tls?.clientHello?.serverName ?? null),
      milliseconds(flow.startTime),
      milliseconds(flow.endTime),
      flow.firstFrame,
      flow.lastFrame,
      flow.bytes.client,
      flow.bytes.server,
      flow.tls?.clientAuth.certainty === 'inferred' ? 1 : 0,
    ];
  }

  /** What the page tells of the flow when it is opened. */
  detail(flow: ConnectionRecord): FlowDetail {
    const { tls } = flow;
    const steps = flowSteps(flow);
    return {
      capture: flow.capture,
      explanation: this.#strings.place(explanationOf(flow)),
      connection: this.#texts(connectionSentences(flow)),
      steps: steps
        .slice(0, maxSteps)
        .map(
          ({ frame, from, reading, kind, what, octets, saying }): Step => [
            frame,
            sides.indexOf(from),
            readings.indexOf(reading),
            stepKinds.indexOf(kind),
            this.#strings.place(what),
            octets,
            this.#strings.placeOrNull(saying),
          ],
        ),
      moreSteps: Math.max(0, steps.length - maxSteps),
      auth: tls === null ? null : this.#auth(tls),
      facts: tls === null ? [] : factNames.map(([key, name]) => this.#fact(name, tls.facts[key])),
      certificates: {
        client: this.#hashes(tls?.clientCertificates ?? null),
        server: this.#hashes(tls?.serverCertificates ?? null),
      },
      chains: tls === null ? [] : this.#chains(tls),
      oddities: this.#texts(odditySentences(flow)),
      ja3: this.#strings.placeOrNull(tls?.clientHello?.ja3 ?? null),
      ja4: this.#strings.placeOrNull(tls?.clientHello?.ja4 ?? null),
    };
  }

  #auth(tls: TlsSession): FlowDetail['auth'] {
    const { requested, status, outcome, certainty, basis } = tls.clientAuth;
    const place = (text: string): Text => this.#strings.place(text);
    return {
      requested,
      status: place(status),
      outcome: place(outcome),
      certainty: place(certainty),
      basis: place(basis),
    };
  }

  #fact(name: string, fact: Fact): FactDetail {
    return {
      name: this.#strings.place(name),
      state: fact.state,
      frames: fact.state === 'hidden' ? [] : fact.frames.slice(0, maxFrames),
      because: fact.state === 'hidden' ? this.#strings.place(fact.because) : null,
    };
  }

  #chains(tls: TlsSession): ChainDetail[] {
    const chains: ChainDetail[] = [];
    const add = (side: Side, verdict: ChainVerdict | null): void => {
      if (verdict === null) return;
      const notes =
        verdict.clockDistrusted === null
          ? verdict.notes
          : [...verdict.notes, `validity is not judged: ${verdict.clockDistrusted}`];
      const problems = verdict.problems.map(({ code, detail }) => `${code}: ${detail}`);
      chains.push({ side, trust: verdict.trust, problems: this.#texts(problems), notes: this.#texts(notes) });
    };
    add('server', tls.serverVerification);
    add('client', tls.clientVerification);
    return chains;
  }

  #hashes(hashes: readonly string[] | null): Text[] | null {
    return hashes === null ? null : this.#texts(hashes);
  }

  #texts(texts: readonly string[]): Text[] {
    return texts.slice(0, maxEntries).map((text) => this.#strings.place(text));
  }
}

/** What is spoken; for TLS with what keys or the ALPN tell of the inside. */
function spokenWords(flow: ConnectionRecord): string {
  const spoken = spokenText(flow);
  return flow.kind === 'tls' && flow.protocol !== null && flow.protocol !== spoken
    ? `${spoken}, ${flow.protocol}`
    : spoken;
}

function connectionSentences(flow: ConnectionRecord): string[] {
  const sentences: string[] = [rolesWords[flow.rolesFrom]];
  if (flow.transport === 'tcp') {
    if (!beganHere(flow)) sentences.push('The capture starts in its middle.');
    sentences.push(closedWords[flow.closed]);
  }
  if (flow.layers.length > 0) sentences.push(`Carried in ${flow.layers.slice(0, maxEntries).join(', ')}.`);
  const { tls } = flow;
  if (tls !== null) {
    sentences.push(tls.established ? 'The session came about.' : outcomeWords(tls));
    if (tls.decrypted) sentences.push('Read with keys that were given.');
    if (tls.resumedFrom !== null) sentences.push(`Resumes flow ${tls.resumedFrom}.`);
  }
  return sentences;
}

function outcomeWords(tls: TlsSession): string {
  return tls.version === 'TLSv1.3' && !tls.decrypted
    ? "Whether the session came about can't be told."
    : 'The session is not seen to come about.';
}

function odditySentences(flow: ConnectionRecord): string[] {
  const sentences: string[] = [];
  for (const { from, offset, length } of flow.gaps.slice(0, maxEntries)) {
    sentences.push(`${countOf(length, 'octet')} from the ${from} are missing at offset ${count(offset)} of its stream`);
  }
  for (const check of Object.values(flow.tls?.signatures ?? {})) {
    if (check?.result !== 'invalid') continue;
    const because = check.because === null ? '' : `: ${check.because}`;
    sentences.push(`a signature of the handshake (frame ${check.frame}) does not verify${because}`);
  }
  return [...sentences, ...flow.anomalies];
}

function milliseconds(time: string): number {
  const seconds = secondsOf(time);
  return Number.isNaN(seconds) ? 0 : Math.round(seconds * 1e6) / 1e3;
}
