// What is searched and unpacked inside of content: certificates and keys in any encoding, and HPACK's header blocks.
import { strict as assert } from 'node:assert';
import { mutateBytes } from './mutate.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */

/** An Ed25519 key of PKCS#8, and the beginning of a Java key store. */
const edKey = Buffer.from(`302e020100300506032b657004220420${'5a'.repeat(32)}`, 'hex');
const javaStore = Buffer.from(`feedfeed000000020000000100000001${'11'.repeat(64)}`, 'hex');

/** @param {Uint8Array} der @param {string} label @param {string} lineEnd */
function pem(der, label, lineEnd) {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join(lineEnd);
}

/** Input: length of the pieces (1 octet), then content. @param {(path: string) => Promise<any>} load @param {Seeds} seeds */
export async function material(load, seeds) {
  const { MaterialScanner } = await load('protocols/material/scanner');
  const contents = [...seeds.certificates.slice(0, 12), edKey].flatMap((der, index) => {
    const label = index === 12 ? 'PRIVATE KEY' : 'CERTIFICATE';
    const text = pem(der, label, ['\n', '\r\n', '\\n', '%0A', ' '][index % 5]);
    return [der, Buffer.from(der).toString('base64'), Buffer.from(der).toString('hex'), text];
  });
  const find = (/** @type {Uint8Array} */ content, /** @type {number} */ piece) => {
    /** @type {unknown[]} */
    const found = [];
    const scanner = new MaterialScanner(
      { material: (/** @type {unknown} */ one) => found.push(one) },
      'client',
      'body',
    );
    for (let at = 0; at < content.length; at += piece) {
      const lent = Uint8Array.from(content.subarray(at, at + piece));
      scanner.scan(lent, 0, lent.length, { frame: 1, seconds: 0, nanoseconds: 0, acknowledged: -1, offset: 0 });
      lent.fill(0xee);
    }
    scanner.end();
    return found;
  };
  return {
    seeds: [...contents, javaStore].map(
      (content) => new Uint8Array(Buffer.concat([Buffer.of(40), Buffer.from(content)])),
    ),
    mutate: (/** @type {Random} */ random, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) =>
      mutateBytes(random, bytes, other).subarray(0, 65_536),
    run(/** @type {Uint8Array} */ input) {
      if (input.length < 2) return;
      const content = input.subarray(1);
      const whole = find(content, content.length);
      assert.deepEqual(find(content, input[0] + 1), whole, 'what is found depends on the pieces');
    },
  };
}

/** Input: header blocks behind a length of one octet each. @param {(path: string) => Promise<any>} load */
export async function hpack(load) {
  const { HpackDecoder } = await load('protocols/http/hpack');
  const blocks = [
    ['828684410f7777772e6578616d706c652e636f6d', '828684be58086e6f2d6361636865'],
    [
      '828684418cf1e3c2e5f23a6ba0ab90f4ff',
      '828684be5886a8eb10649cbf',
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
    ],
    ['3fe101', '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff', '4883640effc1c0bf'],
  ];
  return {
    seeds: blocks.map(
      (list) =>
        new Uint8Array(
          Buffer.concat(list.flatMap((block) => [Buffer.of(block.length / 2), Buffer.from(block, 'hex')])),
        ),
    ),
    run(/** @type {Uint8Array} */ input) {
      const [first, second] = [0x00, 0xff].map((guard) => {
        const decoder = new HpackDecoder();
        /** @type {unknown[]} */
        const headers = [];
        for (let at = 0; at < input.length; at += 1 + input[at]) {
          const block = input.subarray(at + 1, at + 1 + input[at]);
          const lent = new Uint8Array(block.length + 16).fill(guard);
          lent.set(block, 8);
          const sound = decoder.decode(
            lent,
            8,
            8 + block.length,
            (/** @type {string} */ name, /** @type {any} */ value) => {
              headers.push([name, Buffer.from(value.bytes.subarray(value.start, value.end)).toString('hex')]);
            },
          );
          lent.fill(0xee);
          headers.push(sound);
        }
        return headers;
      });
      assert.deepEqual(second, first, 'headers depend on octets outside the block');
    },
  };
}
