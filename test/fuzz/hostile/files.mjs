// Attacks by the file itself: packed a thousand to one, and pcapng blocks without number.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { zstdBomb } from './content.mjs';

/** @typedef {import('./captures.mjs').Maker} Maker */

const pcapHead = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');

/** What is unpacked: a capture of nothing but empty packets. @param {number} octets */
const emptied = (octets) => Buffer.concat([pcapHead, Buffer.alloc(Math.floor(octets / 16) * 16)]);

/** @param {string} name @param {(octets: number) => Buffer} pack @param {number} times of the size @returns {Maker} */
function packed(name, pack, times = 1) {
  return ({ folder, octets, name: own }) => {
    const path = `${folder}/${own}.${name}`;
    const unpacked = octets * times;
    writeFileSync(path, pack(unpacked));
    return { inputs: [path], octets: unpacked, packets: Math.floor(unpacked / 16) };
  };
}

/** zstd of a stored head and runs of zeros. @param {number} octets */
function zstdFile(octets) {
  const zeros = Buffer.from(zstdBomb(octets));
  for (let at = 9; at < zeros.length; at += 4) zeros[at] = 0;
  const head = Buffer.alloc(3);
  head.writeUIntLE((pcapHead.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), head, pcapHead, zeros]);
}

/** LZ4: blocks of 4 MiB, each a literal and a match of its length. @param {number} octets */
function lz4File(octets) {
  const size = 1 << 22;
  const parts = [Buffer.from('04224d18407000', 'hex')];
  const stored = Buffer.alloc(4);
  stored.writeUInt32LE((0x8000_0000 | pcapHead.length) >>> 0);
  parts.push(stored, pcapHead);
  for (let left = octets; left >= size; left -= size) {
    // A literal of one zero, a match of offset 1 for the rest but the last 5, which have to be literals.
    const run = size - 1 - 5 - 4 - 15;
    const block = Buffer.concat([
      Buffer.from([0x1f, 0, 1, 0]),
      Buffer.alloc(Math.floor(run / 255), 255),
      Buffer.from([run % 255, 0x50, 0, 0, 0, 0, 0]),
    ]);
    const header = Buffer.alloc(4);
    header.writeUInt32LE(block.length);
    parts.push(header, block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** @param {number} type @param {Uint8Array} body */
function block(type, body) {
  const padded = (body.length + 3) & ~3;
  const bytes = Buffer.alloc(12 + padded);
  bytes.writeUInt32LE(type >>> 0, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.set(body, 8);
  bytes.writeUInt32LE(bytes.length, 8 + padded);
  return bytes;
}

const section = block(0x0a0d0d0a, Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex'));
const ethernet = block(1, Buffer.from('0100000000000400', 'hex'));
/** @param {number} number @param {Uint8Array} bytes */
const packet = (number, bytes) => {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(number, 0);
  head.writeUInt32LE(0x65a, 4);
  head.writeUInt32LE(bytes.length, 12);
  head.writeUInt32LE(bytes.length, 16);
  return block(6, Buffer.concat([head, bytes]));
};
/** @param {number} code @param {Uint8Array | string} value */
const option = (code, value) => {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(bytes.length, 2);
  return Buffer.concat([head, bytes, Buffer.alloc((4 - (bytes.length & 3)) & 3)]);
};

/** A pcapng file of blocks: a head, and then as many as fit. @param {(at: number) => Uint8Array} make @param {readonly Uint8Array[]} [head] @returns {Maker} */
function blocks(make, head = [section, ethernet]) {
  return ({ folder, octets, name }) => {
    const path = `${folder}/${name}.pcapng`;
    const parts = [...head];
    let size = 0;
    let at = 0;
    for (; size < octets; at++) {
      const one = make(at);
      parts.push(one);
      size += one.length;
    }
    parts.push(packet(0, Buffer.alloc(60)));
    writeFileSync(path, Buffer.concat(parts));
    return { inputs: [path], octets: size, packets: at };
  };
}

const manyOptions = Buffer.concat([...Array.from({ length: 60 }, () => option(1, 'c'.repeat(4000)))]);
const tinyOptions = Buffer.alloc(240_000, option(1, ''));
const names = (/** @type {number} */ at) => {
  const records = Array.from({ length: 500 }, (_, index) => {
    const address = Buffer.alloc(4);
    address.writeUInt32BE((at * 500 + index) >>> 0);
    return option(1, Buffer.concat([address, Buffer.from(`host-${at}-${index}.example\0`)]));
  });
  return block(4, Buffer.concat(records));
};

/** Each attack by its name. @type {Readonly<Record<string, Maker>>} */
export const fileAttacks = {
  'gzip-bomb': packed('pcap.gz', (octets) => gzipSync(emptied(octets)), 4),
  'gzip-in-gzip': packed('pcap.gz', (octets) => gzipSync(gzipSync(emptied(octets))), 4),
  'gzip-members': packed('pcap.gz', (octets) =>
    Buffer.concat([gzipSync(pcapHead), ...Array(Math.floor(octets / 16)).fill(gzipSync(Buffer.alloc(16)))]),
  ),
  'zstd-bomb': packed('pcap.zst', zstdFile, 4),
  'zstd-frames': packed('pcap.zst', (octets) =>
    Buffer.alloc(Math.floor(octets / 12) * 12, Buffer.from('502a4d1804000000aabbccdd', 'hex')),
  ),
  'lz4-bomb': packed('pcap.lz4', lz4File, 4),
  'ng-interfaces': blocks(() => ethernet),
  'ng-interfaces-named': blocks((at) =>
    block(1, Buffer.concat([Buffer.from('0100000000000400', 'hex'), option(2, `interface ${at} ${'x'.repeat(200)}`)])),
  ),
  'ng-sections': blocks(() => Buffer.concat([section, ethernet])),
  'ng-sections-packets': blocks((at) =>
    Buffer.concat([
      section,
      ethernet,
      packet(
        0,
        Buffer.from(
          `020000000000020000000001080045000028000040004006000a0000${(at & 0xff).toString(16).padStart(2, '0')}0a0000020400005000000001000000005002fa`,
          'hex',
        ),
      ),
    ]),
  ),
  'ng-names': blocks(names),
  'ng-long-names': blocks((at) =>
    block(
      4,
      option(1, Buffer.concat([Buffer.from([10, at >> 16, at >> 8, at]), Buffer.alloc(65_000, 'n'), Buffer.from([0])])),
    ),
  ),
  'ng-statistics': blocks((at) =>
    block(5, Buffer.concat([Buffer.alloc(12), option(5, Buffer.from([at, at >> 8, 0, 0, 0, 0, 0, 0]))])),
  ),
  'ng-secrets': blocks((at) => {
    const lines = Array.from(
      { length: 50 },
      (_, index) => `CLIENT_RANDOM ${(at * 50 + index).toString(16).padStart(64, '0')} ${'ab'.repeat(48)}\n`,
    ).join('');
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x544c534b, 0);
    head.writeUInt32LE(lines.length, 4);
    return block(10, Buffer.concat([head, Buffer.from(lines)]));
  }),
  'ng-options': blocks(() => optioned(manyOptions)),
  'ng-tiny-options': blocks(() => optioned(tinyOptions)),
  'ng-damage': blocks((at) => (at % 2 ? packet(0, Buffer.alloc(60)) : Buffer.from('0600000040000000ffffffff', 'hex'))),
  'ng-custom': blocks(() => block(0xbad, Buffer.alloc(4))),
};

/** A packet with options behind it. @param {Uint8Array} options */
function optioned(options) {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(0x65a, 4);
  head.writeUInt32LE(60, 12);
  head.writeUInt32LE(60, 16);
  return block(6, Buffer.concat([head, Buffer.alloc(60), options]));
}
