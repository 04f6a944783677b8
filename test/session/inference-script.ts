import type { InferenceInput, InferenceSide } from '../../src/session/inference/inference-input.js';

/** Octets of a record header. */
const headerOctets = 5;

const serverHelloFrame = 6;
const serverHelloEnd = 127;
const clientHelloEnd = 238;

function emptySide(): InferenceSide & { records: number[] } {
  return {
    records: [],
    whole: 0,
    begun: true,
    complete: true,
    hiddenBecause: null,
    finFrame: 0,
    rstFrame: 0,
    clearAlertFrame: 0,
  };
}

/** The sides may be changed by a test. */
export interface Overheard extends InferenceInput {
  client: InferenceSide & { records: number[] };
  server: InferenceSide & { records: number[] };
}

/**
 * A connection from its records after the ServerHello as they went over the wire: 'S:721' is one of the server's of 721
 * octets, 'C:fin' and 'S:rst' ends. Each record has a frame of its own, from 7 on, and acknowledges all that the other side
 * had sent; one written 'c:53' was sent before the ServerHello arrived.
 */
export function overhear(script: string, suite = 0x1301): Overheard {
  const client = emptySide();
  const server = emptySide();
  let clientAt = clientHelloEnd;
  let serverAt = serverHelloEnd;
  let frame = serverHelloFrame;
  for (const step of script.split(' ')) {
    frame++;
    const [who, what = ''] = step.split(':');
    const side = who === 'S' ? server : client;
    if (what === 'fin') side.finFrame = frame;
    else if (what === 'rst') side.rstFrame = frame;
    else if (what === 'alert') side.clearAlertFrame = frame;
    else if (who === 'S') {
      server.records.push(Number(what), serverAt, clientAt, frame);
      serverAt += headerOctets + Number(what);
    } else {
      client.records.push(Number(what), clientAt, who === 'c' ? 0 : serverAt, frame);
      clientAt += headerOctets + Number(what);
    }
  }
  client.whole = client.records.length / 4;
  server.whole = server.records.length / 4;
  return {
    suite,
    serverHelloFrame,
    serverHelloEnd,
    offersEarlyData: false,
    offersPostHandshakeAuth: false,
    client,
    server,
  };
}
