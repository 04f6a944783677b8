// Cleartext conversations: HTTP/1.1, Redis (RESP), PostgreSQL (protocol 3) and DNS.
import { concat, number, vector } from './tls.mjs';

/** @typedef {import('./connection.mjs').Connection} Connection */
/** @typedef {import('./connection.mjs').Speaker} Speaker */
/** @typedef {{ merged: number, acks: number, disorder: number }} Likelihood */

const text = new TextEncoder();

/** @param {string} path @param {string} host @returns {Uint8Array} */
export function httpRequest(path, host) {
  return text.encode(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n`);
}

/** @param {number} length of the body @returns {Uint8Array} */
function httpAnswer(length) {
  return text.encode(
    `HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/octet-stream\r\nContent-Length: ${length}\r\n\r\n`,
  );
}

/** @param {Connection} connection @param {number} length @param {Uint8Array} pool @param {Likelihood} likelihood @returns {Speaker} */
function* httpExchange(connection, length, pool, likelihood) {
  const { random } = connection;
  yield* connection.say(0, httpRequest(`/object/${random.below(100_000)}`, 'files.bench.example'));
  yield* connection.say(1, httpAnswer(length));
  const produce = (/** @type {Uint8Array} */ bytes, /** @type {number} */ size) => {
    const from = random.below(pool.length - size);
    bytes.set(pool.subarray(from, from + size), 0);
  };
  yield* connection.stream(1, length, produce, likelihood);
}

/** One large HTTP answer. @param {Connection} connection @param {number} length @param {Uint8Array} pool @param {Likelihood} likelihood @returns {Speaker} */
export function* download(connection, length, pool, likelihood) {
  yield* connection.open();
  yield* httpExchange(connection, length, pool, likelihood);
  yield* connection.close();
}

/** Several HTTP answers on one connection. @param {Connection} connection @param {Uint8Array} pool @param {Likelihood} likelihood @returns {Speaker} */
export function* web(connection, pool, likelihood) {
  yield* connection.open();
  for (let left = connection.random.between(2, 10); left > 0; left--) {
    yield* httpExchange(connection, connection.random.between(200, 40_000), pool, likelihood);
  }
  yield* connection.close();
}

/** Short commands and answers. @param {Connection} connection @param {Uint8Array} pool @returns {Speaker} */
export function* redis(connection, pool) {
  const { random } = connection;
  yield* connection.open();
  for (let left = random.between(20, 120); left > 0; left--) {
    const key = `user:${random.below(1_000_000)}`;
    if (random.chance(0.3)) {
      const value = random.below(600);
      yield* connection.say(
        0,
        concat(
          text.encode(`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value}\r\n`),
          pool.subarray(0, value),
          [13, 10],
        ),
      );
      yield* connection.say(1, text.encode('+OK\r\n'));
    } else {
      yield* connection.say(0, text.encode(`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`));
      const value = random.below(600);
      yield* connection.say(1, concat(text.encode(`$${value}\r\n`), pool.subarray(0, value), [13, 10]));
    }
    connection.acknowledge(0);
    yield;
  }
  yield* connection.close();
}

/** @param {string} type @param {...(Uint8Array | number[])} body */
function pgMessage(type, ...body) {
  const content = concat(...body);
  return concat(text.encode(type), number(content.length + 4, 4), content);
}

/** Start-up, then queries with rows. @param {Connection} connection @param {Uint8Array} pool @returns {Speaker} */
export function* postgresql(connection, pool) {
  const { random } = connection;
  yield* connection.open();
  const parameters = text.encode('user\0app\0database\0orders\0\0');
  yield* connection.say(0, concat(number(parameters.length + 8, 4), number(0x0003_0000, 4), parameters));
  const version = pgMessage('S', text.encode('server_version\x0016.1\0'));
  const ready = pgMessage('Z', text.encode('I'));
  yield* connection.say(1, concat(pgMessage('R', number(0, 4)), version, ready));
  for (let left = random.between(4, 40); left > 0; left--) {
    yield* connection.say(
      0,
      pgMessage('Q', text.encode(`SELECT id, body FROM orders WHERE id = ${random.below(1_000_000)}\0`)),
    );
    const column = concat(
      text.encode('body\0'),
      number(0, 6),
      number(25, 4),
      number(0xffff, 2),
      number(0xffff_ffff, 4),
      [0, 0],
    );
    const rows = Array.from({ length: random.between(1, 8) }, () => {
      const value = pool.subarray(0, random.between(10, 700));
      return pgMessage('D', number(1, 2), number(value.length, 4), value);
    });
    yield* connection.say(
      1,
      concat(pgMessage('T', number(1, 2), column), ...rows, pgMessage('C', text.encode('SELECT 1\0')), ready),
    );
    connection.acknowledge(0);
    yield;
  }
  yield* connection.say(0, pgMessage('X'));
  yield* connection.close();
}

/** A few questions and their answers from one port. @param {Connection} connection @returns {Speaker} */
export function* dns({ writer, client, server, random }) {
  for (let left = random.between(1, 4); left > 0; left--) {
    const labels = [`host-${random.below(5000)}`, 'bench', 'example'].map((label) => vector(1, text.encode(label)));
    const question = concat(...labels, [0], number(1, 2), number(1, 2));
    const id = number(random.below(0x1_0000), 2);
    writer.udp(client, server, concat(id, [0x01, 0x00], number(1, 2), number(0, 6), question));
    yield;
    const answer = concat([0xc0, 0x0c], number(1, 2), number(1, 2), number(300, 4), vector(2, number(0x0a02_0001, 4)));
    writer.udp(server, client, concat(id, [0x81, 0x80], number(1, 2), number(1, 2), number(0, 4), question, answer));
    yield;
  }
}
