// Attacks on whoever has the keys: what is dear to open, or grows when it is.
import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, deflateSync } from 'node:zlib';
import * as tls from '../../bench/tls.mjs';
import { zstdBomb } from './content.mjs';
import { sealed } from './tls.mjs';
import { repeated, Talk } from './wire.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */
/** @typedef {import('../../bench/random.mjs').Random} Random */

const hello = tls.clientHello(tls.clientProfiles[1], 'a.example');
const server13 = tls.serverHello({ suite: 0x1301, is13: true, resumed: false });
const secret = Buffer.alloc(32, 7);

/**
 * Connections whose server's records are those of `make`, octets that are sealed record by record; with all secrets.
 * @param {(random: Random) => { type: number, content: Uint8Array, early?: boolean }[]} make @returns {Maker}
 */
function opened(make) {
  return ({ file, octets, random, folder, name }) => {
    const lines = [];
    const records = make(random);
    // Records of one connection serve all: the keys are the same, and so are the sequence numbers.
    let handshake = 0;
    let application = 0;
    const said = records.map(({ type, content, early }) =>
      sealed(secret, early ? handshake++ : application++, type, content),
    );
    const block = Buffer.concat(said);
    for (let index = 0; file.octets < octets; index++) {
      const opening = hello.draw(random);
      const client = Buffer.from(opening.subarray(11, 43)).toString('hex');
      for (const kind of ['SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0'])
        lines.push(`${kind} ${client} ${secret.toString('hex')}`);
      new Talk(file, index, 443).open().say(0, opening).say(1, server13.draw(random)).say(1, block).close();
    }
    const path = `${folder}/${name}.keys`;
    writeFileSync(path, `${lines.join('\n')}\n`);
    return { args: ['--keylog', path], also: lines.length * 160 };
  };
}

/** Hellos with early data that offer one suite thousands of times, each of which might have sealed it. @type {Maker} */
function earlySuites({ file, octets, random, folder, name }) {
  const lines = [];
  const extensions = [
    tls.concat(tls.number(43, 2), tls.vector(2, [2, 3, 4])),
    tls.concat(tls.number(42, 2), tls.vector(2, [])),
  ];
  const suites = repeated(Uint8Array.of(0x13, 1), 60_000);
  for (let index = 0; file.octets < octets; index++) {
    const drawn = random.bytes(32);
    const parts = [[3, 3], drawn, [0], tls.vector(2, suites), [1, 0], tls.vector(2, ...extensions)];
    const message = tls.concat([1], tls.vector(3, ...parts));
    const records = [];
    for (let at = 0; at < message.length; at += 16_384)
      records.push(tls.record(0x16, message.subarray(at, at + 16_384)));
    lines.push(`CLIENT_EARLY_TRAFFIC_SECRET ${Buffer.from(drawn).toString('hex')} ${secret.toString('hex')}`);
    const talk = new Talk(file, index, 443).open().say(0, tls.concat(...records));
    for (let times = 0; times < 4; times++) talk.say(0, tls.protectedRecord(random, 300));
    talk.close();
  }
  const path = `${folder}/${name}.keys`;
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { args: ['--keylog', path], also: lines.length * 160 };
}

/** A Certificate message packed by an algorithm of RFC 8879. @param {number} algorithm @param {Uint8Array} packed @param {number} claimed */
function compressed(algorithm, packed, claimed) {
  const body = tls.concat([0, algorithm], tls.number(claimed, 3), tls.vector(3, packed));
  return { type: 22, early: true, content: tls.concat([25], tls.vector(3, body)) };
}

const finished = { type: 22, early: true, content: tls.concat([20], tls.vector(3, new Uint8Array(32))) };
const largest = 262_144;
const window = brotliCompressSync(Buffer.alloc(1 << 24), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
/** A frame that asks for a window of 8 MiB, and says nothing. */
const wideFrame = Buffer.from('28b52ffd0068090000', 'hex');

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const decryptedAttacks = {
  'compressed-zlib': opened(() => [compressed(1, deflateSync(Buffer.alloc(largest)), largest)]),
  'compressed-brotli': opened(() => [compressed(2, brotliCompressSync(Buffer.alloc(largest)), largest)]),
  'compressed-window': opened(() => [compressed(2, window, 8000)]),
  'compressed-frame': opened(() => [compressed(3, wideFrame, 8000)]),
  'compressed-zstd': opened(() => [compressed(3, zstdBomb(largest), largest)]),
  'compressed-again': opened(() =>
    Array.from({ length: 100 }, () => compressed(2, brotliCompressSync(Buffer.alloc(largest)), largest)),
  ),
  'opened-tiny-records': opened(() => [
    finished,
    ...Array.from({ length: 2000 }, () => ({ type: 23, content: Uint8Array.of(0x41) })),
  ]),
  'opened-key-updates': opened(() => [
    finished,
    ...Array.from({ length: 2000 }, () => ({ type: 22, content: Uint8Array.of(24, 0, 0, 1, 0) })),
  ]),
  'opened-early-suites': earlySuites,
  'opened-tickets': opened(() => [
    finished,
    { type: 22, content: repeated(tls.concat([4], tls.vector(3, new Uint8Array(15))), 16_000) },
  ]),
};
