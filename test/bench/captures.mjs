// The captures of the benchmark. Each generator writes its whole capture and says what a right answer must count.
import { distinguishedName, makeCertificate } from './certificates.mjs';
import { Connection, interleave } from './connection.mjs';
import * as dialogue from './dialogues.mjs';
import * as handshake from './handshakes.mjs';
import { Random } from './random.mjs';
import * as tls from './tls.mjs';
import { address, peer } from './writer.mjs';

/** @typedef {import('./writer.mjs').CaptureWriter} CaptureWriter */
/** @typedef {import('./connection.mjs').Speaker} Speaker */
/** @typedef {{ flows: number, tls: number }} Truth how many flows there are, and how many carry TLS */
/** @typedef {(writer: CaptureWriter, scale: number) => Truth} Generator */

const recordLength = 16_406;

/** @param {number} count @param {number} scale */
const scaled = (count, scale) => Math.max(1, Math.round(count * scale));

/** @param {Random} random @param {number} index @returns {handshake.Service} */
function makeService(random, index) {
  const name = `service-${index}.bench.example`;
  const issuer = 'Bench Issuing CA 1';
  const intermediate = makeCertificate(random, { issuer: 'Bench Root', subject: issuer, authority: true });
  const leaf = makeCertificate(random, { issuer, subject: name, names: [name, `alt-${index}.bench.example`] });
  const spiffe = `spiffe://bench.example/ns/default/sa/client-${index}`;
  const client = makeCertificate(random, { issuer, subject: `client-${index}`, names: [spiffe], client: true });
  return {
    name,
    certificate: tls.certificate([leaf, intermediate]),
    clientCertificate: tls.certificate([client]),
    request: tls.certificateRequest([distinguishedName('Bench Root'), distinguishedName(issuer)]),
  };
}

/** A connection of its own 4-tuple. @param {CaptureWriter} writer @param {Random} random @param {number} index @param {number} port */
function connect(writer, random, index, port, services = 16) {
  const client = peer(address(10, 1, (index >> 3) & 3, 1 + (index % 251)), 1024 + (Math.floor(index / 251) % 60_000));
  const server = peer(address(10, 2, (index / (251 * 60_000)) & 0xff, 1 + (index % services)), port);
  return new Connection(writer, client, server, random);
}

/** Few connections that carry much: TLS application data and HTTP downloads. @type {Generator} */
function bulk(writer, scale) {
  const random = new Random(1);
  const pool = random.bytes(1 << 20);
  const services = Array.from({ length: 4 }, (_, index) => makeService(random, index));
  const total = scaled(940_000_000, scale);
  const count = 48;
  let encrypted = 0;
  const likelihood = { merged: 0.13, acks: 0.86, disorder: 0.0004 };
  const start = (/** @type {number} */ index) => {
    const isTls = index % 3 !== 0;
    if (isTls) encrypted++;
    const connection = connect(writer, random, index, isTls ? 443 : 80);
    const records = Math.max(1, Math.round(total / count / recordLength));
    return isTls
      ? encryptedDownload(connection, services[index % 4], records, index % 2 === 0, pool, likelihood)
      : dialogue.download(connection, records * recordLength, pool, likelihood);
  };
  interleave(count, 16, start, writer, random, 12);
  return { flows: count, tls: encrypted };
}

/**
 * @param {Connection} connection @param {handshake.Service} service @param {number} records @param {boolean} is13
 * @param {Uint8Array} pool @param {{ merged: number, acks: number, disorder: number }} likelihood @returns {Speaker}
 */
function* encryptedDownload(connection, service, records, is13, pool, likelihood) {
  yield* connection.open();
  if (is13) yield* handshake.handshake13(connection, service, { resumed: false, asks: false });
  else yield* handshake.fullHandshake12(connection, service, false);
  yield* handshake.exchange(connection, 400);
  const produce = handshake.recordStream(pool, connection.random);
  yield* connection.stream(1, records * recordLength, produce, likelihood);
  yield* handshake.goodbye(connection);
  yield* connection.close();
}

