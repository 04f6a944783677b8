// Keys that collide in multiply-and-rotate rounds (as murmur3's) whatever the seed: a difference in the highest bits before the
// multiplication by 5 stays there, and the next word takes it back. A table that such rounds index has chains without end.
import { makeCertificate } from '../../bench/certificates.mjs';
import * as tls from '../../bench/tls.mjs';
import { flags, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

const first = 0xcc9e2d51;
const second = 0x1b873593;

/** The number that undoes a multiplication by an odd one in 32 bits. @param {number} odd */
function inverse(odd) {
  let found = odd;
  // Each step doubles the bits that are right.
  for (let step = 0; step < 5; step++) found = Math.imul(found, 2 - Math.imul(odd, found));
  return found;
}

const [firstInverse, secondInverse] = [inverse(first), inverse(second)];

/** @param {number} word @param {number} by */
const turned = (word, by) => (word << by) | (word >>> (32 - by));

/** The word that a round makes `mixed` of. @param {number} mixed */
const wordOf = (mixed) => Math.imul(turned(Math.imul(mixed, secondInverse), 17), firstInverse);

/**
 * Pairs of words, 4 ** bits of them, that fall into 2 ** bits values behind two rounds, from any state.
 * @param {number} bits @param {Random} random @returns {Generator<[number, number]>}
 */
export function* pairs(bits, random) {
  const [base, other] = [random.next(), random.next()];
  for (let high = 0; high < 1 << bits; high++) {
    // Turned by 13 these are the highest bits.
    const word = wordOf(base ^ turned(high << (32 - bits), 19));
    for (let low = 0; low < 1 << bits; low++) yield [word, wordOf(other ^ (low << (32 - bits)))];
  }
}

/** SYNs between addresses that collide by twos. @type {Maker} */
function flows({ file, count, random }) {
  for (const [a, b] of pairs(Math.floor(Math.log2(count) / 2), random)) {
    const [low, high] = a < b ? [a, b] : [b, a];
    file.tcp({ ip: low, port: 40_000 }, { ip: high, port: 443 }, flags.syn, 1, 0);
  }
}

/** The same from any address to any port of one server. @type {Maker} */
function ports({ file, count, random }) {
  for (const [address, both] of pairs(Math.floor(Math.log2(count) / 2), random)) {
    const server = -0x7fff_ff00;
    file.tcp({ ip: server, port: both >>> 16 }, { ip: address, port: both & 0xffff }, flags.syn, 1, 0);
  }
}

/** Writes `number` in octets that all hash alike, eight for a bit. @param {Uint8Array} bytes @param {number} at a multiple of 4 from where hashing begins @param {number} number */
export function writeAlike(bytes, at, number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let pair = 0; pair < 18; pair++) {
    const set = (number >> pair) & 1;
    view.setInt32(at + pair * 8, wordOf(0x1234_5678 ^ (set ? 1 << 18 : 0)), true);
    view.setInt32(at + pair * 8 + 4, wordOf(0x0765_4321 ^ (set ? 1 << 31 : 0)), true);
  }
}

const serverHello = tls.serverHello({ suite: 0xc02f, is13: false, resumed: false });

/** Certificates, no two alike, of one hash. @type {Maker} */
function certificates({ file, octets, random }) {
  const one = makeCertificate(random, { issuer: 'A', subject: 'B', elliptic: true });
  // Within its signature, and four octets from its beginning on.
  const at = (one.length - 220) & ~3;
  for (let index = 0; file.octets < octets; ) {
    const chain = Array.from({ length: 20 }, () => {
      const copy = one.slice();
      writeAlike(copy, at, index++);
      return copy;
    });
    const talk = new Talk(file, index, 443)
      .open()
      .say(0, tls.clientHello(tls.legacyProfiles[0], 'a.example').draw(random));
    talk.say(1, tls.concat(serverHello.draw(random), tls.certificate(chain)));
  }
}

/** Server names of one hash. @type {Maker} */
function names({ file, octets, random }) {
  for (let index = 0; file.octets < octets; index++) {
    const name = new Uint8Array(Buffer.alloc(1000, 'a'));
    writeAlike(name, 800, index);
    const profile = tls.clientProfiles[1];
    const text = Buffer.from(name).toString('latin1');
    const hello = tls.clientHello(profile, 'x'.repeat(1000)).draw(random);
    const start = Buffer.from(hello).indexOf('xxxxxxxxxxxxxxxxxxxx');
    hello.set(Buffer.from(text, 'latin1'), start);
    new Talk(file, index, 443).open().say(0, hello);
  }
}

/** Offers of suites of one hash, wherever in them it begins: each is tried at all four distances. @type {Maker} */
function offers({ file, octets, random }) {
  const suites = Array.from({ length: 800 }, () => 0x1301);
  for (let index = 0; file.octets < octets; index++) {
    const hello = tls.clientHello({ ...tls.clientProfiles[1], suites }, 'a.example').draw(random);
    const start = Buffer.from(hello).indexOf(Buffer.from('13011301130113011301', 'hex')) + 800 + (index & 3);
    writeAlike(hello, start, index >> 2);
    new Talk(file, index, 443).open().say(0, hello);
  }
}

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const collisionAttacks = {
  'colliding-addresses': flows,
  'colliding-ports': ports,
  'colliding-certificates': certificates,
  'colliding-names': names,
  'colliding-offers': offers,
};
