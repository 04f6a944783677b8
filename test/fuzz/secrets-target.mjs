// Key logs, and what right keys open: records whose ciphertext was changed, and records whose plaintext is anything.
import { strict as assert } from 'node:assert';
import { createCipheriv, createHmac } from 'node:crypto';
import { mutateBytes } from './mutate.mjs';

/** @typedef {import('./seeds.mjs').Seeds} Seeds */
/** @typedef {import('../bench/random.mjs').Random} Random */
/** @typedef {(path: string) => Promise<any>} Load */

const random = Buffer.alloc(32, 0x5a);
const master = Buffer.alloc(48, 0x33);
const labels = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
];
const secretOf = (/** @type {string} */ label) => Buffer.alloc(32, labels.indexOf(label) + 1);

/** Input: a key log. Wherever its chunks end it says the same. @param {Load} load @param {Seeds} _seeds */
export async function keylog(load, _seeds) {
  const { KeyLogReader } = await load('session/secrets/key-log');
  const { SecretStore } = await load('session/secrets/secret-store');
  const text = [
    '# a comment',
    `CLIENT_RANDOM ${random.toString('hex')} ${master.toString('hex')}`,
    ...labels.map((label) => `${label} ${random.toString('hex')} ${secretOf(label).toString('hex')}`),
    `RSA ${random.toString('hex').slice(0, 16)} ${master.toString('hex')}`,
    `RSA Session-ID:${random.toString('hex')} Master-Key:${master.toString('hex')}`,
  ];
  const read = (/** @type {Uint8Array} */ bytes, /** @type {number} */ chunk) => {
    const reader = new KeyLogReader(new SecretStore());
    for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes, at, Math.min(at + chunk, bytes.length));
    reader.end();
    return reader.tally;
  };
  return {
    seeds: [new Uint8Array(Buffer.from(text.join('\n'))), new Uint8Array(Buffer.from(text.join('\r\n')))],
    run(/** @type {Uint8Array} */ bytes) {
      assert.deepEqual(read(bytes, 1 + (bytes.length % 61)), read(bytes, Math.max(1, bytes.length)));
    },
  };
}

/**
 * Input: flags, then octets. The octets are the plaintext of records (each 2 octets of length, 1 of inner type), or the
 * ciphertext that a connection goes on with.
 * @param {Load} load @param {Seeds} seeds
 */
export async function decrypted(load, seeds) {
  const { KeyLogReader } = await load('session/secrets/key-log');
  const { SessionContext } = await load('session/shared/session-context');
  const { StreamSession } = await load('session/stream-session');
  const { buildConnectionRecord } = await load('session/connection-builder');
  const { FlowFacts } = await load('flow/flow-facts');
  const lines = labels
    .map((label) => `${label} ${random.toString('hex')} ${secretOf(label).toString('hex')}\n`)
    .join('');
  const plaintexts = seeds.messages.slice(0, 200).map((message) => plain(message));
  return {
    seeds: plaintexts.map((text, index) => new Uint8Array(Buffer.concat([Buffer.from([index & 3]), text]))),
    mutate(/** @type {Random} */ chance, /** @type {Uint8Array} */ bytes, /** @type {Uint8Array} */ other) {
      const body = mutateBytes(chance, bytes.subarray(1), other.subarray(1));
      return new Uint8Array(Buffer.concat([Buffer.from([chance.below(16)]), body.subarray(0, 60_000)]));
    },
    run(/** @type {Uint8Array} */ input) {
      const flags = input[0] ?? 0;
      const context = new SessionContext(1);
      const reader = new KeyLogReader(context.secrets);
      reader.push(Buffer.from(lines), 0, lines.length);
      reader.end();
      const session = new StreamSession(context, 50_000, 443, 1);
      const offsets = [0, 0];
      let frame = 0;
      const say = (/** @type {number} */ direction, /** @type {Uint8Array} */ bytes) => {
        const arrival = {
          frame: ++frame,
          seconds: 1,
          nanoseconds: 0,
          acknowledged: offsets[1 - direction],
          offset: offsets[direction],
        };
        const lent = Uint8Array.from(bytes);
        session.data(direction, lent, 0, lent.length, arrival);
        lent.fill(0xee);
        offsets[direction] += bytes.length;
      };
      say(0, hello(1));
      say(1, hello(2));
      const side = (flags & 1) === 0 ? 1 : 0;
      const secret = secretOf(labels[(flags & 2) === 0 ? 1 + side : 3 + side]);
      const sealed = records(input.subarray(1), secret);
      // Changed on its way: right keys, wrong octets.
      if ((flags & 4) !== 0) for (let at = 50; at < sealed.length; at += 97) sealed[at] ^= flags | 1;
      const step = (flags & 8) !== 0 ? 13 : Math.max(1, sealed.length);
      for (let at = 0; at < sealed.length; at += step) say(side, sealed.subarray(at, at + step));
      const facts = new FlowFacts();
      facts.id = 1;
      facts.transport = 'tcp';
      facts.endpoints[0] = { ip: '192.0.2.1', port: 50_000 };
      facts.endpoints[1] = { ip: '192.0.2.2', port: 443 };
      const record = buildConnectionRecord(facts, session, context);
      assert.equal(context.octets.lent, 0, 'octets were not given back');
      const text = JSON.stringify(record);
      for (const label of labels)
        assert.ok(!text.includes(secretOf(label).toString('hex')), 'a secret is in the record');
      assert.ok(record.tls !== null);
      const unfit = record.anomalies.some((/** @type {string} */ anomaly) =>
        anomaly.startsWith('the keys given do not fit'),
      );
      if ((flags & 4) === 0) assert.ok(!unfit, 'right keys opened nothing');
    },
  };
}

/** A message as plaintext of one record. @param {Uint8Array} message */
function plain(message) {
  const text = message.subarray(0, 16_000);
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff, 22]), text]);
}

/** Minimal hellos of TLS 1.3 with TLS_AES_128_GCM_SHA256. @param {1 | 2} type */
function hello(type) {
  const versions = Buffer.from(type === 1 ? '002b0003020304' : '002b00020304', 'hex');
  const extensions = Buffer.concat([Buffer.from([0, versions.length]), versions]);
  const choice = Buffer.from(type === 1 ? '00000213010100' : '00130100', 'hex');
  const body = Buffer.concat([Buffer.from([3, 3]), random, choice, extensions]);
  const message = Buffer.concat([Buffer.from([type, 0, body.length >> 8, body.length & 0xff]), body]);
  return Buffer.concat([Buffer.from([22, 3, 3, message.length >> 8, message.length & 0xff]), message]);
}

/** Seals the records that `script` tells. @param {Uint8Array} script @param {Buffer} secret */
function records(script, secret) {
  const key = expand(secret, 'key', 16);
  const iv = expand(secret, 'iv', 12);
  const parts = [];
  let sequence = 0;
  for (let at = 0; at + 3 <= script.length && sequence < 200; sequence++) {
    const length = Math.min(((script[at] << 8) | script[at + 1]) % 16_385, script.length - at - 3);
    const text = Buffer.concat([script.subarray(at + 3, at + 3 + length), script.subarray(at + 2, at + 3)]);
    at += 3 + length;
    const nonce = Buffer.from(iv);
    nonce[11] ^= sequence;
    const header = Buffer.from([23, 3, 3, (text.length + 16) >> 8, (text.length + 16) & 0xff]);
    const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
    parts.push(header, cipher.update(text), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(parts);
}

/** HKDF-Expand-Label of one block. @param {Buffer} secret @param {string} label @param {number} length */
function expand(secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}