/** Mid-size flows of many protocols. @type {Generator} */
function mixed(writer, scale) {
  const random = new Random(2);
  const pool = random.bytes(1 << 20);
  const services = Array.from({ length: 12 }, (_, index) => makeService(random, index));
  const likelihood = { merged: 0.02, acks: 0.5, disorder: 0.001 };
  const count = scaled(6_500, scale);
  let encrypted = 0;
  const start = (/** @type {number} */ index) => {
    const kind = index % 20;
    if (kind < 6) return dialogue.web(connect(writer, random, index, 8080), pool, likelihood);
    if (kind < 12) {
      encrypted++;
      const records = random.between(1, 12);
      return encryptedDownload(
        connect(writer, random, index, 443),
        services[index % 12],
        records,
        random.chance(0.6),
        pool,
        likelihood,
      );
    }
    if (kind < 15) return dialogue.redis(connect(writer, random, index, 6379), pool);
    if (kind < 18) return dialogue.postgresql(connect(writer, random, index, 5432), pool);
    return dialogue.dns(connect(writer, random, index, 53));
  };
  interleave(count, 300, start, writer, random, 40);
  return { flows: count, tls: encrypted };
}

/** Handshakes, one after another and beside one another: few certificates, few fingerprints. @type {Generator} */
function storm(writer, scale) {
  const random = new Random(3);
  const services = Array.from({ length: 40 }, (_, index) => makeService(random, index));
  const count = scaled(132_000, scale);
  const start = (/** @type {number} */ index) =>
    briefSession(connect(writer, random, index, 443), random.pick(services));
  interleave(count, 400, start, writer, random, 25);
  return { flows: count, tls: count };
}

/** @param {Connection} connection @param {handshake.Service} service @returns {Speaker} */
function* briefSession(connection, service) {
  const { random } = connection;
  yield* connection.open();
  const draw = random.below(100);
  if (draw < 30) yield* handshake.fullHandshake12(connection, service, false);
  else if (draw < 50) yield* handshake.fullHandshake12(connection, service, true);
  else if (draw < 65) yield* handshake.resumedHandshake12(connection, service);
  else yield* handshake.handshake13(connection, service, { resumed: draw >= 90, asks: draw < 75 });
  yield* handshake.exchange(connection, random.between(100, 700));
  yield* handshake.goodbye(connection);
  yield* connection.close();
}

/** As many certificates as connections. @type {Generator} */
function certificates(writer, scale) {
  const random = new Random(4);
  const issuer = 'Bench Issuing CA 1';
  const intermediate = makeCertificate(random, { issuer: 'Bench Root', subject: issuer, authority: true });
  const shared = makeService(random, 0);
  const count = scaled(20_000, scale);
  const start = (/** @type {number} */ index) => {
    const name = `host-${index}.bench.example`;
    const leaf = makeCertificate(random, {
      issuer,
      subject: name,
      names: [name, `www.${name}`],
      elliptic: index % 2 === 0,
    });
    const service = { ...shared, certificate: tls.certificate([leaf, intermediate]) };
    return distinctSession(connect(writer, random, index, 443), service);
  };
  interleave(count, 200, start, writer, random, 40);
  return { flows: count, tls: count };
}

/** @param {Connection} connection @param {handshake.Service} service @returns {Speaker} */
function* distinctSession(connection, service) {
  yield* connection.open();
  yield* handshake.fullHandshake12(connection, service, false);
  yield* handshake.exchange(connection, 400);
  yield* handshake.goodbye(connection);
  yield* connection.close();
}

/**
 * `count` connections that say one thing: all open at the end, or each closed before a few hundred more begin.
 * @param {number} count @param {boolean} closes @returns {Generator}
 */
function flows(count, closes) {
  return (writer, scale) => {
    const random = new Random(5);
    const total = scaled(count, scale);
    const start = (/** @type {number} */ index) =>
      greeting(connect(writer, random, index, index % 2 ? 443 : 80), index, closes);
    // Live flows come within half a minute, so that no idle limit ends one; closed ones a thousand a second, so that few linger.
    interleave(total, 300, start, writer, random, closes ? 125 : 6);
    return { flows: total, tls: Math.floor(total / 2) };
  };
}

/** @param {Connection} connection @param {number} index @param {boolean} closes @returns {Speaker} */
function* greeting(connection, index, closes) {
  yield* connection.open();
  const name = `service-${index % 16}.bench.example`;
  if (index % 2) yield* connection.say(0, handshake.anyClientHello(connection.random, name));
  else yield* connection.say(0, dialogue.httpRequest(`/item/${index}`, name));
  if (closes) yield* connection.close();
}

/** Every capture of the benchmark, by name. @type {Record<string, Generator>} */
export const captures = {
  bulk,
  mixed,
  storm,
  certificates,
  'flows-10k': flows(10_000, false),
  'flows-100k': flows(100_000, false),
  'flows-1000k': flows(1_000_000, false),
  'closed-10k': flows(10_000, true),
  'closed-100k': flows(100_000, true),
  'closed-1000k': flows(1_000_000, true),
};
