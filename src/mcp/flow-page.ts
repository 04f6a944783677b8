import type * as barewire from '../index.js';
import { bounded, maxAnswer, type Page } from './answer.js';

/** Collects one page of flows while a capture is read; the others pass by. */
export class FlowPage implements barewire.ReportSink {
  readonly #offset: number;
  readonly #limit: number;
  readonly #isWanted: (flow: barewire.ConnectionRecord) => boolean;
  readonly #shown: unknown[] = [];
  #total = 0;
  #room = maxAnswer;

  constructor(offset: number, limit: number, isWanted: (flow: barewire.ConnectionRecord) => boolean) {
    this.#offset = offset;
    this.#limit = limit;
    this.#isWanted = isWanted;
  }

  flow(flow: barewire.ConnectionRecord): void {
    if (!this.#isWanted(flow)) return;
    if (this.#total++ < this.#offset || this.#shown.length >= this.#limit || this.#room <= 0) return;
    const plain = bounded(inShort(flow));
    this.#room -= JSON.stringify(plain).length;
    this.#shown.push(plain);
  }

  end(): void {}

  /** The page. */
  finish(): Page {
    const next = this.#offset + this.#shown.length;
    return {
      fromCapture: this.#shown,
      total: this.#total,
      offset: this.#offset,
      next: next < this.#total ? next : null,
      notKept: 0,
    };
  }
}

function inShort(flow: barewire.ConnectionRecord): object {
  const { id, transport, client, server, firstFrame, lastFrame, startTime, kind, protocol, kindBasis, tls } = flow;
  return {
    id,
    transport,
    client,
    server,
    firstFrame,
    lastFrame,
    startTime,
    kind,
    protocol,
    kindBasis,
    tls:
      tls === null
        ? null
        : {
            version: tls.version,
            serverName: tls.clientHello?.serverName ?? null,
            cipherSuite: tls.serverHello?.cipherSuite.name ?? null,
            resumed: tls.resumed,
            established: tls.established,
            clientAuth: tls.clientAuth,
          },
  };
}
