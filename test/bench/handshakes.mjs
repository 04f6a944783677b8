// Whole TLS conversations on a connection, in the flights that common stacks send.
import * as tls from './tls.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./connection.mjs').Connection} Connection */
/** @typedef {import('./connection.mjs').Speaker} Speaker */

/**
 * What a service presents, built once.
 * @typedef {{ name: string, certificate: Uint8Array, clientCertificate: Uint8Array, request: Uint8Array }} Service
 */

const ticketLength = 176;
const serverHello12 = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false, alpn: 'http/1.1' });
const serverHelloResumed12 = tls.serverHello({ suite: 0xc02f, is13: false, resumed: true });
const serverHello13 = tls.serverHello({ suite: 0x1301, is13: true, resumed: false });
const serverHelloResumed13 = tls.serverHello({ suite: 0x1301, is13: true, resumed: true });
const keyExchange = tls.serverKeyExchange();
const clientKey = tls.clientKeyExchange();
const verify = tls.certificateVerify();
const ticket = tls.newSessionTicket(ticketLength);
const finished = tls.finished();
const closing = tls.closeNotify();

/** @type {Map<string, tls.Template>} */
const hellos = new Map();

/** @param {tls.ClientProfile} profile @param {string} name @param {boolean} resumes */
function hello(profile, name, resumes) {
  const key = `${tls.clientProfiles.indexOf(profile)} ${tls.legacyProfiles.indexOf(profile)} ${name} ${resumes}`;
  let made = hellos.get(key);
  if (!made) {
    made = tls.clientHello(profile, name, resumes ? ticketLength : 0);
    hellos.set(key, made);
  }
  return made;
}

/** A ClientHello of a common client in its record. @param {Random} random @param {string} name @returns {Uint8Array} */
export function anyClientHello(random, name) {
  return hello(random.pick(tls.clientProfiles), name, false).draw(random);
}

/**
 * A full TLS 1.2 handshake, with client authentication when `asks`.
 * @param {Connection} connection @param {Service} service @param {boolean} asks @returns {Speaker}
 */
export function* fullHandshake12(connection, service, asks) {
  const { random } = connection;
  yield* connection.say(
    0,
    hello(random.pick(random.chance(0.5) ? tls.legacyProfiles : tls.clientProfiles), service.name, false).draw(random),
  );
  connection.acknowledge(1);
  yield;
  const flight = [serverHello12.draw(random), service.certificate, keyExchange.draw(random)];
  if (asks) flight.push(service.request);
  yield* connection.say(1, tls.concat(...flight, tls.serverHelloDone));
  connection.acknowledge(0);
  yield;
  const answer = [clientKey.draw(random)];
  if (asks) {
    answer.unshift(service.clientCertificate);
    answer.push(verify.draw(random));
  }
  yield* connection.say(0, tls.concat(...answer, tls.changeCipherSpec, finished.draw(random)));
  connection.acknowledge(1);
  yield;
  yield* connection.say(1, tls.concat(ticket.draw(random), tls.changeCipherSpec, finished.draw(random)));
}

/** TLS 1.2 resumed by ticket. @param {Connection} connection @param {Service} service @returns {Speaker} */
export function* resumedHandshake12(connection, service) {
  const { random } = connection;
  yield* connection.say(0, hello(random.pick(tls.legacyProfiles), service.name, true).draw(random));
  yield* connection.say(1, tls.concat(serverHelloResumed12.draw(random), tls.changeCipherSpec, finished.draw(random)));
  connection.acknowledge(0);
  yield;
  yield* connection.say(0, tls.concat(tls.changeCipherSpec, finished.draw(random)));
}

/**
 * TLS 1.3, full or resumed; past the ServerHello only lengths are real.
 * @param {Connection} connection @param {Service} service @param {{ resumed: boolean, asks: boolean }} options @returns {Speaker}
 */
export function* handshake13(connection, service, { resumed, asks }) {
  const { random } = connection;
  const tag = 17;
  yield* connection.say(0, hello(random.pick(tls.clientProfiles), service.name, resumed).draw(random));
  connection.acknowledge(1);
  yield;
  const flight = [
    (resumed ? serverHelloResumed13 : serverHello13).draw(random),
    tls.changeCipherSpec,
    tls.protectedRecord(random, 19 + tag),
  ];
  if (asks && !resumed) flight.push(tls.protectedRecord(random, 42 + tag));
  if (!resumed)
    flight.push(tls.protectedRecord(random, service.certificate.length + tag), tls.protectedRecord(random, 264 + tag));
  yield* connection.say(1, tls.concat(...flight, tls.protectedRecord(random, 36 + tag)));
  connection.acknowledge(0);
  yield;
  const answer = [tls.changeCipherSpec];
  if (asks && !resumed)
    answer.push(
      tls.protectedRecord(random, service.clientCertificate.length + tag),
      tls.protectedRecord(random, 264 + tag),
    );
  yield* connection.say(0, tls.concat(...answer, tls.protectedRecord(random, 36 + tag)));
  yield* connection.say(1, tls.concat(tls.protectedRecord(random, 234), tls.protectedRecord(random, 234)));
}

/** One request and its answer in protected records. @param {Connection} connection @param {number} answerLength @returns {Speaker} */
export function* exchange(connection, answerLength) {
  const { random } = connection;
  yield* connection.say(0, tls.protectedRecord(random, random.between(120, 500)));
  yield* connection.say(1, tls.protectedRecord(random, answerLength));
  connection.acknowledge(0);
  yield;
}

/** close_notify from both sides. @param {Connection} connection @returns {Speaker} */
export function* goodbye(connection) {
  yield* connection.say(0, closing.draw(connection.random));
  yield* connection.say(1, closing.draw(connection.random));
}

/**
 * A producer of protected records of the largest size for `Connection.stream`, whatever the segments' limits are.
 * @param {Uint8Array} pool octets to draw content from @param {Random} random
 * @returns {(bytes: Uint8Array, length: number) => void}
 */
export function recordStream(pool, random) {
  const header = [0x17, 0x03, 0x03, 0x40, 0x11];
  const recordLength = header.length + 0x4011;
  let position = 0;
  return (bytes, length) => {
    const from = random.below(pool.length - length);
    bytes.set(pool.subarray(from, from + length), 0);
    for (let at = ((recordLength - position) % recordLength) - recordLength; at < length; at += recordLength) {
      for (let octet = 0; octet < header.length; octet++) {
        if (at + octet >= 0 && at + octet < length) bytes[at + octet] = header[octet];
      }
    }
    position = (position + length) % recordLength;
  };
}
