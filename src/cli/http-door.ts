// The small HTTP servers of live sniffing: read-only, bound to what was asked for and nothing else, and deaf to requests that
// a web site made the reader's browser send.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { UsageError } from './exit-codes.js';

/** Milliseconds in which a request has to be made. */
const patience = 5000;

/** Connections at a time: those of a dozen people who watch, each with another for the page. */
const mostConnections = 32;

/** Where to listen. */
export interface Address {
  host: string;
  port: number;
}

/** What is served, and to whom. */
export interface Door {
  where: Address;
  /** The option that asked for it, for what goes wrong. */
  option: string;
  /** Answers to any name that a request calls us; else to addresses, 'localhost' and the name in `where` only. */
  anyName: boolean;
  /** Answers a request of GET or HEAD for `path`, which has no query; node leaves out the body of an answer to HEAD. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): void;
}

/** Where to listen: 'HOST:PORT', '[::1]:9464', or a port alone on the loopback interface. */
export function parseListen(text: string, option: string): Address {
  const match = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? -1);
  if (match === null || port > 65_535)
    throw new UsageError(`${option} ${text}: not HOST:PORT, and no port from 0 to 65535`);
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port };
}

/** Whether only this machine reaches `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Listens until the server is closed; throws a UsageError where that can't be. */
export async function openDoor({ where, option, anyName, answer }: Door): Promise<Server> {
  const server = createServer({ connectionsCheckingInterval: patience }, (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (!anyName && !isOurs(request.headers.host, where.host)) {
      refuse(
        response,
        403,
        'call this server by its address, by localhost, or by the name that it was told to listen on',
      );
    } else answer((request.url ?? '').split('?', 1)[0]!, request, response);
  });
  server.requestTimeout = patience;
  server.headersTimeout = patience;
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new UsageError(`${option}: cannot listen on ${endpoint(where)}: ${systemWords(error)}`, { cause: error })),
    );
    server.listen(where.port, where.host, resolve);
  });
  // Neither the server nor who is connected to it keeps the program alive.
  server.unref();
  server.on('connection', (socket: Socket) => socket.unref());
  return server;
}

/** Says in a line why there is nothing to see. */
export function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/** '127.0.0.1:9464', '[::1]:9464'. */
export function endpoint({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where `server` listens: the port that the system chose where none was asked for. */
export function addressOf(server: Server, { host, port }: Address): Address {
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
}

// A web site can have its own name point to us (DNS rebinding), and read our answers as its own. It can't have a browser call us
// by an address, so whoever does means us. The port may be another one: tunnels change it.
function isOurs(host: string | undefined, listening: string): boolean {
  const name = (host ?? '')
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return isIP(name) !== 0 || name === 'localhost' || (name !== '' && name === listening.toLowerCase());
}

// 'listen EADDRINUSE: address already in use 127.0.0.1:80' says the address twice.
function systemWords(error: Error): string {
  return /\bE[A-Z]+: (.+?)(?: \S*:\d+)?$/.exec(error.message)?.[1] ?? error.message;
}
