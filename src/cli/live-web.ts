// The live page over HTTP: the page itself, and the stream of server-sent events that it draws (HTML Living Standard §9.2).
// Each page that is open reads from the one state at its own pace; without a page, nothing is looked at.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  type LiveCursor,
  type LivePage,
  type LiveStatus,
  livePageHtml,
  type ReportSink,
  type Summary,
} from '../index.js';
import { type Address, addressOf, endpoint, isLoopback, openDoor, refuse } from './http-door.js';

/** Pages that may be open at a time. */
const mostPages = 16;

/** Milliseconds between two messages to a page; each is a sign of life, too. */
const pace = 1000;

/** A report takes at most this part of the time. */
const share = 0.05;

/** A page that takes nothing for so long is let go; it comes back when it can. Milliseconds. */
const slowest = 30_000;

/** Milliseconds after which a page that lost us tries again. */
const retry = 2000;

/** Milliseconds that the last words to a page may take. */
const parting = 500;

/** Where the page's data are from. */
export interface LiveSource {
  status(): LiveStatus | null;
  report(sink: ReportSink): Summary | null;
}

interface Reader {
  response: ServerResponse;
  cursor: LiveCursor;
  /** Since when it takes nothing, in milliseconds; null = it does. */
  fullSince: number | null;
  /** There is more for it than it was told. */
  behind: boolean;
}

/** Serves the live page until it is closed. */
export class LiveWeb {
  /** 'http://127.0.0.1:9465/' */
  readonly url: string;
  /** What to say behind the address: who else can look. */
  readonly caution: string;
  readonly #server: Server;
  readonly #page: LivePage;
  readonly #source: LiveSource;
  readonly #readers: Set<Reader> = new Set();
  #timer: NodeJS.Timeout | null = null;
  #reportDue = 0;
  #flowsReported = -1;
  #ended = false;

  private constructor(server: Server, where: Address, page: LivePage, source: LiveSource) {
    this.#server = server;
    this.url = `http://${endpoint(addressOf(server, where))}/`;
    this.caution = isLoopback(where.host) ? '' : ' (without a password, for everyone who reaches that address)';
    this.#page = page;
    this.#source = source;
  }

  /** Listens; throws a UsageError where that can't be. */
  static async open(where: Address, page: LivePage, source: LiveSource): Promise<LiveWeb> {
    const { html, policy } = await livePageHtml();
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    };
    let web: LiveWeb | null = null;
    const server = await openDoor({
      where,
      option: '--web',
      anyName: false,
      answer(path, request, response) {
        response.setHeader('cross-origin-resource-policy', 'same-origin');
        if (path === '/') response.writeHead(200, headers).end(html);
        else if (path === '/events' && web !== null) web.#begin(request, response);
        else refuse(response, 404, 'there is nothing but the page at /');
      },
    });
    web = new LiveWeb(server, where, page, source);
    return web;
  }

  /** Tells every page that this was the end, and closes. */
  async close(): Promise<void> {
    this.#ended = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#server.close();
    if (this.#readers.size > 0) {
      this.#report(performance.now());
      const gone = [...this.#readers].map(({ response }) => new Promise((done) => response.once('close', done)));
      const status = this.#source.status();
      for (const reader of this.#readers) this.#tell(reader, status);
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise((done) => {
        timer = setTimeout(done, parting);
      });
      await Promise.race([Promise.all(gone), limit]);
      clearTimeout(timer);
    }
    this.#server.closeAllConnections();
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      refuse(response, 403, 'this is for the page of this server');
      return;
    }
    if (this.#readers.size >= mostPages || this.#ended) {
      response.setHeader('retry-after', '10');
      refuse(response, 503, `${mostPages} pages are open already`);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const lastId = request.headers['last-event-id'];
    const cursor = this.#page.cursorAt(typeof lastId === 'string' ? lastId : undefined);
    const reader: Reader = { response, cursor, fullSince: null, behind: true };
    this.#readers.add(reader);
    response.on('close', () => this.#leave(reader));
    response.on('drain', () => {
      reader.fullSince = null;
      if (reader.behind || this.#ended) this.#tell(reader, null);
    });
    response.write(`retry: ${retry}\n\n`);
    this.#reportIfDue();
    this.#tell(reader, this.#source.status());
    this.#timer ??= setInterval(() => this.#tick(), pace).unref();
  }

  #leave(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    this.#reportIfDue();
    const status = this.#source.status();
    const now = performance.now();
    for (const reader of this.#readers) {
      if (reader.fullSince === null) this.#tell(reader, status);
      else if (now - reader.fullSince > slowest) reader.response.destroy();
    }
  }

  // What is new to `reader`, as much as it takes; the rest when it has taken that.
  #tell(reader: Reader, status: LiveStatus | null): void {
    const { response, cursor } = reader;
    let counts = status;
    reader.behind = true;
    while (reader.behind && reader.fullSince === null) {
      const news = this.#page.read(cursor, counts, this.#ended);
      reader.behind = news.more;
      counts = null;
      const taken = response.write(`id: ${this.#page.idOf(cursor)}\ndata: ${news.json}\n\n`);
      if (!taken) reader.fullSince = performance.now();
    }
    if (this.#ended && !reader.behind) response.end();
  }

  #reportIfDue(): void {
    const now = performance.now();
    const flows = this.#source.status()?.flows.total ?? 0;
    if (now < this.#reportDue || flows === this.#flowsReported) return;
    this.#flowsReported = flows;
    this.#report(now);
    this.#reportDue = now + (performance.now() - now) / share;
  }

  #report(now: number): void {
    this.#page.refresh((sink) => this.#source.report(sink), now);
  }
}
