// What is sniffed in the benchmarks of `analyze live`: connections over TLS and HTTP as packets, for a file or for a pipe.
import { distinguishedName, makeCertificate } from './certificates.mjs';
import { Connection } from './connection.mjs';
import * as dialogue from './dialogues.mjs';
import * as handshake from './handshakes.mjs';
import * as tls from './tls.mjs';
import { address, peer } from './writer.mjs';

/** @typedef {import('./connection.mjs').Speaker} Speaker */
/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./writer.mjs').CaptureWriter} CaptureWriter */

const portsOfClient = 60_000;
const clients = 250;

/**
 * A service that may ask for client certificates, with the certificates of both sides.
 * @param {Random} random @param {number} index @returns {handshake.Service}
 */
export function makeLiveService(random, index) {
  const name = `live-${index}.bench.example`;
  const issuer = 'Bench Issuing CA 1';
  const intermediate = makeCertificate(random, { issuer: 'Bench Root', subject: issuer, authority: true });
  const leaf = makeCertificate(random, { issuer, subject: name, names: [name] });
  const client = makeCertificate(random, { issuer, subject: `client-${index}`, names: [`spiffe://bench/${index}`] });
  return {
    name,
    certificate: tls.certificate([leaf, intermediate]),
    clientCertificate: tls.certificate([client]),
    request: tls.certificateRequest([distinguishedName('Bench Root')]),
  };
}

/**
 * The `index`-th connection to one of `services` servers; fifteen million pass before a 4-tuple comes again.
 * @param {CaptureWriter} writer @param {Random} random @param {number} index @param {number} port @param {number} services
 */
export function connectLive(writer, random, index, port, services) {
  const client = peer(address(10, 1, 0, 1 + (index % clients)), 1024 + (Math.floor(index / clients) % portsOfClient));
  return new Connection(writer, client, peer(address(10, 2, 0, 1 + (index % services)), port), random);
}

/** A handshake of any kind with one answer, from SYN to FIN. @param {Connection} connection @param {handshake.Service} service @param {number} answer octets @returns {Speaker} */
export function* tlsSession(connection, service, answer) {
  const { random } = connection;
  yield* connection.open();
  const draw = random.below(100);
  if (draw < 30) yield* handshake.fullHandshake12(connection, service, false);
  else if (draw < 50) yield* handshake.fullHandshake12(connection, service, true);
  else if (draw < 65) yield* handshake.resumedHandshake12(connection, service);
  else yield* handshake.handshake13(connection, service, { resumed: draw >= 90, asks: draw < 75 });
  yield* handshake.exchange(connection, answer);
  yield* handshake.goodbye(connection);
  yield* connection.close();
}

/** One request in cleartext and its answer. @param {Connection} connection @param {number} answer octets @param {Uint8Array} pool @returns {Speaker} */
export function httpSession(connection, answer, pool) {
  return dialogue.download(connection, answer, pool, { merged: 0, acks: 0.5, disorder: 0 });
}
