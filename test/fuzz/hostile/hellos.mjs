// Attacks by lists within one hello: extensions, suites, groups, protocols, keys, names without number.
import * as tls from '../../bench/tls.mjs';
import { be16, repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

const server12 = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });
const clientHello = tls.clientHello(tls.legacyProfiles[0], 'a.example');

/** @param {number} type @param {...(Uint8Array | number[])} content */
const extension = (type, ...content) => tls.concat(be16(type), tls.vector(2, ...content));

/** A message in as many records as it takes. @param {number} type @param {Uint8Array} body */
function inRecords(type, body) {
  const message = tls.concat([type], tls.vector(3, body));
  const records = [];
  for (let at = 0; at < message.length; at += 16_384) records.push(tls.record(0x16, message.subarray(at, at + 16_384)));
  return tls.concat(...records);
}

/** ClientHellos that differ in their last extension. @param {(random: Random) => Uint8Array} make @returns {Maker} */
function hellos(make) {
  return ({ file, octets, random }) => {
    const list = make(random);
    for (let index = 0; file.octets < octets; index++) {
      const mark = extension(0xfe00, be16(index >>> 16), be16(index & 0xffff));
      const parts = [be16(0x0303), random.bytes(32), [0], tls.vector(2, [0x13, 1]), [1, 0], tls.vector(2, list, mark)];
      new Talk(file, index, 443)
        .open()
        .say(0, inRecords(1, tls.concat(...parts)))
        .say(1, server12.draw(random));
    }
  };
}

/** Numbers from `from` on, one behind the other. @param {number} count @param {number} from */
const numbers = (count, from = 0) =>
  tls.concat(...Array.from({ length: count }, (_, at) => be16((from + at) & 0xffff)));

/** ServerHellos of thousands of extensions. @type {Maker} */
function serverExtensions({ file, octets, random }) {
  const list = tls.concat(...Array.from({ length: 15_000 }, (_, at) => extension(0x4000 + at)));
  for (let index = 0; file.octets < octets; index++) {
    const body = tls.concat(be16(0x0303), random.bytes(32), [0], be16(0xc02f), [0], tls.vector(2, list));
    new Talk(file, index, 443).open().say(0, clientHello.draw(random)).say(1, inRecords(2, body));
  }
}

/** CertificateRequests of thirty thousand schemes, no two requests alike. @type {Maker} */
function requestSchemes({ file, octets, random }) {
  const schemes = tls.vector(2, numbers(30_000));
  for (let index = 0; file.octets < octets; index++) {
    const body = tls.concat(
      [1, 64],
      schemes,
      tls.vector(2, tls.vector(2, [0x30, 2, index & 0x7f, (index >> 7) & 0x7f])),
    );
    const talk = new Talk(file, index, 443).open().say(0, clientHello.draw(random));
    talk.say(1, tls.concat(server12.draw(random), inRecords(13, body), tls.serverHelloDone));
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const helloAttacks = {
  'hello-extensions': hellos(() => tls.concat(...Array.from({ length: 15_000 }, (_, at) => extension(0x4000 + at)))),
  'hello-one-extension': hellos(() => repeated(extension(0x4000), 60_000)),
  'hello-protocols': hellos(() => extension(16, tls.vector(2, repeated(Uint8Array.of(1, 0x61), 60_000)))),
  'hello-groups': hellos(() => extension(10, tls.vector(2, numbers(30_000)))),
  'hello-schemes': hellos(() => extension(13, tls.vector(2, numbers(30_000)))),
  'hello-shares': hellos(() => extension(51, tls.vector(2, repeated(Uint8Array.of(0x40, 1, 0, 1, 0), 60_000)))),
  'hello-versions': hellos(() => extension(43, tls.vector(1, numbers(127, 0x7f00)))),
  'hello-identities': hellos(() =>
    extension(
      41,
      tls.vector(2, repeated(Uint8Array.of(0, 1, 0x61, 0, 0, 0, 0), 56_000)),
      tls.vector(2, repeated(Uint8Array.of(1, 0), 4000)),
    ),
  ),
  'hello-names': hellos(() => extension(0, tls.vector(2, repeated(Uint8Array.of(0, 0, 1, 0x61), 60_000)))),
  'server-extensions': serverExtensions,
  'request-schemes': requestSchemes,
};
