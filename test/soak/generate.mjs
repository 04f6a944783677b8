#!/usr/bin/env node
// Writes ever new connections, of which a third is never closed: node test/soak/generate.mjs PATH CONNECTIONS MICROSECONDS
// MICROSECONDS pass between two packets, by their own clock. PATH may be a named pipe.
import { argv, stderr } from 'node:process';
import { Connection, interleave } from '../bench/connection.mjs';
import { httpRequest } from '../bench/dialogues.mjs';
import * as handshake from '../bench/handshakes.mjs';
import { connectLive, httpSession, makeLiveService, tlsSession } from '../bench/live-stream.mjs';
import { Random } from '../bench/random.mjs';
import { CaptureWriter } from '../bench/writer.mjs';

const [, , path, connections, microseconds] = argv;
const random = new Random(7);
const pool = random.bytes(1 << 16);
const services = Array.from({ length: 16 }, (_, index) => makeLiveService(random, index));
const writer = new CaptureWriter(path);
interleave(Number(connections), 300, start, writer, random, Number(microseconds));
writer.close();
stderr.write(`${writer.packets} packets\n`);

/** @param {number} index @returns {import('../bench/connection.mjs').Speaker} */
function start(index) {
  const isHttp = index % 9 === 3 || index % 9 === 8;
  const connection = connectLive(writer, random, index, isHttp ? 80 : 443, services.length);
  const service = services[index % services.length];
  if (index % 3 !== 0) return isHttp ? httpSession(connection, 400, pool) : tlsSession(connection, service, 300);
  if (isHttp) return waiting(connection);
  return index % 9 === 0 ? halfOpen(connection, service) : established(connection, service);
}

/** A request that is never answered. @param {Connection} connection */
function* waiting(connection) {
  yield* connection.open();
  yield* connection.say(0, httpRequest('/events', 'soak.bench.example'));
}

/** A handshake that never goes on. @param {Connection} connection @param {handshake.Service} service */
function* halfOpen(connection, service) {
  yield* connection.open();
  yield* connection.say(0, handshake.anyClientHello(connection.random, service.name));
}

/** A connection of a pool that nobody closes. @param {Connection} connection @param {handshake.Service} service */
function* established(connection, service) {
  yield* connection.open();
  yield* handshake.fullHandshake12(connection, service, true);
  yield* handshake.exchange(connection, 300);
}
